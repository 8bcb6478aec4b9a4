import { Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { PointsCard } from '@/features/points';
import type { MeetingView } from '@/lib/backend';
import { formatMoment } from '@/lib/time';
import { mineOf } from './actions';
import { Decisions } from './Decisions';
import { History } from './History';
import { InvitationCard } from './InvitationCard';
import { MyAnswer } from './MyAnswer';
import { Participants } from './Participants';
import classes from './meeting.module.css';

/** What the invitation says, one's own answer, who is invited and what happened. */
export default function Overview({ meeting }: { meeting: MeetingView }) {
  const { t } = useTranslation();
  return (
    <div className={classes.overview}>
      <div className={classes.main}>
        {meeting.published !== undefined && mineOf(meeting).map((one) => <MyAnswer key={one.id} meeting={meeting} one={one} />)}
        <Decisions meeting={meeting} />
        {meeting.fields.content && <p className={classes.content}>{meeting.fields.content}</p>}
        <Participants meeting={meeting} />
      </div>
      <aside className={classes.side} aria-label={t('meeting.about')}>
        <Facts meeting={meeting} />
        <InvitationCard meeting={meeting} />
        <Suspense><PointsCard meeting={meeting} /></Suspense>
        <History meeting={meeting} />
      </aside>
    </div>
  );
}

function Facts({ meeting }: { meeting: MeetingView }) {
  const { t } = useTranslation();
  const { fields } = meeting;
  const facts: Array<[string, string | false | undefined]> = [
    [t('meeting.held_by'), meeting.unit.name],
    [t('meeting.field.class'), fields.class && t(`meeting.class.${fields.class}`)],
    [t('meeting.prepared_by'), meeting.creator?.name],
    [t('meeting.approver'), meeting.approver?.name],
    [t('meeting.rules.quorum'), fields.quorumPercent ? `${fields.quorumPercent}%` : undefined],
    [t('meeting.rules.materials_due'), fields.materialsDue ? formatMoment(fields.materialsDue) : undefined],
    [t('meeting.revision'), meeting.published !== undefined && meeting.revision > 1 && t('meeting.revision.number', { number: meeting.revision })],
  ];
  return (
    <section className={classes.card} aria-label={t('meeting.about')}>
      <dl className={classes.facts}>
        {facts.map(([name, value]) => value && <div key={name}><dt>{name}</dt><dd>{value}</dd></div>)}
      </dl>
      {meeting.secret && <p className={classes.warn}>{t('meeting.secret.text')}</p>}
    </section>
  );
}
