import { Button, Modal, SegmentedControl, TextInput } from '@mantine/core';
import { IconBroadcast, IconFileTypeCsv, IconFileTypePdf, IconSearch } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, useSession, type MeetingView, type PointBoard, type PointRow } from '@/lib/backend';
import { formatFacts } from '@/lib/format';
import { pointReportUrl, useMeetingPoints, usePointMaterials } from '@/lib/points';
import { formatClock, formatMoment } from '@/lib/time';
import { DataTable, Empty, Loaded, notify, StatusPill, type Column } from '@/ui';
import { ChoosePoints } from './ChoosePoints';
import { PointDetails } from './PointDetails';
import { countRows, findRows, mayReport, pointFilters, statusTones, totalsOf, type PointFilterName } from './points';
import { PointReportForm } from './PointReportForm';
import classes from './points.module.css';

/** Điểm cầu: the board of all points for those who run the meeting, for the others their own. */
export default function PointsTab({ meeting }: { meeting: MeetingView }) {
  const board = useMeetingPoints(meeting.id);
  return <Loaded query={board}>{(view) => (meeting.official ? <Board meeting={meeting} board={view} /> : <OwnPoints meeting={meeting} board={view} />)}</Loaded>;
}

function Board({ meeting, board }: { meeting: MeetingView; board: PointBoard }) {
  const { t } = useTranslation();
  const [words, setWords] = useState('');
  const [filter, setFilter] = useState<PointFilterName>('all');
  const [open, setOpen] = useState<string | null>(null);
  const { data: ready } = usePointMaterials(meeting.id, board.rows.length > 0);
  const percents = useMemo(() => new Map(ready?.rows.map((row) => [row.id, row.percent])), [ready]);
  const rows = useMemo(() => findRows(board.rows, words, filter), [board, words, filter]);
  const counts = useMemo(() => countRows(board.rows), [board]);
  const { people, drops } = useMemo(() => totalsOf(board.rows), [board]);
  const columns = useColumns(percents);
  const shown = board.rows.find((row) => row.id === open);
  return (
    <div className={classes.board}>
      <div className={classes.tools}>
        <TextInput className={classes.find} aria-label={t('points.find')} placeholder={t('points.find')} leftSection={<IconSearch size={15} aria-hidden />} value={words} onChange={(event) => setWords(event.currentTarget.value)} />
        <SegmentedControl size="xs" aria-label={t('points.filter')} value={filter} onChange={(next) => setFilter(next as PointFilterName)} data={pointFilters.map((value) => ({ value, label: `${t(`points.filter.${value}`)} ${counts[value]}` }))} />
        <span className={classes.sum} role="status">{formatFacts(t('points.in', { n: counts.in, of: board.rows.length }), t('points.people', { count: people }), t('points.drops.count', { count: drops }))}</span>
        <span className={classes.spring} />
        <ChoosePoints meeting={meeting} />
        {board.actions.some((each) => each.action === 'meeting.point_report' && each.allow) && <Downloads meeting={meeting.id} />}
      </div>
      {ready?.materials === 'offline' && <p className={classes.note}>{t('points.materials.offline')}</p>}
      <div className={classes.rows}>
        <DataTable
          id="points" label={t('points.tab')} columns={columns} rows={rows} rowId={(row) => row.id} onOpen={(row) => setOpen(row.id)} autoFocus
          rowLook={(row) => ({ quiet: row.status === 'ROI' })}
          placeholder={rows.length === 0 ? <Empty icon={IconBroadcast} title={t(board.rows.length === 0 ? 'points.none' : 'points.nothing')} text={board.rows.length === 0 ? t('points.none.text') : undefined} /> : undefined}
        />
      </div>
      <Modal opened={shown !== undefined} onClose={() => setOpen(null)} withCloseButton={false} padding={0} size={560} closeOnEscape={false} attributes={{ content: { 'aria-label': shown?.name ?? '' } }}>
        {shown && <PointReportForm meeting={meeting} row={shown} onClose={() => setOpen(null)} />}
      </Modal>
    </div>
  );
}

/** By the browser's downloads, or by the system's dialog in a window, which has none. */
function Downloads({ meeting }: { meeting: string }) {
  const { t } = useTranslation();
  const { data: session } = useSession();
  const save = async (form: 'pdf' | 'csv') => {
    try {
      const { saved } = await api.savePoints(meeting, form);
      if (saved) notify.ok(t('points.report.saved'));
    } catch (error) {
      notify.error(error);
    }
  };
  return (['pdf', 'csv'] as const).map((form) => {
    const Icon = form === 'pdf' ? IconFileTypePdf : IconFileTypeCsv;
    const how = session?.window
      ? { component: 'button' as const, type: 'button' as const, onClick: () => void save(form) }
      : { component: 'a' as const, href: pointReportUrl(meeting, form), download: true };
    return <Button key={form} {...how} size="compact-md" variant="default" leftSection={<Icon size={16} stroke={1.7} aria-hidden />}>{t(`points.report.${form}`)}</Button>;
  });
}

function useColumns(percents: ReadonlyMap<string, number | undefined>): Array<Column<PointRow>> {
  const { t } = useTranslation();
  return useMemo(() => [
    { id: 'name', header: t('points.name'), width: 240, grow: 1, cell: (row) => <Name row={row} /> },
    { id: 'group', header: t('points.group'), width: 96, hideBelow: 1100, cell: (row) => t(`points.group.${row.group}`) },
    { id: 'status', header: t('points.status'), width: 132, cell: (row) => <StatusPill tone={statusTones[row.status]} hollow={row.status === 'CHUA_KET_NOI'}>{t(`points.status.${row.status}`)}</StatusPill> },
    { id: 'joined', header: t('points.joined'), width: 64, cell: (row) => formatClock(row.joined) },
    { id: 'left', header: t('points.left'), width: 64, cell: (row) => formatClock(row.left) },
    { id: 'drops', header: t('points.drops'), width: 56, align: 'right', cell: (row) => (row.joined ? row.drops : '') },
    { id: 'headcount', header: t('points.headcount'), width: 76, align: 'right', cell: (row) => (row.reported ? row.headcount : '') },
    { id: 'head', header: t('points.head'), width: 160, hideBelow: 780, cell: (row) => <span className="kg-clip">{row.head?.name ?? row.headName}</span> },
    { id: 'test', header: t('points.test.short'), width: 122, hideBelow: 930, cell: (row) => <Test row={row} /> },
    { id: 'materials', header: t('points.materials'), width: 84, align: 'right', hideBelow: 1010, cell: (row) => percentText(percents.get(row.id)) },
  ], [t, percents]);
}

const percentText = (percent: number | undefined) => (percent === undefined ? '' : `${percent}%`);

function Name({ row }: { row: PointRow }) {
  const { t } = useTranslation();
  return (
    <span className={classes.name} title={`${row.name}, ${row.unit.name}`}>
      <span className="kg-clip">{row.name}</span>
      {row.host && <StatusPill tone="info">{t('points.host')}</StatusPill>}
    </span>
  );
}

function Test({ row }: { row: PointRow }) {
  const { t } = useTranslation();
  if (!row.test) return <span className={classes.quiet}>{t('points.test.none')}</span>;
  return <StatusPill tone={row.test.passed ? 'ok' : 'bad'} title={formatMoment(row.test.at)}>{t(row.test.passed ? 'points.test.ok' : 'points.test.bad')}</StatusPill>;
}

/** What the people of a point see: their own, and its report. */
function OwnPoints({ meeting, board }: { meeting: MeetingView; board: PointBoard }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState<string | null>(null);
  const shown = board.rows.find((row) => row.id === open);
  if (board.rows.length === 0) return <Empty icon={IconBroadcast} title={t('points.own.none')} text={t('points.own.none.text', { count: board.points })} />;
  return (
    <div className={classes.own}>
      {board.rows.map((row) => (
        <section key={row.id} className={classes.prepare} aria-label={row.name}>
          <div className={classes.head}>
            <h2>{row.name}</h2>
            <StatusPill tone={statusTones[row.status]} hollow={row.status === 'CHUA_KET_NOI'}>{t(`points.status.${row.status}`)}</StatusPill>
          </div>
          <PointDetails row={row} />
          {mayReport(row) && <Button size="compact-md" onClick={() => setOpen(row.id)}>{t('points.report')}</Button>}
        </section>
      ))}
      <Modal opened={shown !== undefined} onClose={() => setOpen(null)} withCloseButton={false} padding={0} size={560} closeOnEscape={false} attributes={{ content: { 'aria-label': shown?.name ?? '' } }}>
        {shown && <PointReportForm meeting={meeting} row={shown} onClose={() => setOpen(null)} />}
      </Modal>
    </div>
  );
}
