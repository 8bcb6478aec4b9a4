import { MultiSelect } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { MeetingView, ParticipantView } from '@/lib/backend';
import { FormFrame, useAct } from '@/ui';
import { useColleagues } from './useColleagues';

/** An invited unit says whom it sends. */
export function NamePeopleForm({ meeting, unit, onClose }: { meeting: MeetingView; unit: ParticipantView; onClose: () => void }) {
  const { t } = useTranslation();
  const act = useAct();
  const [before] = useState(() => meeting.participants.filter((one) => one.for?.id === unit.id).map((one) => one.id));
  const [people, setPeople] = useState(before);
  const choices = useColleagues(meeting, unit.office?.id ?? unit.id, unit.id);
  const name = async () => {
    await act({
      name: 'meeting.name_people.1', id: meeting.id, base: meeting.version,
      args: { unit: unit.id, people: people.filter((id) => !before.includes(id)), remove: before.filter((id) => !people.includes(id)) },
    });
    onClose();
  };
  return (
    <FormFrame title={t('meeting.name_people')} sub={unit.name} submit={t('meeting.name_people.send')} missing={people.length + before.length === 0 ? t('meeting.name_people.missing') : null} onSubmit={name} onClose={onClose}>
      <MultiSelect label={t('meeting.name_people.who')} searchable data-autofocus data={choices} value={people} onChange={setPeople} nothingFoundMessage={t('meeting.people.nobody')} />
      <p>{t('meeting.name_people.text')}</p>
    </FormFrame>
  );
}
