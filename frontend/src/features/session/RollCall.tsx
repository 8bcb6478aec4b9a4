import { Button, SegmentedControl, TextInput } from '@mantine/core';
import { IconSearch, IconUsers } from '@tabler/icons-react';
import { useCallback, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useGive, useRollCall, type MeetingView, type RollRow, type RollView } from '@/lib/backend';
import { useCommands, type Command } from '@/lib/commands';
import { formatClock } from '@/lib/time';
import { ConfirmDialog, DataTable, Empty, Kbd, Loaded, notify, StatusPill, useAct, type Column, type Tone } from '@/ui';
import { countRows, findRows, isHere, presences, rollFilters, searchable, type Presence, type RollFilter } from './roll';
import classes from './session.module.css';

const tones: Record<Presence, Tone> = {
  CHUA_DIEM_DANH: 'neutral', CO_MAT_TRUC_TIEP: 'ok', CO_MAT_TRUC_TUYEN: 'ok', VANG_CO_LY_DO: 'warn', VANG_KHONG_LY_DO: 'bad',
};

/** Điểm danh: everybody who is invited, called by the number keys. */
export default function RollCall({ meeting }: { meeting: MeetingView }) {
  const roll = useRollCall(meeting.id);
  return <Loaded query={roll}>{(view) => <Roll view={view} meeting={meeting} />}</Loaded>;
}

function Roll({ view, meeting }: { view: RollView; meeting: MeetingView }) {
  const { t } = useTranslation();
  const { mutate } = useGive();
  const act = useAct();
  const [words, setWords] = useState('');
  const [filter, setFilter] = useState<RollFilter>('all');
  const [active, setActive] = useState<RollRow | null>(null);
  const [closing, setClosing] = useState(false);
  const all = useMemo(() => searchable(view.people), [view.people]);
  const rows = useMemo(() => findRows(all, words, filter), [all, words, filter]);
  const counts = useMemo(() => countRows(view.people), [view.people]);
  const columns = useColumns();
  const can = useMemo(() => new Set(meeting.actions.filter((each) => each.allow).map((each) => each.action)), [meeting.actions]);
  const sets = can.has('attendance.set');
  const set = useCallback(
    (row: RollRow, presence: Presence) =>
      mutate({ name: 'attendance.set.1', id: row.attendance, base: 0, args: { meeting: meeting.id, person: row.person.id, presence } }, { onError: (error) => notify.error(error) }),
    [mutate, meeting.id],
  );
  const leave = useCallback(
    (row: RollRow) => mutate({ name: 'attendance.leave.1', id: row.attendance, base: 0, args: { meeting: meeting.id, person: row.person.id } }, { onError: (error) => notify.error(error) }),
    [mutate, meeting.id],
  );
  const current = rows.find((row) => row.attendance === active?.attendance) ?? rows[0];
  useCommands(
    useMemo(() => {
      const command = (presence: Presence, key: string): Command => ({
        id: `roll.set.${presence}`, label: `roll.presence.${presence}`, group: 'list', hotkeys: [key], when: () => sets && current !== undefined, run: () => current && set(current, presence),
      });
      const leaves = current !== undefined && isHere(current) && can.has('attendance.leave');
      return [
        ...presences.map((presence, i) => command(presence, String(i + 1))), command('CHUA_DIEM_DANH', '0'),
        { id: 'roll.leave', label: 'roll.leave', group: 'list', hotkeys: ['5'], when: () => leaves, run: () => current && leave(current) } satisfies Command,
      ];
    }, [sets, current, set, leave, can]),
  );
  return (
    <div className={classes.roll}>
      <div className={classes.rollHead}>
        <TextInput className={classes.search} aria-label={t('roll.search')} placeholder={t('roll.search')} leftSection={<IconSearch size={16} aria-hidden />} value={words} onChange={(event) => setWords(event.currentTarget.value)} />
        <SegmentedControl size="xs" aria-label={t('roll.filter')} value={filter} onChange={(next) => setFilter(next as RollFilter)} data={rollFilters.map((value) => ({ value, label: `${t(`roll.filter.${value}`)} ${counts[value]}` }))} />
        <span className={classes.rollCount}>
          {t('session.quorum.of', { present: view.quorum.present, entitled: view.quorum.entitled })}{' '}
          {view.quorum.required > 0 && <StatusPill tone={view.quorum.reached ? 'ok' : 'bad'}>{t(view.quorum.reached ? 'session.quorum.reached' : 'session.quorum.missing', { count: view.quorum.required - view.quorum.present })}</StatusPill>}
        </span>
        {can.has('session.mark_absent') && <Button size="compact-md" variant="default" disabled={counts.uncalled === 0} onClick={() => setClosing(true)}>{t('roll.close')}</Button>}
      </div>
      {sets && (
        <div className={classes.rollKeys} aria-label={t('roll.keys')} role="group">
          {presences.map((presence, i) => (
            <Button key={presence} size="compact-sm" variant="default" disabled={current === undefined} leftSection={<Kbd keys={String(i + 1)} />} onClick={() => current && set(current, presence)}>{t(`roll.presence.${presence}`)}</Button>
          ))}
          {can.has('attendance.leave') && <Button size="compact-sm" variant="default" disabled={current === undefined || !isHere(current)} leftSection={<Kbd keys="5" />} onClick={() => current && leave(current)}>{t('roll.leave')}</Button>}
          <Button size="compact-sm" variant="subtle" disabled={current === undefined} leftSection={<Kbd keys="0" />} onClick={() => current && set(current, 'CHUA_DIEM_DANH')}>{t('roll.clear')}</Button>
          {current && <span className={classes.note}>{t('roll.for', { name: current.person.name })}</span>}
        </div>
      )}
      <div className={classes.rollTable}>
        <DataTable
          id="rollcall" label={t('meeting.tab.rollcall')} columns={columns} rows={rows} rowId={(row) => row.attendance} activeId={current?.attendance} onActive={setActive} autoFocus
          rowLook={(row) => ({ quiet: !isHere(row) && row.presence !== 'CHUA_DIEM_DANH' })}
          placeholder={rows.length === 0 ? <Empty icon={IconUsers} title={t('roll.none')} text={t('roll.none.text')} /> : undefined}
        />
      </div>
      <ConfirmDialog
        opened={closing} title={t('roll.close.title')} confirm={t('roll.close')} text={t('roll.close.text', { count: counts.uncalled })}
        onConfirm={() => act({ name: 'session.mark_absent.1', id: view.session, base: 0, args: { meeting: meeting.id } })} onClose={() => setClosing(false)}
      />
    </div>
  );
}

function useColumns(): Array<Column<RollRow>> {
  const { t } = useTranslation();
  return useMemo(
    () => [
      { id: 'name', header: t('roll.name'), width: 220, grow: 1, cell: (row) => row.person.name },
      { id: 'title', header: t('roll.title'), width: 180, grow: 2, hideBelow: 900, cell: (row) => [row.title, row.office].filter(Boolean).join(', ') },
      { id: 'role', header: t('roll.role'), width: 120, hideBelow: 700, cell: (row) => t(`meeting.role.${row.role}`) },
      { id: 'votes', header: t('roll.votes'), width: 84, align: 'center', hideBelow: 800, cell: (row) => (row.votes ? t('roll.votes.yes') : '') },
      { id: 'seat', header: t('roll.seat'), width: 64, hideBelow: 1000, cell: (row) => row.seat ?? '' },
      { id: 'presence', header: t('roll.presence'), width: 190, cell: (row) => <StatusPill tone={row.left ? 'warn' : tones[row.presence]}>{row.left ? t('roll.left', { at: formatClock(row.left) }) : t(`roll.presence.${row.presence}`)}</StatusPill> },
      { id: 'at', header: t('roll.at'), width: 150, grow: 1, cell: (row) => [formatClock(row.arrived), row.method && t(`roll.method.${row.method}`), row.late && t('roll.late')].filter(Boolean).join(' · ') || (row.reason ?? '') },
    ],
    [t],
  );
}
