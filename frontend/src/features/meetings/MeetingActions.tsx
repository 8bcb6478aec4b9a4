import { ActionIcon, Button, Menu, Modal, Select, Textarea } from '@mantine/core';
import { IconDots, IconPencil, IconSend } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { MeetingView } from '@/lib/backend';
import { may } from '@/lib/may';
import { usePeople } from '@/lib/people';
import { navigate, paths } from '@/lib/router';
import { ConfirmDialog, FormFrame, useAct } from '@/ui';

/** Steps that are one question with a reason or a note. */
const steps = ['publish', 'send_back', 'postpone', 'cancel'] as const;
type Step = (typeof steps)[number];

/** The next step of the schedule as a button, the others behind it. */
export function MeetingActions({ meeting }: { meeting: MeetingView }) {
  const { t } = useTranslation();
  const act = useAct();
  const [asked, setAsked] = useState<Step | 'submit' | null>(null);
  const allowed = (step: string) => may(meeting.actions, `meeting.${step}`);
  const first = meeting.status === 'DRAFT' && meeting.role === 'THU_KY' && allowed('submit') ? 'submit' : allowed('publish') ? 'publish' : allowed('submit') ? 'submit' : null;
  const others = (['submit', 'publish', 'send_back', 'postpone', 'cancel'] as const).filter((step) => step !== first && allowed(step));
  const step = asked === 'submit' ? null : asked;
  const give = (name: Step, text: string) => act({ name: `meeting.${name}.1`, id: meeting.id, base: meeting.version, args: { text: text || undefined } });
  return (
    <>
      {allowed('edit') && <Button variant="default" leftSection={<IconPencil size={16} stroke={1.7} />} onClick={() => navigate(paths.meetingEdit(meeting.id))}>{t('meeting.edit.short')}</Button>}
      {first && <Button leftSection={<IconSend size={16} stroke={1.7} />} onClick={() => setAsked(first)}>{t(`meeting.act.${first}`)}</Button>}
      {others.length > 0 && (
        <Menu position="bottom-end" withinPortal>
          <Menu.Target><ActionIcon variant="default" size={34} aria-label={t('meeting.act.more')}><IconDots size={17} /></ActionIcon></Menu.Target>
          <Menu.Dropdown>
            {others.map((other) => <Menu.Item key={other} color={other === 'cancel' ? 'son' : undefined} onClick={() => setAsked(other)}>{t(`meeting.act.${other}`)}</Menu.Item>)}
          </Menu.Dropdown>
        </Menu>
      )}
      <ConfirmDialog
        opened={step !== null}
        title={t(`meeting.act.${step ?? 'publish'}`)}
        text={t(`meeting.act.${step ?? 'publish'}.text`, { count: meeting.people })}
        confirm={t(`meeting.act.${step ?? 'publish'}.confirm`)}
        danger={step === 'cancel'}
        reason={{ label: t(step === 'publish' ? 'meeting.act.note' : 'meeting.act.reason'), required: step !== 'publish' }}
        onConfirm={(text) => give(step ?? 'publish', text)}
        onClose={() => setAsked(null)}
      />
      <Modal opened={asked === 'submit'} onClose={() => setAsked(null)} withCloseButton={false} padding={0} size={480} closeOnEscape={false} attributes={{ content: { 'aria-label': t('meeting.act.submit') } }}>
        {asked === 'submit' && <SubmitForm meeting={meeting} onClose={() => setAsked(null)} />}
      </Modal>
    </>
  );
}

/** Asks the head of the agency, or somebody who may decide for him, to approve the schedule. */
function SubmitForm({ meeting, onClose }: { meeting: MeetingView; onClose: () => void }) {
  const { t } = useTranslation();
  const act = useAct();
  const people = usePeople();
  const [to, setTo] = useState<string | null>(null);
  const [text, setText] = useState('');
  const choices = people.staff(meeting.unit.id).filter((person) => person.posts.some((post) => post.unit === meeting.unit.id && ['leader', 'deputy', 'head'].includes(post.role)));
  const submit = async () => {
    await act({ name: 'meeting.submit.1', id: meeting.id, base: meeting.version, args: { to: to ?? undefined, text: text.trim().normalize('NFC') || undefined } });
    onClose();
  };
  return (
    <FormFrame title={t('meeting.act.submit')} submit={t('meeting.act.submit')} onSubmit={submit} onClose={onClose}>
      <Select
        label={t('meeting.submit.to')} clearable placeholder={t('meeting.submit.head')} value={to} data-autofocus onChange={setTo} clearButtonProps={{ 'aria-label': t('action.clear') }}
        data={choices.map((person) => ({ value: person.id, label: [person.name, person.posts[0]?.position].filter(Boolean).join(', ') }))}
      />
      <Textarea label={t('meeting.act.note')} autosize minRows={2} maxRows={6} maxLength={2000} value={text} onChange={(event) => setText(event.currentTarget.value)} />
    </FormFrame>
  );
}
