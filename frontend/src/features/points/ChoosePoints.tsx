import { Button, Checkbox, Modal, Select, TextInput } from '@mantine/core';
import { IconBroadcast, IconSearch, IconSquare, IconSquareCheckFilled } from '@tabler/icons-react';
import { useDeferredValue, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { MeetingView, PointBoard, PointGroup, PointView } from '@/lib/backend';
import { useMeetingPoints, usePoints } from '@/lib/points';
import { DataTable, Empty, FormFrame, Loaded, useAct, type Column } from '@/ui';
import { changesOf, choosesPoints, findPoints, groupCounts } from './points';
import classes from './points.module.css';

/** The button that opens the choice of points, for whoever prepares the meeting. */
export function ChoosePoints({ meeting }: { meeting: MeetingView }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  if (!choosesPoints(meeting)) return null;
  return (
    <>
      <Button size="compact-md" variant="default" onClick={() => setOpen(true)}>{t('points.choose')}</Button>
      <Modal opened={open} onClose={() => setOpen(false)} withCloseButton={false} padding={0} size={860} closeOnEscape={false} attributes={{ content: { 'aria-label': t('points.choose') } }}>
        {open && <Chooser meeting={meeting} onClose={() => setOpen(false)} />}
      </Modal>
    </>
  );
}

function Chooser({ meeting, onClose }: { meeting: MeetingView; onClose: () => void }) {
  const points = usePoints();
  const board = useMeetingPoints(meeting.id);
  return (
    <Loaded query={points}>
      {({ points: all }) => <Loaded query={board}>{(now) => <Choice meeting={meeting} all={all} board={now} onClose={onClose} />}</Loaded>}
    </Loaded>
  );
}

function Choice({ meeting, all, board, onClose }: { meeting: MeetingView; all: PointView[]; board: PointBoard; onClose: () => void }) {
  const { t } = useTranslation();
  const act = useAct();
  const [chosen, setChosen] = useState<ReadonlySet<string>>(() => new Set(board.rows.map((row) => row.point)));
  const [host, setHost] = useState(board.rows.find((row) => row.host)?.point ?? '');
  const [words, setWords] = useState('');
  const [group, setGroup] = useState<PointGroup | ''>('');
  const [only, setOnly] = useState(false);
  const wanted = useDeferredValue(words);
  const stays = useMemo(() => new Set(board.rows.filter((row) => row.joined).map((row) => row.point)), [board]);
  const shown = useMemo(() => findPoints(all, wanted, group).filter((point) => !only || chosen.has(point.id)), [all, wanted, group, only, chosen]);
  const counts = useMemo(() => groupCounts(all), [all]);
  const whole = shown.length > 0 && shown.every((point) => chosen.has(point.id));
  const change = (points: readonly PointView[], on: boolean) =>
    setChosen((before) => {
      const next = new Set(before);
      for (const { id } of points) {
        if (on) next.add(id);
        else if (!stays.has(id)) next.delete(id);
      }
      return next;
    });
  const columns = useMemo<Array<Column<PointView>>>(() => [
    { id: 'chosen', header: t('points.chosen'), width: 84, align: 'center', cell: (point) => <Mark on={chosen.has(point.id)} /> },
    { id: 'name', header: t('points.name'), width: 260, grow: 1, cell: (point) => <span className="kg-clip" title={point.name}>{point.name}</span> },
    { id: 'unit', header: t('points.unit'), width: 210, hideBelow: 560, cell: (point) => point.unit.short || point.unit.name },
    { id: 'group', header: t('points.group'), width: 108, cell: (point) => t(`points.group.${point.group}`) },
  ], [t, chosen]);
  const args = changesOf(board.rows, chosen, host);
  const save = async () => {
    if (args) await act({ name: 'meeting.set_points.1', id: meeting.id, base: meeting.version, args });
    onClose();
  };
  return (
    <FormFrame title={t('points.choose')} sub={t('points.choose.sub', { count: chosen.size })} submit={t('action.save')} missing={args ? null : t('points.choose.same')} onSubmit={save} onClose={onClose}>
      <div className={classes.chooser}>
        <div className={classes.tools}>
          <TextInput className={classes.find} data-autofocus aria-label={t('points.find')} placeholder={t('points.find')} leftSection={<IconSearch size={15} aria-hidden />} value={words} onChange={(event) => setWords(event.currentTarget.value)} />
          <Checkbox label={t('points.choose.only')} checked={only} onChange={(event) => setOnly(event.currentTarget.checked)} />
        </div>
        <div className={classes.groups} role="group" aria-label={t('points.group')}>
          <button type="button" className={classes.chip} aria-pressed={group === ''} onClick={() => setGroup('')}>{t('points.group.all')} <b>{all.length}</b></button>
          {counts.map((each) => (
            <button key={each.group} type="button" className={classes.chip} aria-pressed={group === each.group} onClick={() => setGroup(group === each.group ? '' : each.group)}>
              {t(`points.group.${each.group}`)} <b>{each.count}</b>
            </button>
          ))}
          <Button size="compact-sm" variant="default" disabled={shown.length === 0} onClick={() => change(shown, !whole)}>
            {t(whole ? 'points.choose.drop' : 'points.choose.take', { count: shown.length })}
          </Button>
        </div>
        <div className={classes.list}>
          <DataTable
            id="points.choose" label={t('points.choose')} columns={columns} rows={shown} rowId={idOf} onOpen={(point) => change([point], !chosen.has(point.id))}
            placeholder={shown.length === 0 ? <Empty icon={IconBroadcast} title={t(all.length === 0 ? 'points.list.none' : 'points.nothing')} text={all.length === 0 ? t('points.list.none.text') : undefined} /> : undefined}
          />
        </div>
        <Select
          label={t('points.host')} description={t('points.host.text')} searchable limit={100} value={chosen.has(host) ? host : null} nothingFoundMessage={t('points.nothing')}
          data={all.filter((point) => chosen.has(point.id)).map((point) => ({ value: point.id, label: point.name }))} onChange={(to) => setHost(to ?? '')} allowDeselect={false}
        />
        {stays.size > 0 && <p className={classes.note}>{t('points.choose.stay', { count: stays.size })}</p>}
      </div>
    </FormFrame>
  );
}

const idOf = (point: PointView) => point.id;

function Mark({ on }: { on: boolean }) {
  const { t } = useTranslation();
  return on ? <IconSquareCheckFilled size={18} className={classes.on} aria-label={t('points.chosen.yes')} /> : <IconSquare size={18} className={classes.off} aria-label={t('points.chosen.no')} />;
}
