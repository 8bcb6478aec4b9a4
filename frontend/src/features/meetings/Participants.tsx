import { TextInput } from '@mantine/core';
import { IconBuilding, IconSearch } from '@tabler/icons-react';
import type { TFunction } from 'i18next';
import { useDeferredValue, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { MeetingView, ParticipantView } from '@/lib/backend';
import { DataTable, Empty, StatusPill, type Column } from '@/ui';
import { filtered, tallies, tallyOf, type Tally } from './actions';
import { replyTones } from './status';
import classes from './meeting.module.css';

/** Who is invited and what each has answered; fast for thousands. */
export function Participants({ meeting }: { meeting: MeetingView }) {
  const { t } = useTranslation();
  const [words, setWords] = useState('');
  const [reply, setReply] = useState<Tally | null>(null);
  const wanted = useDeferredValue(words);
  const tally = useMemo(() => tallyOf(meeting.participants), [meeting]);
  const rows = useMemo(() => filtered(meeting.participants, wanted, reply), [meeting, wanted, reply]);
  const columns = useMemo(() => columnsOf(meeting, t), [meeting, t]);
  return (
    <section className={classes.people} aria-label={t('meeting.people')}>
      <div className={classes.peopleHead}>
        <h2>{t('meeting.people')} <span className={classes.quiet}>{meeting.participants.length}</span></h2>
        {meeting.published !== undefined && (
          <div className={classes.tally} role="group" aria-label={t('meetings.reply')}>
            {tallies.map((each) => (
              <button key={each} type="button" className={classes.chip} aria-pressed={reply === each} disabled={tally[each] === 0 && reply !== each} onClick={() => setReply(reply === each ? null : each)}>
                {t(`meeting.reply.${each}`)} <b>{tally[each]}</b>
              </button>
            ))}
          </div>
        )}
        <TextInput className={classes.find} size="xs" aria-label={t('meeting.people.find')} placeholder={t('meeting.people.find')} value={words} leftSection={<IconSearch size={14} stroke={1.7} aria-hidden />} onChange={(event) => setWords(event.currentTarget.value)} />
      </div>
      <div className={classes.table} style={{ height: `calc(${Math.max(3, Math.min(rows.length, 14))} * var(--kg-row) + 46px)` }}>
        <DataTable<ParticipantView> id="meeting.people" label={t('meeting.people')} columns={columns} rows={rows} rowId={idOf} placeholder={rows.length === 0 ? <Empty title={t('meeting.people.nobody')} /> : undefined} />
      </div>
      {meeting.outsiders.length > 0 && (
        <>
          <h3 className={classes.outsidersTitle}>{t('meeting.outsiders')} <span className={classes.quiet}>{meeting.outsiders.length}</span></h3>
          <ul className={classes.outsiders}>{meeting.outsiders.map((one) => <li key={one.key}><b>{one.name}</b> {[one.title, one.organ, one.phone].filter(Boolean).join(', ')} <span className={classes.quiet}>{t(`meeting.role.${one.role}`)}</span></li>)}</ul>
        </>
      )}
    </section>
  );
}

const idOf = (one: ParticipantView) => one.id;

function columnsOf(meeting: MeetingView, t: TFunction): ReadonlyArray<Column<ParticipantView>> {
  const votes = new Set(meeting.entitled);
  return [
    { id: 'name', header: t('meeting.people.name'), width: 190, grow: 3, cell: (one) => <Name one={one} t={t} /> },
    { id: 'office', header: t('meeting.people.office'), width: 160, grow: 2, hideBelow: 640, cell: (one) => (one.unit ? '' : [one.title || one.position, one.office?.short ?? one.office?.name].filter(Boolean).join(', ')) },
    { id: 'role', header: t('meetings.role'), width: 106, cell: (one) => t(`meeting.role.${one.role}`) },
    { id: 'vote', header: t('meeting.people.votes'), width: 92, align: 'center', hideBelow: 850, cell: (one) => (votes.has(one.id) ? t('meeting.people.votes.yes') : '') },
    { id: 'seat', header: t('meeting.people.seat'), width: 64, hideBelow: 920, cell: (one) => one.seat ?? '' },
    { id: 'reply', header: t('meetings.reply'), width: 142, cell: (one) => <StatusPill tone={replyTones[one.reply]} hollow={one.reply === 'PENDING'}>{t(`meeting.reply.${one.reply}`)}</StatusPill> },
    { id: 'reason', header: t('meeting.people.words'), width: 150, grow: 2, hideBelow: 740, cell: (one) => wordsOf(one, t) },
  ];
}

function Name({ one, t }: { one: ParticipantView; t: TFunction }) {
  return (
    <span className={classes.name} title={one.name}>
      {one.unit && <IconBuilding size={15} stroke={1.7} aria-label={t('meeting.people.unit')} />}
      <span className="kg-clip">{one.unit ? one.office?.short ?? one.name : one.name}</span>
      {one.for && <span className={classes.quiet}>{t(one.for.unit ? 'meeting.named_by' : 'meeting.stands_for', { name: one.for.name })}</span>}
    </span>
  );
}

function wordsOf(one: ParticipantView, t: TFunction): string {
  const said = [
    one.substitute && t(one.approvedBy ? 'meeting.substitute.comes' : 'meeting.substitute.waits.short', { name: one.substitute.name }),
    one.reason, one.outdated && t('meeting.people.outdated'),
  ].filter(Boolean).join(' · ');
  return said || (one.reply === 'PENDING' && one.seen ? t('meeting.people.seen') : '');
}
