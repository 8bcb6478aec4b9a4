import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useMeetings, type MeetingItem } from '@/lib/backend';
import { useParams } from '@/lib/router';
import { dayOf, formatClock, formatDay } from '@/lib/time';
import { Loaded } from '@/ui';
import { useNow } from '../clock';
import { doorPlan } from './door';
import classes from './display.module.css';

const here = { ahead: 0 };

/** The door of a room: what is held in it now, what comes next today. */
export default function Door() {
  const { room = '' } = useParams();
  const now = useNow(here);
  const day = dayOf(now);
  const from = Date.parse(`${day}T00:00:00+07:00`);
  const meetings = useMeetings({ room, from, to: from + 86_400_000 });
  return (
    <main className={classes.screen}>
      <Loaded query={meetings}>{(list) => <Today list={list} now={now} day={day} />}</Loaded>
    </main>
  );
}

function Today({ list, now, day }: { list: MeetingItem[]; now: number; day: string }) {
  const { t } = useTranslation();
  const { current, coming } = useMemo(() => doorPlan(list, now), [list, now]);
  const room = list.find((each) => each.room)?.room;
  return (
    <>
      <header className={classes.top}>
        <h1 className={classes.title}>{room?.name ?? t('display.room')}</h1>
        <time className={classes.now}>{formatClock(now)} <span className={classes.label}>{formatDay(day)}</span></time>
      </header>
      <div className={classes.middle}>
        <div className={classes.main}>
          {current ? (
            <section className={classes.door} data-busy aria-label={t('display.busy')}>
              <p className={classes.label}>{t('display.busy')}</p>
              <p className={classes.item}>{current.title}</p>
              <p className={classes.label}>{[t('session.from_to', { from: formatClock(current.start), to: formatClock(current.end) }), current.chair && t('display.chair', { name: current.chair.name })].filter(Boolean).join(' · ')}</p>
            </section>
          ) : (
            <section className={classes.door} aria-label={t('display.free')}>
              <p className={classes.item}>{t('display.free')}</p>
              {coming[0] && <p className={classes.label}>{t('display.free.until', { at: formatClock(coming[0].start) })}</p>}
            </section>
          )}
          {coming.length > 0 && (
            <>
              <h2 className={classes.label}>{t('display.coming')}</h2>
              <ul className={classes.coming}>
                {coming.slice(0, 4).map((each) => <li key={each.id}><span className={classes.when}>{formatClock(each.start)}</span> <span>{each.title}</span></li>)}
              </ul>
            </>
          )}
        </div>
      </div>
    </>
  );
}
