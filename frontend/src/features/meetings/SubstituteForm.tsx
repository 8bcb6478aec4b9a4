import { Select, Textarea } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { MeetingView, ParticipantView } from '@/lib/backend';
import { FormFrame, useAct } from '@/ui';
import { useColleagues } from './useColleagues';

/** Somebody of the same office is to come instead; the organiser decides. */
export function SubstituteForm({ meeting, one, onClose }: { meeting: MeetingView; one: ParticipantView; onClose: () => void }) {
  const { t } = useTranslation();
  const act = useAct();
  const [substitute, setSubstitute] = useState<string | null>(null);
  const [reason, setReason] = useState('');
  const choices = useColleagues(meeting, one.office?.id ?? '');
  const send = async () => {
    await act({ name: 'meeting.send_substitute.1', id: meeting.id, base: meeting.version, args: { participant: one.id, substitute: substitute ?? '', reason: reason.trim().normalize('NFC') } });
    onClose();
  };
  const missing = substitute ? (reason.trim() ? null : t('error.reason.missing')) : t('meeting.substitute.missing');
  return (
    <FormFrame title={t('meeting.substitute')} submit={t('meeting.substitute.send')} missing={missing} onSubmit={send} onClose={onClose}>
      <Select label={t('meeting.substitute.who')} searchable openOnFocus={false} data-autofocus data={choices} value={substitute} onChange={setSubstitute} nothingFoundMessage={t('meeting.people.nobody')} />
      <Textarea label={t('meeting.act.reason')} withAsterisk autosize minRows={2} maxRows={6} maxLength={1000} value={reason} onChange={(event) => setReason(event.currentTarget.value)} />
      <p>{t(meeting.fields.substitutesVote ? 'meeting.substitute.votes' : 'meeting.substitute.no_vote')}</p>
    </FormFrame>
  );
}
