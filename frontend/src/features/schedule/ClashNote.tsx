import { IconAlertTriangle } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useClashes, type ClashesView } from '@/lib/backend';
import { Link, paths } from '@/lib/router';
import { dayOf, formatDate } from '@/lib/time';
import { spanText } from './calendar';
import classes from './clash.module.css';

interface Props {
  /** Unix milliseconds; nothing is asked until both are there. */
  start: number;
  end: number;
  room?: string;
  /** Persons, and units that send somebody. */
  people: readonly string[];
  /** The meeting that is planned itself. */
  except?: string;
}

/** "Trùng lịch": what else takes up the room or the people at that time. */
export function ClashNote({ start, end, room, people, except }: Props) {
  const { t } = useTranslation();
  const asked = start > 0 && end > start && (Boolean(room) || people.length > 0);
  const { data, error } = useClashes(asked ? { from: start, to: end, room, people: people.toSorted().join(','), except } : null);
  if (!asked) return null;
  if (error) return <p className={classes.quiet}>{t('clash.unknown')}</p>;
  if (!data) return null;
  return (
    <div role="status" className={data.clashes.length > 0 ? classes.note : classes.quiet}>
      {data.clashes.length > 0 ? (
        <>
          <strong className={classes.title}><IconAlertTriangle size={16} aria-hidden />{t('clash.title', { count: data.clashes.length })}</strong>
          <ul className={classes.list}>{data.clashes.map((clash) => <li key={`${clash.start}-${clash.meeting ?? ''}-${clash.people.map(({ id }) => id).join()}`}><ClashLine clash={clash} day={dayOf(start)} /></li>)}</ul>
        </>
      ) : t('clash.none')}
      {!data.complete && <span className={classes.local}> {t('clash.local')}</span>}
    </div>
  );
}

function ClashLine({ clash, day }: { clash: ClashesView['clashes'][number]; day: string }) {
  const { t } = useTranslation();
  const when = dayOf(clash.start) === day ? spanText(clash) : `${formatDate(clash.start)}, ${spanText(clash)}`;
  const who = [...(clash.room ? [t('clash.room')] : []), ...clash.people.map(({ name }) => name)].join(', ');
  return (
    <>
      {t('clash.line', { who, when })}{' '}
      {clash.meeting ? <Link href={paths.meeting(clash.meeting)}>{clash.title}</Link> : <span>{t('clash.other')}</span>}
    </>
  );
}
