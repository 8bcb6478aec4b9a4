import { useTranslation } from 'react-i18next';
import type { MaterialView } from '@/lib/backend';
import { ConfirmDialog, useAct } from '@/ui';

type Step = 'approve' | 'reject' | 'submit' | 'open' | 'recall' | 'remove';

interface Props {
  meeting: string;
  step: Step;
  material: MaterialView;
  onClose: () => void;
}

/** One question before a step; a rejection says why. */
export function Steps({ meeting, step, material, onClose }: Props) {
  const { t } = useTranslation();
  const act = useAct();
  const take = (text: string) => {
    const target = { id: material.id, base: material.version };
    switch (step) {
      case 'approve':
      case 'reject':
        return act({ ...target, name: 'material.review.1', args: { meeting, version: material.newest ?? 0, approve: step === 'approve', text } }, t(`material.done.${step}`));
      case 'submit':
        return act({ ...target, name: 'material.submit.1', args: { meeting } });
      case 'open':
        return act({ ...target, name: 'material.open.1', args: { meeting } });
      case 'recall':
        return act({ ...target, name: 'material.recall.1', args: { meeting } });
      case 'remove':
        return act({ ...target, name: 'material.remove.1', args: { meeting } });
    }
  };
  return (
    <ConfirmDialog
      opened
      title={t(`material.step.${step}`, { title: material.title })}
      text={t(`material.step.${step}.text`)}
      confirm={t(`material.do.${step}`)}
      danger={step === 'reject' || step === 'recall' || step === 'remove'}
      reason={step === 'reject' ? { label: t('material.step.reject.reason'), required: true } : undefined}
      onConfirm={take}
      onClose={onClose}
    />
  );
}
