import { Checkbox, Modal, TextInput, VisuallyHidden } from '@mantine/core';
import { useVirtualizer } from '@tanstack/react-virtual';
import { IconChecks, IconDevices, IconSearch } from '@tabler/icons-react';
import { useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useReadiness, type MeetingReadiness, type MeetingView, type ReadinessRow } from '@/lib/backend';
import { formatAgo, formatBytes, formatFacts } from '@/lib/format';
import { formatMoment } from '@/lib/time';
import { Empty, Loaded, StatusPill, type Tone } from '@/ui';
import { columnCounts, countsOf, lookOf, readyOf, shownRows, type Ready } from './readiness';
import classes from './readiness.module.css';

const tones: Record<Ready, Tone> = { all: 'ok', part: 'warn', nothing: 'bad', no_machine: 'neutral' };
const states: readonly Ready[] = ['all', 'part', 'nothing', 'no_machine'];

/** Sẵn sàng: who has which paper on which machine, before and while people meet. */
export default function ReadinessTab({ meeting }: { meeting: MeetingView }) {
  const query = useReadiness(meeting.id);
  return <Loaded query={query}>{(board) => <Board board={board} />}</Loaded>;
}

function Board({ board }: { board: MeetingReadiness }) {
  const { t } = useTranslation();
  const [lacking, setLacking] = useState(false);
  const [words, setWords] = useState('');
  const [shown, setShown] = useState<ReadinessRow | null>(null);
  const counts = useMemo(() => countsOf(board.people), [board]);
  const rows = useMemo(() => shownRows(board.people, lacking, words), [board, lacking, words]);
  if (board.materials.length === 0) return <Empty icon={IconDevices} title={t('ready.none')} text={t('ready.none.text')} />;
  return (
    <div className={classes.board}>
      <div className={classes.tools}>
        <ul className={classes.counts} aria-label={t('ready.counts')}>
          {states.map((state) => <li key={state}><StatusPill tone={tones[state]} hollow={counts[state] === 0}>{t(`ready.count.${state}`, { count: counts[state] })}</StatusPill></li>)}
        </ul>
        <Checkbox label={t('ready.lacking')} checked={lacking} onChange={(event) => setLacking(event.currentTarget.checked)} />
        <TextInput aria-label={t('ready.search')} placeholder={t('ready.search')} leftSection={<IconSearch size={15} aria-hidden />} value={words} onChange={(event) => setWords(event.currentTarget.value)} />
        <span className={classes.at}>{t('ready.at', { at: formatMoment(board.at) })}</span>
      </div>
      <Recalls board={board} />
      <Legend board={board} />
      {rows.length === 0 ? <Empty icon={IconChecks} tone="ok" title={t(lacking && words === '' ? 'ready.all' : 'ready.nobody')} /> : <Matrix board={board} rows={rows} onShow={setShown} />}
      <Modal opened={shown !== null} onClose={() => setShown(null)} title={shown?.name} size={620} closeButtonProps={{ 'aria-label': t('action.close') }}>
        {shown && <Machines board={board} row={shown} />}
      </Modal>
    </div>
  );
}

/** The materials by number, each with how many have it. */
function Legend({ board }: { board: MeetingReadiness }) {
  const { t } = useTranslation();
  const counts = useMemo(() => columnCounts(board), [board]);
  return (
    <details className={classes.legend} open={board.materials.length <= 5}>
      <summary>{t('ready.materials', { count: board.materials.length })}</summary>
      <ol>
        {board.materials.map(({ id, title, number, size, sha256, state }, i) => (
          <li key={id}>
            <span className={classes.name}><bdi>{title}</bdi></span>
            <span className={classes.facts}>
              {formatFacts(
                t('ready.whole', { n: counts[i]?.whole ?? 0, of: counts[i]?.of ?? 0 }), t('ready.read', { n: counts[i]?.read ?? 0 }),
                t('material.version', { n: number }), formatBytes(size), state === 'recalled' && t('material.state.recalled'),
              )}
              {' · '}<code title={sha256}>{sha256.slice(0, 12)}</code>
            </span>
          </li>
        ))}
      </ol>
    </details>
  );
}

/** Machines from which a recalled material is not known to have gone. */
function Recalls({ board }: { board: MeetingReadiness }) {
  const { t } = useTranslation();
  if (board.recalls.length === 0) return null;
  return (
    <section className={classes.recalls} aria-label={t('ready.recalls')}>
      <h2>{t('ready.recalls')}</h2>
      <ul>
        {board.recalls.map(({ id, title, at, people, confirmed, open }) => (
          <li key={id}>
            <div className={classes.recall}>
              <span className={classes.name}><bdi>{title}</bdi></span>
              <span className={classes.facts}>{formatFacts(formatMoment(at), t('ready.recalled_from', { count: people }), t('ready.confirmed', { count: confirmed }))}</span>
              {open.length > 0 ? <StatusPill tone="warn">{t('ready.unconfirmed', { count: open.length })}</StatusPill> : <StatusPill tone="ok">{t('ready.all_confirmed')}</StatusPill>}
            </div>
            {open.length > 0 && (
              <p className={classes.open}>{open.slice(0, 12).map(({ person, name, seen }) => `${person} (${name}, ${t('ready.seen', { ago: formatAgo(seen) })})`).join('; ')}{open.length > 12 && ` ${t('ready.more', { count: open.length - 12 })}`}</p>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

const rowHeight = 46;

/** People by material. Only the rows on the screen exist in the page. */
function Matrix({ board, rows, onShow }: { board: MeetingReadiness; rows: ReadinessRow[]; onShow: (row: ReadinessRow) => void }) {
  const { t } = useTranslation();
  const box = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({ count: rows.length, getScrollElement: () => box.current, estimateSize: () => rowHeight, overscan: 12 });
  return (
    <div
      ref={box} className={classes.matrix} role="table" aria-label={t('ready.matrix')} aria-rowcount={rows.length + 1}
      // The table scrolls by the keyboard.
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
      tabIndex={0}
      style={{ '--materials': board.materials.length } as Record<string, number>}
    >
      <div role="row" aria-rowindex={1} className={classes.headRow}>
        <span role="columnheader" className={classes.person}>{t('ready.person')}</span>
        <span role="columnheader" className={classes.machine}>{t('ready.machine')}</span>
        {board.materials.map(({ id, title }, i) => <span key={id} role="columnheader" title={title} className={classes.number}>{i + 1}<VisuallyHidden>: {title}</VisuallyHidden></span>)}
      </div>
      <div role="rowgroup" className={classes.rows} style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map(({ index, start }) => {
          const row = rows[index];
          return row && <Row key={row.person} row={row} index={index} top={start} onShow={onShow} />;
        })}
      </div>
    </div>
  );
}

function Row({ row, index, top, onShow }: { row: ReadinessRow; index: number; top: number; onShow: (row: ReadinessRow) => void }) {
  const { t } = useTranslation();
  const seen = Math.max(0, ...row.machines.map((machine) => machine.seen));
  return (
    <div role="row" aria-rowindex={index + 2} className={classes.row} style={{ transform: `translateY(${top}px)`, height: rowHeight }}>
      <span role="rowheader" className={classes.person}>
        <button type="button" className={classes.show} onClick={() => onShow(row)}><bdi>{row.name}</bdi></button>
        <span className={classes.facts} title={formatFacts(row.position, row.office)}>{formatFacts(row.position, row.office)}</span>
      </span>
      <span role="cell" className={classes.machine}>
        {row.machines.length === 0 ? <StatusPill>{t('ready.no_machine')}</StatusPill> : (
          <>
            <StatusPill tone={tones[readyOf(row)]}>{t(`ready.state.${readyOf(row)}`)}</StatusPill>
            <span className={classes.facts}>{t('ready.seen', { ago: formatAgo(seen) })}</span>
          </>
        )}
      </span>
      {row.cells.map((percent, i) => (
        // Columns have no other name than their place.
        // oxlint-disable-next-line react/no-array-index-key
        <span key={i} role="cell" className={classes.cell} data-look={lookOf(percent)} title={row.read[i] ? t('ready.has_read') : undefined}>
          {percent < 0 ? '–' : percent === 100 ? '✓' : `${percent}%`}
          {row.read[i] && <span className={classes.read}>{t('ready.read.short')}</span>}
        </span>
      ))}
    </div>
  );
}

/** What is on each machine of one person. */
function Machines({ board, row }: { board: MeetingReadiness; row: ReadinessRow }) {
  const { t } = useTranslation();
  if (row.machines.length === 0) return <p className={classes.facts}>{t('ready.no_machine.text')}</p>;
  return (
    <>
      {row.machines.map(({ name, seen, cells }) => (
        <section key={name} className={classes.device} aria-label={name}>
          <h3>{name} <span className={classes.facts}>{t('ready.seen', { ago: formatAgo(seen) })}</span></h3>
          <ul>
            {board.materials.map(({ id, title, sha256 }, i) => (cells[i] ?? -1) >= 0 && (
              <li key={id}>
                <span className={classes.name}><bdi>{title}</bdi></span>
                <code title={sha256}>{sha256.slice(0, 12)}</code>
                <span className={classes.percent} data-look={lookOf(cells[i] ?? -1)}>{cells[i]}%</span>
              </li>
            ))}
          </ul>
        </section>
      ))}
    </>
  );
}
