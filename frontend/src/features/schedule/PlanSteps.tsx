import { Button, Modal, Select } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { WeekView } from '@/lib/backend';
import { usePeople } from '@/lib/people';
import { ConfirmDialog, FormFrame, useAct } from '@/ui';
import classes from './plan.module.css';

type Asking = 'submit' | 'approve' | 'send_back' | 'publish' | null;

/** The way of a plan: trình, duyệt, trả lại, ban hành. */
export function PlanSteps({ week }: { week: WeekView }) {
  const { t } = useTranslation();
  const act = useAct();
  const [asking, setAsking] = useState<Asking>(null);
  const can = (name: string) => week.version > 0 && week.actions.some(({ action, allow }) => action === `week.${name}` && allow);
  const close = () => setAsking(null);
  const target = { id: week.id, base: week.version };
  return (
    <>
      {can('send_back') && <Button variant="default" onClick={() => setAsking('send_back')}>{t('plan.send_back')}</Button>}
      {can('submit') && <Button variant={can('approve') ? 'default' : 'filled'} onClick={() => setAsking('submit')}>{t('plan.submit')}</Button>}
      {can('approve') && <Button onClick={() => setAsking('approve')}>{t('plan.approve')}</Button>}
      {can('publish') && <Button onClick={() => setAsking('publish')}>{t(week.revision ? 'plan.publish.again' : 'plan.publish')}</Button>}
      <Modal opened={asking === 'submit'} onClose={close} withCloseButton={false} padding={0} size={460} attributes={{ content: { 'aria-label': t('plan.submit') } }}>
        {asking === 'submit' && <SubmitForm week={week} onClose={close} />}
      </Modal>
      <ConfirmDialog opened={asking === 'approve'} title={t('plan.approve.title')} text={t('plan.approve.text')} confirm={t('plan.approve')} onConfirm={() => act({ name: 'week.approve.1', ...target, args: {} })} onClose={close} />
      <ConfirmDialog opened={asking === 'publish'} title={t('plan.publish.title')} text={t('plan.publish.text')} confirm={t('plan.publish')} onConfirm={() => act({ name: 'week.publish.1', ...target, args: {} })} onClose={close} />
      <ConfirmDialog
        opened={asking === 'send_back'} title={t('plan.send_back.title')} confirm={t('plan.send_back')} reason={{ label: t('plan.send_back.reason'), required: true }}
        onConfirm={(text) => act({ name: 'week.send_back.1', ...target, args: { text } })} onClose={close}
      />
    </>
  );
}

function SubmitForm({ week, onClose }: { week: WeekView; onClose: () => void }) {
  const { t } = useTranslation();
  const act = useAct();
  const people = usePeople();
  const [to, setTo] = useState<string | null>(null);
  const leaders = people.ofOffice(week.unit.id, ['leader', 'deputy']).filter((person) => person.posts.some((post) => post.unit === week.unit.id && (post.role === 'leader' || post.role === 'deputy')));
  const submit = async () => {
    await act({ name: 'week.submit.1', id: week.id, base: week.version, args: to ? { to } : {} });
    onClose();
  };
  return (
    <FormFrame title={t('plan.submit')} submit={t('plan.submit')} onSubmit={submit} onClose={onClose}>
      <div className={classes.form}>
        <Select label={t('plan.submit.to')} placeholder={t('plan.submit.any')} clearable data-autofocus clearButtonProps={{ 'aria-label': t('action.clear') }} value={to} onChange={setTo} data={leaders.map((person) => ({ value: person.id, label: [person.name, person.posts[0]?.position].filter(Boolean).join(' – ') }))} />
      </div>
    </FormFrame>
  );
}
