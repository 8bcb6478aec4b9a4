import { IconMicrophone, IconMicrophoneOff, IconVideo, IconVideoOff, IconVolume } from '@tabler/icons-react';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { formatMoment } from '@/lib/time';
import { StatusPill, type Column, type Tone } from '@/ui';
import { isTroubled, type BoardRow } from './board';
import { has, lets, type Mark, type StationStatus } from './protocol';
import classes from './console.module.css';

const tones: Record<StationStatus, Tone> = {
  CHUA_KET_NOI: 'neutral', DANG_KET_NOI: 'info', CHO_VAO: 'warn', TRONG_HOP: 'ok', MAT_TIN_HIEU: 'bad', ROI: 'neutral',
};

const rate = (kilobits: number | undefined) => (kilobits === undefined ? '' : kilobits);
const share = (loss: number | undefined) => (loss === undefined ? '' : `${(loss * 100).toFixed(1)}`.replace('.', ','));

export function useBoardColumns(): Array<Column<BoardRow>> {
  const { t } = useTranslation();
  return useMemo(() => [
    { id: 'name', header: t('conference.board.station'), width: 220, grow: 1, sortable: true, cell: (each) => <Name each={each} /> },
    { id: 'state', header: t('points.status'), width: 124, cell: ({ row }) => <StatusPill tone={tones[row.s]} hollow={row.s === 'CHUA_KET_NOI'}>{t(`points.status.${row.s}`)}</StatusPill> },
    { id: 'live', header: t('conference.board.live'), width: 98, cell: (each) => <Live each={each} /> },
    { id: 'test', header: t('conference.board.test'), width: 78, hideBelow: 620, cell: (each) => <Tests each={each} /> },
    { id: 'up', header: t('conference.board.up'), width: 62, align: 'right', sortable: true, hideBelow: 700, cell: ({ line }) => rate(line?.rateUp) },
    { id: 'down', header: t('conference.board.down'), width: 62, align: 'right', sortable: true, hideBelow: 700, cell: ({ line }) => rate(line?.rateDown) },
    { id: 'loss', header: t('conference.board.loss'), width: 62, align: 'right', sortable: true, cell: (each) => <Loss each={each} /> },
    { id: 'rtt', header: t('conference.board.rtt'), width: 58, align: 'right', sortable: true, hideBelow: 760, cell: ({ line }) => line?.rtt || '' },
    { id: 'drops', header: t('points.drops'), width: 58, align: 'right', sortable: true, hideBelow: 820, cell: ({ row }) => row.d || '' },
    { id: 'heads', header: t('conference.board.heads'), width: 72, align: 'right', sortable: true, cell: ({ row }) => row.c ?? '' },
    { id: 'materials', header: t('conference.board.materials'), width: 72, align: 'right', sortable: true, hideBelow: 880, cell: ({ materials }) => (materials === undefined ? '' : `${materials}%`) },
  ], [t]);
}

function Name({ each: { row, next, holds } }: { each: BoardRow }) {
  const { t } = useTranslation();
  return (
    <span className={classes.name} title={row.n}>
      <span className="kg-clip">{row.n}</span>
      {holds && <StatusPill tone="ok">{t('conference.board.floor')}</StatusPill>}
      {next > 0 && <StatusPill tone="info">{t('conference.board.next', { n: next })}</StatusPill>}
      {row.h && !holds ? <StatusPill tone="warn">{t('conference.board.hand')}</StatusPill> : null}
    </span>
  );
}

function Live({ each: { row } }: { each: BoardRow }) {
  const { t } = useTranslation();
  const shut = has(row.m, 1);
  const [mic, camera] = [has(row.l, lets.audio), has(row.l, lets.camera)];
  const Mic = mic ? IconMicrophone : IconMicrophoneOff;
  const Camera = camera ? IconVideo : IconVideoOff;
  return (
    <span className={classes.marks}>
      <Mic size={16} stroke={1.8} data-on={mic || undefined} data-shut={shut || undefined} role="img" aria-label={t(mic ? 'conference.mic.on' : shut ? 'conference.tile.shut' : 'conference.tile.muted')} />
      <Camera size={16} stroke={1.8} data-on={camera || undefined} data-shut={has(row.m, 2) || undefined} role="img" aria-label={t(camera ? 'conference.camera.on' : 'conference.camera.shut')} />
    </span>
  );
}

const testIcons = { mic: IconMicrophone, speaker: IconVolume, camera: IconVideo };

function Tests({ each: { row } }: { each: BoardRow }) {
  const { t } = useTranslation();
  if (!row.t?.at) return <span className={classes.quiet}>{t('conference.board.untested')}</span>;
  const report = row.t;
  return (
    <span className={classes.marks} title={formatMoment(report.at)}>
      {(['mic', 'speaker', 'camera'] as const).map((device) => {
        const Icon = testIcons[device];
        const mark: Mark | 'untested' = report[device] ?? 'untested';
        return <Icon key={device} size={16} stroke={1.8} data-mark={mark} role="img" aria-label={`${t(`conference.test.${device}`)}: ${t(`conference.mark.${mark}`)}`} />;
      })}
    </span>
  );
}

function Loss({ each }: { each: BoardRow }) {
  const { line } = each;
  if (!line) return null;
  return <span data-tone={isTroubled(each) ? 'bad' : undefined} className={classes.loss}>{share(Math.max(line.lossUp ?? 0, line.lossDown ?? 0))}</span>;
}
