import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { MeetingView } from '@/lib/backend';
import { Link, paths } from '@/lib/router';
import { ChoosePoints } from './ChoosePoints';
import { hasPoints } from './points';
import classes from './points.module.css';

/** Where a meeting is prepared: how many points take part, and choosing them. */
export default function PointsCard({ meeting }: { meeting: MeetingView }) {
  const { t } = useTranslation();
  if (!hasPoints(meeting)) return null;
  return (
    <section className={classes.prepare} aria-label={t('points.tab')}>
      <h2>{t('points.tab')}</h2>
      <p>{meeting.points ? t('points.count', { count: meeting.points }) : t('points.none')}</p>
      <div className={classes.buttons}>
        <ChoosePoints meeting={meeting} />
        {Boolean(meeting.points) && <Button component={Link} href={paths.meeting(meeting.id, 'points')} size="compact-md" variant="subtle">{t('points.board.open')}</Button>}
      </div>
    </section>
  );
}
