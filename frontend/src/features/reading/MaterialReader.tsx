import { NativeSelect } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { formatMoment } from '@/lib/time';
import { Empty, PdfView, TabStrip, type PageFrame, type PdfHandle, type PdfPlace } from '@/ui';
import { KeyNotice } from './KeyNotice';
import { MarkLayer } from './MarkLayer';
import { MarksPanel, NoteForm } from './MarksPanel';
import { MarkTools } from './MarkTools';
import { marksByPage, markTop, sealedCount, shownMarks, type ShownMark } from './marks';
import { materialUrl } from '@/lib/backend';
import { LeadPoint } from './LeadPoint';
import { isPdf, newest, type Material, type MaterialVersion } from './materials';
import { PrintMaterial } from './PrintMaterial';
import { SaveMaterial } from './SaveMaterial';
import { SearchPanel } from './SearchPanel';
import { markSeen } from './seen';
import { ShareDialog } from './ShareDialog';
import { useAnnotations, useMarking, useNotesHere } from './useAnnotations';
import type { Following } from './useFollow';
import { useLeading } from './useLeading';
import { usePens } from './usePens';
import { usePlaceKept } from './usePlaceKept';
import { useReaderKeys } from './useReaderKeys';
import { useReanchored } from './useReanchored';
import { Watermark } from './Watermark';
import classes from './reading.module.css';

/** Where to go in a paper that is opened. */
export interface Seek {
  page?: number;
  query: string;
}

interface Props {
  meeting: string;
  material: Material;
  materials: readonly Material[];
  seek: Seek;
  following: Following;
  /** The version that a leader shows. */
  led: number | undefined;
  sided: boolean;
  onSide: (on: boolean) => void;
  onOpen: (material: string, page: number, query: string) => void;
}

/** One paper with the marks on it, and the pane beside it. */
export function MaterialReader(props: Props) {
  const { t } = useTranslation();
  const { material } = props;
  const [chosen, setChosen] = useState<number | null>(null);
  // Who leaves the leader stays with the version that was shown.
  if (props.led !== undefined && props.led !== chosen) setChosen(props.led);
  const version = material.versions.find(({ key }) => key === chosen) ?? newest(material);
  useEffect(() => markSeen(material), [material]);
  if (!version) return <Empty title={t('reading.no_version')} text={t('reading.no_version.text')} />;
  return (
    <VersionReader
      key={version.key} {...props} version={version}
      onVersion={(key) => {
        props.following.room?.own();
        setChosen(key);
      }}
    />
  );
}

type Side = 'marks' | 'search';

function VersionReader({ meeting, material, materials, seek, following, sided, onSide, onOpen, version, onVersion }: Props & { version: MaterialVersion; onVersion: (key: number) => void }) {
  const { t } = useTranslation();
  const notesHere = useNotesHere();
  const paper = useRef<PdfHandle>(null);
  const frames = useRef(new Map<number, PageFrame>());
  const [place, setPlace] = useState<PdfPlace | null>(null);
  const [side, setSide] = useState<Side>('marks');
  const [sharing, setSharing] = useState(false);
  const url = materialUrl(meeting, material.id, version.key);
  const annotations = useAnnotations(meeting, material.id);
  const mine = annotations.find((each) => each.mine);
  const marks = useMemo(() => shownMarks(annotations), [annotations]);
  const { placed, lost } = useReanchored(marks, version.key, url);
  const pages = useMemo(() => marksByPage(placed), [placed]);
  const marking = useMarking(meeting, material.id, mine);
  const mayWrite = notesHere && mine !== undefined && !mine.detached;
  const showMarks = useCallback(() => {
    setSide('marks');
    onSide(true);
  }, [onSide]);
  const pens = usePens({ frames, version: version.key, marking, mayWrite, onPinned: showMarks });
  const page = place?.page ?? 1;
  const bookmarked = mine?.bookmarks.includes(page) ?? false;
  const bookmark = useCallback((at: number, off: boolean) => void marking.command('annotation.bookmark.1', { meeting, material: material.id, page: at, off }), [marking, meeting, material.id]);
  const pdf = isPdf(version);
  const { spot, onSpot, pointing } = useLeading(following, material.id, version.key, pdf);
  const leader = spot ? following.room : null;
  usePlaceKept({ paper, meeting, material: material.id, mine, place, seek, led: spot !== undefined });
  useReaderKeys({
    mayWrite, pens, bookmark: () => bookmark(page, bookmarked),
    search: () => {
      setSide('search');
      onSide(true);
    },
  });

  const { tool, colour, draw, pin, choose, picked } = pens;
  const overlay = useCallback((frame: PageFrame, scale: number) => {
    frames.current.set(frame.index, frame);
    return (
      <>
        {material.watermark && <Watermark width={frame.width} height={frame.height} />}
        <MarkLayer
          frame={frame} scale={scale} marks={pages.get(frame.index + 1) ?? noMarks} chosen={picked} tool={tool} colour={colour}
          onDraw={draw} onPin={pin}
          onChoose={(mark) => {
            choose(mark.key);
            showMarks();
          }}
        />
        {leader && <LeadPoint room={leader} page={frame.index + 1} />}
      </>
    );
  }, [material.watermark, pages, picked, tool, colour, draw, pin, choose, showMarks, leader]);

  const go = (mark: ShownMark) => {
    choose(mark.key);
    const frame = frames.current.get(mark.body.page - 1);
    if (frame) paper.current?.show(mark.body.page, markTop(frame, mark.body));
    else paper.current?.goTo(mark.body.page);
  };
  return (
    <div className={classes.reader} data-side={sided || undefined}>
      <div className={classes.main}>
        <div className={classes.bar}>
          {mayWrite && (
            <MarkTools
              tool={tool} colour={colour} bookmarked={bookmarked} onTool={pens.take} onColour={pens.setColour}
              onBookmark={() => bookmark(page, bookmarked)} onShare={() => setSharing(true)}
            />
          )}
          <span className={classes.spring} />
          {material.versions.length > 1 && (
            <NativeSelect
              size="xs" aria-label={t('reading.version')} value={version.key} onChange={(event) => onVersion(Number(event.currentTarget.value))}
              data={material.versions.map((each, i) => ({ value: String(each.key), label: t(each === newest(material) ? 'reading.version.newest' : 'reading.version.n', { n: i + 1, at: formatMoment(each.at) }) }))}
            />
          )}
          {pdf && material.print && place && <PrintMaterial material={material} url={url} place={place} />}
          {material.download && <SaveMaterial meeting={meeting} material={material.id} version={version} />}
        </div>
        {material.recalled && <p className={classes.notice} data-tone="bad" role="status"><IconAlertTriangle size={16} aria-hidden /><span>{t('reading.recalled.text')}</span></p>}
        {version !== newest(material) && <p className={classes.notice} role="status"><IconAlertTriangle size={16} aria-hidden /><span>{t('reading.version.old')}</span></p>}
        {pens.hint && <p className={classes.penHint} role="status">{t(`reading.hint.${pens.hint}`)}</p>}
        <div className={classes.paper} {...pointing}>
          {pdf
            ? <PdfView ref={paper} url={url} name={material.title} onPlace={setPlace} overlay={overlay} spot={spot} onSpot={onSpot} onMoved={following.room?.moved} />
            : <Empty title={t('reading.not_pdf', { name: version.name })} text={t(material.download ? 'reading.not_pdf.download' : 'reading.not_pdf.text')} />}
        </div>
      </div>
      {sided && (
        <aside className={classes.side} aria-label={t('reading.side')}>
          <TabStrip
            className={classes.sideTabs} label={t('reading.side')} panel="reading-side" value={side} onChange={(to) => setSide(to as Side)}
            tabs={[{ id: 'marks', label: t('reading.notes') }, { id: 'search', label: t('reading.search') }]}
          />
          <div className={classes.sideBody} role="tabpanel" id="reading-side" aria-labelledby={`reading-side-${side}`}>
            {side === 'search' ? <SearchPanel meeting={meeting} materials={materials} onOpen={onOpen} /> : (
              <>
                <KeyNotice />
                {mayWrite && tool === 'note' && !pens.pinned && (
                  <button type="button" className={classes.pinHere} onClick={() => pens.pinAt(page)}>{t('reading.pin_here', { page })}</button>
                )}
                {pens.pinned && <NoteForm key={pens.pinned.page} text={pens.pinned.text ?? ''} required onSave={pens.saveNote} onCancel={pens.drop} />}
                {notesHere && (
                  <MarksPanel
                    mine={mine} placed={placed} lost={lost} sealed={sealedCount(annotations)} chosen={picked} onGo={go}
                    onPage={(at) => paper.current?.goTo(at)} onUnmark={(at) => bookmark(at, true)} onText={pens.write}
                    onRemove={(mark) => void marking.command('annotation.remove.1', { mark: mark.key })} onPlace={pens.place}
                  />
                )}
              </>
            )}
          </div>
        </aside>
      )}
      <ShareDialog
        meeting={meeting} material={material.id} mine={mine} opened={sharing} onClose={() => setSharing(false)}
        onStop={(person) => marking.command('annotation.unshare.1', { person })}
      />
    </div>
  );
}

const noMarks: readonly ShownMark[] = [];
