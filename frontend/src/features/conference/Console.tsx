import { SegmentedControl, Select, TextInput } from '@mantine/core';
import { IconBroadcast, IconSearch } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useCommands, type Command } from '@/lib/commands';
import { formatFacts } from '@/lib/format';
import { usePointMaterials } from '@/lib/points';
import { DataTable, Empty, type Sort } from '@/ui';
import { boardFilters, boardRows, countBoard, findBoard, groupsOf, totalsOf, type BoardFilter, type BoardRow } from './board';
import { useBoardColumns } from './boardColumns';
import { Chosen, Removing, useStationActs, type StationAct } from './Chosen';
import { Conduct } from './Conduct';
import { Lineup } from './Lineup';
import { Stage } from './Stage';
import { useActs } from './useActs';
import { useHall } from './useHall';
import type { HallMeeting } from './protocol';
import classes from './console.module.css';

/** Bàn điều hành: all stations on one board, and everything that is done to them by one key. */
export function Console({ meeting }: { meeting: HallMeeting }) {
  const { t } = useTranslation();
  const { stations, lines, floor } = useHall();
  const [words, setWords] = useState('');
  const [filter, setFilter] = useState<BoardFilter>('all');
  const [sort, setSort] = useState<Sort | null>(null);
  const [group, setGroup] = useState('');
  const [active, setActive] = useState<string>();
  const [removing, setRemoving] = useState<BoardRow | null>(null);
  const { data: board } = usePointMaterials(meeting.id, meeting.id !== '');
  const ready = useMemo(() => new Map(board?.rows.map(({ point, percent }) => [point, percent])), [board]);
  const all = useMemo(() => boardRows(stations, lines, floor, ready), [stations, lines, floor, ready]);
  const groups = useMemo(() => groupsOf(all), [all]);
  const within = groups.includes(group) ? group : '';
  const rows = useMemo(() => findBoard(all, words, filter, sort, within), [all, words, filter, sort, within]);
  const grouped = useMemo(() => findBoard(all, '', 'all', null, within), [all, within]);
  const counts = useMemo(() => countBoard(grouped), [grouped]);
  const totals = useMemo(() => totalsOf(grouped), [grouped]);
  const columns = useBoardColumns();
  const chosen = rows.find(({ row }) => row.i === active) ?? rows[0];
  const acts = useStationActs(chosen, setRemoving);
  useBoardKeys(acts);
  return (
    <div className={classes.console}>
      <section className={classes.left} aria-label={t('conference.board')}>
        <Conduct />
        <div className={classes.tools}>
          <TextInput size="xs" className={classes.find} aria-label={t('conference.board.find')} placeholder={t('conference.board.find')} leftSection={<IconSearch size={14} aria-hidden />} value={words} onChange={(event) => setWords(event.currentTarget.value)} />
          {groups.length > 0 && <Select size="xs" w={170} aria-label={t('points.group')} allowDeselect={false} value={within} onChange={(next) => setGroup(next ?? '')} data={[{ value: '', label: t('points.group.all') }, ...groups.map((code) => ({ value: code, label: t(`points.group.${code}`) }))]} />}
          <SegmentedControl size="xs" aria-label={t('conference.board.filter')} value={filter} onChange={(next) => setFilter(next as BoardFilter)} data={boardFilters.map((value) => ({ value, label: `${t(`conference.board.filter.${value}`)} ${counts[value]}` }))} />
        </div>
        <p className={classes.sum} role="status">{formatFacts(t('conference.board.arrived', { n: totals.arrived, of: totals.expected }), t('conference.people.heads', { count: totals.heads }))}</p>
        <div className={classes.rows}>
          <DataTable
            id="conference-board" label={t('conference.board')} columns={columns} rows={rows} rowId={rowId} rowLook={rowLook} sort={sort} onSort={setSort}
            onActive={({ row }) => setActive(row.i)} onOpen={({ row }) => setActive(row.i)} activeId={chosen?.row.i} autoFocus
            placeholder={rows.length === 0 ? <Empty icon={IconBroadcast} title={t('conference.board.none')} /> : undefined}
          />
        </div>
      </section>
      <aside className={classes.right} aria-label={t('conference.console')}>
        <div className={classes.preview}><Stage small /></div>
        {chosen && <Chosen each={chosen} acts={acts} meeting={meeting} />}
        <Lineup />
      </aside>
      <Removing each={removing} onClose={() => setRemoving(null)} />
    </div>
  );
}

const rowId = ({ row }: BoardRow) => row.i;
const rowLook = ({ row }: BoardRow) => ({ quiet: row.s === 'ROI' || row.s === 'CHUA_KET_NOI', unread: row.s === 'CHO_VAO' });

function useBoardKeys(acts: readonly StationAct[]) {
  const act = useActs();
  const { floor } = useHall();
  useCommands(useMemo<Command[]>(() => [
    ...acts.map(({ id, key, run }): Command => ({ id: `conference.act.${id}`, label: `conference.act.${id}`, group: 'list', hotkeys: [key], hidden: true, run })),
    { id: 'conference.act.mute_all', label: 'conference.act.mute_all', group: 'list', hotkeys: ['shift+x'], hidden: true, run: () => act('mute_all', { on: !floor.mutedAll }) },
  ], [acts, act, floor.mutedAll]));
}
