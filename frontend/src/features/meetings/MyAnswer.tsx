import { Button, Modal } from '@mantine/core';
import { IconCheck, IconUserShare, IconUsers, IconX } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { MeetingView, ParticipantView } from '@/lib/backend';
import { may } from '@/lib/may';
import { formatMoment } from '@/lib/time';
import { ConfirmDialog, notify, StatusPill, useAct } from '@/ui';
import { NamePeopleForm } from './NamePeopleForm';
import { replyTones } from './status';
import { SubstituteForm } from './SubstituteForm';
import classes from './meeting.module.css';

/** One's own answer to the invitation, or that of a unit one answers for. */
export function MyAnswer({ meeting, one }: { meeting: MeetingView; one: ParticipantView }) {
  const { t } = useTranslation();
  const act = useAct();
  const [asked, setAsked] = useState<'decline' | 'substitute' | 'people' | null>(null);
  const allowed = (action: string) => may(one.actions, `meeting.${action}`);
  const close = () => setAsked(null);
  const answer = (reply: 'ACCEPTED' | 'DECLINED', reason?: string) =>
    act({ name: 'meeting.reply.1', id: meeting.id, base: meeting.version, args: { participant: one.id, reply, reason, was: one.reply } });
  const tell = (work: Promise<unknown>) => void work.catch(notify.error);
  const named = meeting.participants.filter((other) => other.for?.id === one.id);
  const chairs = one.role === 'CHU_TRI';
  return (
    <section className={classes.answer} data-waits={(one.reply === 'PENDING' && allowed('reply')) || undefined} aria-label={one.unit ? t('meeting.answer.of', { name: one.name }) : t('meeting.answer')}>
      <div className={classes.answerHead}>
        <h2>{one.unit ? t('meeting.answer.of', { name: one.name }) : t('meeting.answer')}</h2>
        <StatusPill tone={replyTones[one.reply]}>{t(`meeting.reply.${one.reply}`)}</StatusPill>
        <span className={classes.quiet}>
          {one.at ? formatMoment(one.at) : ''}{one.by ? ` · ${one.by.name}` : ''}
        </span>
      </div>
      {!one.unit && <p className={classes.quiet}>{t('meeting.answer.as', { role: t(`meeting.role.${one.role}`) })}{meeting.entitled.includes(one.id) ? ` · ${t('meeting.people.votes.long')}` : ''}{one.for ? ` · ${t(one.for.unit ? 'meeting.named_by' : 'meeting.stands_for', { name: one.for.name })}` : ''}</p>}
      {one.reason && <p className={classes.reason}>{one.reason}</p>}
      {one.refused && <p className={classes.warn} role="status">{t('meeting.answer.refused', { reason: one.refused })}</p>}
      {one.outdated && <p className={classes.warn} role="status">{t('meeting.answer.outdated')}</p>}
      {one.substitute && <p>{t(one.approvedBy ? 'meeting.substitute.comes' : 'meeting.substitute.waits', { name: one.substitute.name })}</p>}
      {named.length > 0 && <p>{t('meeting.named', { names: named.map((other) => other.name).join(', ') })}</p>}
      <div className={classes.buttons}>
        {allowed('reply') && !one.substitute && (one.reply !== 'ACCEPTED' || one.outdated) && !one.unit && (
          <Button leftSection={<IconCheck size={16} stroke={1.8} />} onClick={() => tell(answer('ACCEPTED'))}>{t('meeting.answer.accept')}</Button>
        )}
        {allowed('name_people') && one.unit && <Button leftSection={<IconUsers size={16} stroke={1.8} />} onClick={() => setAsked('people')}>{t(named.length > 0 ? 'meeting.name_people.change' : 'meeting.name_people')}</Button>}
        {allowed('send_substitute') && !one.unit && !one.for && !chairs && !one.approvedBy && <Button variant="default" leftSection={<IconUserShare size={16} stroke={1.8} />} onClick={() => setAsked('substitute')}>{t('meeting.substitute')}</Button>}
        {allowed('withdraw_substitute') && one.substitute && (
          <Button variant="default" onClick={() => tell(act({ name: 'meeting.withdraw_substitute.1', id: meeting.id, base: meeting.version, args: { participant: one.id } }))}>{t('meeting.substitute.withdraw')}</Button>
        )}
        {allowed('reply') && !one.substitute && one.reply !== 'DECLINED' && !chairs && <Button variant="default" leftSection={<IconX size={16} stroke={1.8} />} onClick={() => setAsked('decline')}>{t('meeting.answer.decline')}</Button>}
      </div>
      <ConfirmDialog
        opened={asked === 'decline'} title={t('meeting.answer.decline')} confirm={t('meeting.answer.decline.confirm')} text={t('meeting.answer.decline.text')}
        reason={{ label: t('meeting.act.reason'), required: true, maxLength: 1000 }} onConfirm={(reason) => answer('DECLINED', reason)} onClose={close}
      />
      <Modal opened={asked === 'substitute' || asked === 'people'} onClose={close} withCloseButton={false} padding={0} size={520} closeOnEscape={false} attributes={{ content: { 'aria-label': t(asked === 'people' ? 'meeting.name_people' : 'meeting.substitute') } }}>
        {asked === 'substitute' && <SubstituteForm meeting={meeting} one={one} onClose={close} />}
        {asked === 'people' && <NamePeopleForm meeting={meeting} unit={one} onClose={close} />}
      </Modal>
    </section>
  );
}
