import { ActionIcon, Button, Select } from '@mantine/core';
import { IconCalendarShare, IconChevronLeft, IconChevronRight } from '@tabler/icons-react';
import { Suspense, useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { PointsManager } from '@/features/points';
import { useMeetings, useRooms, useSession, type MeetingFilter, type MeetingItem, type Session } from '@/lib/backend';
import { useCommands } from '@/lib/commands';
import { navigate, paths, useSearch } from '@/lib/router';
import { addDays, formatDay, today, type Day } from '@/lib/time';
import { Loaded, Loading, Page, PageHeader, TabStrip } from '@/ui';
import { addMonths, daysFrom, mondayOf, monthDays, startOf, weekNumber } from './calendar';
import { FeedDialog } from './FeedDialog';
import { MonthView } from './MonthView';
import { RoomsManager } from './RoomsManager';
import { RoomsView } from './RoomsView';
import { readPlace, views, writePlace, type Place, type View, type Whose } from './view';
import { WeekPlanView } from './WeekPlanView';
import { WeekView } from './WeekView';
import classes from './schedule.module.css';

/** Views without a time. */
const lists: ReadonlySet<View> = new Set(['manage', 'points']);

/** Lịch công tác: meetings by week, month and room, the office's week plan, and the rooms and meeting points. */
export default function ScheduleScreen() {
  const { t } = useTranslation();
  const search = useSearch();
  const place = useMemo(() => readPlace(search), [search]);
  const go = (change: Partial<Place>) => navigate(`${paths.schedule}?${writePlace({ ...place, ...change })}`, { replace: true });
  const step = (n: number) => go({ day: place.view === 'month' ? addMonths(place.day, n) : addDays(place.day, 7 * n) });
  useSteps(step, () => go({ day: today() }));
  return (
    <Page
      header={
        <>
          <PageHeader title={t('nav.schedule')}>{!lists.has(place.view) && <Steps place={place} onStep={step} onToday={() => go({ day: today() })} />}</PageHeader>
          <TabStrip label={t('schedule.views')} panel="schedule" value={place.view} tabs={views.map((id) => ({ id, label: t(`schedule.view.${id}`) }))} onChange={(view) => go({ view })} />
        </>
      }
      fixed
    >
      <div role="tabpanel" id="schedule" aria-labelledby={`schedule-${place.view}`} className={classes.panel}>
        {place.view === 'plan' ? <WeekPlanView unit={place.unit} monday={mondayOf(place.day)} onUnit={(unit) => go({ unit })} />
          : place.view === 'manage' ? <RoomsManager /> : place.view === 'points' ? <Suspense fallback={<Loading />}><PointsManager /></Suspense> : <Meetings place={place} go={go} />}
      </div>
    </Page>
  );
}

/** ← → and T. */
function useSteps(step: (n: number) => void, now: () => void) {
  const latest = useRef({ step, now });
  useEffect(() => void (latest.current = { step, now }));
  useCommands(useMemo(() => [
    { id: 'schedule.previous', label: 'schedule.previous', group: 'view' as const, hotkeys: ['arrowleft'], hidden: true, run: () => latest.current.step(-1) },
    { id: 'schedule.next', label: 'schedule.next', group: 'view' as const, hotkeys: ['arrowright'], hidden: true, run: () => latest.current.step(1) },
    { id: 'schedule.today', label: 'schedule.today', group: 'view' as const, hotkeys: ['t'], run: () => latest.current.now() },
  ], []));
}

function Steps({ place, onStep, onToday }: { place: Place; onStep: (n: number) => void; onToday: () => void }) {
  const { t } = useTranslation();
  const monday = mondayOf(place.day);
  return (
    <>
      <span className={classes.span} role="status">
        {place.view === 'month' ? t('schedule.month', { month: Number(place.day.slice(5, 7)), year: place.day.slice(0, 4) })
          : t('schedule.week', { number: weekNumber(monday), from: formatDay(monday).slice(0, 5), to: formatDay(addDays(monday, 6)) })}
      </span>
      <ActionIcon variant="default" size={34} aria-label={t('schedule.previous')} onClick={() => onStep(-1)}><IconChevronLeft size={17} /></ActionIcon>
      <Button variant="default" onClick={onToday}>{t('schedule.today')}</Button>
      <ActionIcon variant="default" size={34} aria-label={t('schedule.next')} onClick={() => onStep(1)}><IconChevronRight size={17} /></ActionIcon>
    </>
  );
}

function filterOf(place: Place, days: readonly Day[], session: Session | undefined): MeetingFilter {
  return {
    from: startOf(days[0] ?? place.day), to: startOf(addDays(days.at(-1) ?? place.day, 1)), room: place.room || undefined,
    mine: place.whose === 'mine' || undefined, unit: place.whose === 'office' ? session?.unit?.id : undefined,
  };
}

function Meetings({ place, go }: { place: Place; go: (change: Partial<Place>) => void }) {
  const { data: session } = useSession();
  const days = useMemo(() => (place.view === 'month' ? monthDays(place.day) : daysFrom(mondayOf(place.day), 7)), [place.view, place.day]);
  const meetings = useMeetings(filterOf(place, days, session));
  return (
    <>
      <Filters place={place} go={go} />
      <Loaded query={meetings}>{(list) => <Shown place={place} days={days} meetings={list} go={go} />}</Loaded>
    </>
  );
}

function Shown({ place, days, meetings, go }: { place: Place; days: Day[]; meetings: MeetingItem[]; go: (change: Partial<Place>) => void }) {
  switch (place.view) {
    case 'month':
      return <MonthView days={days} month={place.day.slice(0, 7)} meetings={meetings} onDay={(day) => go({ view: 'week', day })} />;
    case 'rooms':
      return <RoomsView days={days} meetings={meetings} only={place.room} />;
    default:
      return <WeekView days={days} meetings={meetings} />;
  }
}

function Filters({ place, go }: { place: Place; go: (change: Partial<Place>) => void }) {
  const { t } = useTranslation();
  const { data: rooms } = useRooms();
  const [sharing, setSharing] = useState(false);
  const whose: Whose[] = ['all', 'mine', 'office'];
  return (
    <div className={classes.filters} role="group" aria-label={t('schedule.filters')}>
      {whose.map((each) => (
        <Button key={each} size="compact-md" variant={place.whose === each ? 'light' : 'default'} aria-pressed={place.whose === each} onClick={() => go({ whose: each })}>{t(`schedule.whose.${each}`)}</Button>
      ))}
      <Select
        aria-label={t('schedule.room')} placeholder={t('schedule.room.all')} clearable searchable size="xs" w={300} value={place.room || null}
        data={(rooms ?? []).map((room) => ({ value: room.id, label: `${room.name} – ${room.unit.short || room.unit.name}` }))}
        nothingFoundMessage={t('schedule.rooms.none')} clearButtonProps={{ 'aria-label': t('action.clear') }} onChange={(room) => go({ room: room ?? '' })}
      />
      <span className={classes.spring} />
      <Button size="compact-md" variant="default" leftSection={<IconCalendarShare size={16} />} onClick={() => setSharing(true)}>{t('feed.open')}</Button>
      <FeedDialog opened={sharing} onClose={() => setSharing(false)} />
    </div>
  );
}
