import { Button } from '@mantine/core';
import { IconPhone } from '@tabler/icons-react';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { formatFacts } from '@/lib/format';
import { useMeetingPoints } from '@/lib/points';
import { formatClock } from '@/lib/time';
import { ConfirmDialog, Kbd } from '@/ui';
import type { BoardRow } from './board';
import { has, isPresent, mutes, type HallMeeting } from './protocol';
import { may, type HallState } from './state';
import { useActs } from './useActs';
import { useHall } from './useHall';
import classes from './console.module.css';

export interface StationAct {
  id: string;
  key: string;
  run: () => void;
  /** What comes next, most likely. */
  leading?: boolean;
  danger?: boolean;
}

/** What can be done to a station now; to take it out is asked about first. */
export function useStationActs(each: BoardRow | undefined, onRemove: (each: BoardRow) => void): StationAct[] {
  const act = useActs();
  const state = useHall();
  const { me, floor, view, hello } = state;
  return useMemo(() => (each ? actsOf(each, { me, floor, view, hello }, act, onRemove) : []), [each, me, floor, view, hello, act, onRemove]);
}

function actsOf(each: BoardRow, { me, floor, view, hello }: Pick<HallState, 'me' | 'floor' | 'view' | 'hello'>, act: ReturnType<typeof useActs>, onRemove: (each: BoardRow) => void): StationAct[] {
  const { row, holds, next } = each;
  const station = row.i;
  const on = (id: string, key: string, run: () => void, when: boolean, more: Partial<StationAct> = {}): StationAct[] => (when ? [{ id, key, run, ...more }] : []);
  const here = isPresent(row);
  const waits = row.s === 'CHO_VAO';
  const muted = has(row.m, mutes.audio);
  const dark = has(row.m, mutes.camera);
  const queue = floor.next ?? [];
  const given = (floor.given ?? []).includes(station);
  const staged = (view.stage ?? []).includes(station);
  const allowed = (name: string) => may({ me }, name);
  return [
    ...on('admit', 'a', () => act('admit', { station }), waits && allowed('admit'), { leading: true }),
    ...on('refuse', 'shift+a', () => act('refuse', { station }), waits && allowed('refuse'), { danger: true }),
    ...on(given ? 'floor_take' : 'floor', 'f', () => act('floor', { station, on: !given }), here && allowed('floor') && (given || !holds), { leading: true }),
    ...on(next > 0 ? 'next_not' : 'next', 'q', () => act('next', { stations: next > 0 ? queue.filter((id) => id !== station) : [...queue, station] }), here && allowed('next') && (next === 0 || queue.includes(station))),
    ...on('spotlight', 'g', () => act('layout', { layout: 'SPOTLIGHT', station }), here && allowed('layout')),
    ...on(staged ? 'stage_not' : 'stage', 't', () => act('stage', { station, on: !staged }), here && allowed('stage')),
    ...on(muted ? 'unmute' : 'mute', 'x', () => act('mute', { station, on: !muted }), here && allowed('mute')),
    ...on(dark ? 'camera_on' : 'camera_off', 'z', () => act('camera', { station, on: dark }), here && allowed('camera')),
    ...on('chair', 'shift+g', () => act('chair', { station }), here && allowed('chair') && view.chair !== station),
    ...on(row.u === 1 ? 'sub_chair_not' : 'sub_chair', 'shift+s', () => act('sub_chair', { station, on: row.u !== 1 }), here && allowed('sub_chair') && row.u !== 2),
    ...on('lower', 'shift+h', () => act('lower', { station }), Boolean(row.h) && allowed('lower')),
    ...on('test', 'i', () => act('test', { station }), here && allowed('test')),
    ...on('remove', 'delete', () => onRemove(each), here && allowed('remove') && station !== hello?.station && row.r !== 'CHU_TRI', { danger: true }),
  ];
}

/** The station that the board stands at: what is known of it, whom to call, what can be done. */
export function Chosen({ each, acts, meeting }: { each: BoardRow; acts: readonly StationAct[]; meeting: HallMeeting }) {
  const { t } = useTranslation();
  const { data: board } = useMeetingPoints(meeting.id);
  const { row, line } = each;
  const point = board?.rows.find((other) => other.point === row.i);
  const trouble = line?.deaf ? 'deaf' : line?.blind ? 'blind' : line?.route === 'tcp' || line?.route === 'relay' ? line.route : '';
  return (
    <section className={classes.chosen} aria-label={row.n}>
      <h2 className={classes.chosenName}>{row.n}</h2>
      <p className={classes.quiet}>{formatFacts(t(`conference.kind.${row.k}`), t(`meeting.role.${row.r}`), row.j ? t('conference.board.joined', { at: formatClock(row.j) }) : undefined, row.x && row.s !== 'TRONG_HOP' ? t('conference.board.since', { at: formatClock(row.x) }) : undefined)}</p>
      {trouble && <p className={classes.warn}>{t(`conference.board.line.${trouble}`)}</p>}
      {point && (point.technician || point.phone) && (
        <p className={classes.call}><IconPhone size={15} stroke={1.8} aria-hidden /> {point.technician?.name} {point.phone && <a href={`tel:${point.phone.replaceAll(' ', '')}`}>{point.phone}</a>}</p>
      )}
      <div className={classes.acts}>
        {acts.map(({ id, key, run, leading, danger }) => (
          <Button key={id} size="compact-sm" variant={leading ? 'filled' : 'default'} color={danger ? 'son' : undefined} rightSection={<Kbd keys={key} />} onClick={run}>{t(`conference.act.${id}`)}</Button>
        ))}
      </div>
    </section>
  );
}

/** The board may stand at another station by the time that it is answered. */
export function Removing({ each, onClose }: { each: BoardRow | null; onClose: () => void }) {
  const { t } = useTranslation();
  const act = useActs();
  return (
    <ConfirmDialog
      opened={each !== null} danger title={t('conference.remove.title', { name: each?.row.n ?? '' })} text={t('conference.remove.text')} confirm={t('conference.act.remove')} onClose={onClose}
      onConfirm={() => act('remove', { station: each?.row.i })}
    />
  );
}
