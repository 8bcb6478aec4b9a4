import { NumberInput, Select, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, type AgendaRef, type MaterialView, type MeetingView } from '@/lib/backend';
import { FormFrame, useAct } from '@/ui';
import { Chooser } from './Chooser';
import { kinds, type Kind, type MaterialFields } from './fields';
import { MomentField } from './MomentField';
import classes from './materials.module.css';

interface Props {
  meeting: MeetingView;
  items: readonly AgendaRef[];
  /** The one whose description is changed; absent: a new one is asked for. */
  material?: MaterialView;
  onClose: () => void;
}

/** Asks a unit or a person to prepare a material, or changes what is said of one. */
export function AskForm({ meeting, items, material, onClose }: Props) {
  const { t } = useTranslation();
  const act = useAct();
  const [fields, setFields] = useState<MaterialFields>({
    title: material?.title ?? '', kind: material?.kind ?? 'main', item: material?.item, order: material?.order,
    unit: material?.unit?.id, preparer: material?.preparer?.id, due: material?.due ?? (material ? undefined : meeting.fields.materialsDue),
  });
  const set = (patch: Partial<MaterialFields>) => setFields((old) => ({ ...old, ...patch }));
  const missing = fields.title.trim() === '' ? 'material.missing.title' : !material && !fields.unit && !fields.preparer ? 'material.missing.whom' : null;
  const send = async () => {
    const args = { meeting: meeting.id, fields };
    if (material) await act({ name: 'material.edit.1', id: material.id, base: material.version, args });
    else await act({ name: 'material.ask.1', id: await api.newId(), base: 0, args });
    onClose();
  };
  return (
    <FormFrame title={t(material ? 'material.do.edit' : 'material.ask')} submit={t(material ? 'action.save' : 'material.ask.submit')} missing={missing && t(missing)} onSubmit={send} onClose={onClose}>
      <TextInput label={t('material.field.title')} withAsterisk maxLength={500} value={fields.title} data-autofocus onChange={(event) => set({ title: event.currentTarget.value })} />
      <div className={classes.fields}>
        <Select label={t('material.field.kind')} data={kinds.map((value) => ({ value, label: t(`material.kind.${value}`) }))} value={fields.kind ?? 'main'} allowDeselect={false} onChange={(next) => set({ kind: (next as Kind | null) ?? 'main' })} />
        {items.length > 0 && (
          <Select label={t('material.field.item')} data={items.map(({ key, title }) => ({ value: String(key), label: title }))} value={fields.item ? String(fields.item) : null} placeholder={t('material.group.meeting')} clearable searchable onChange={(next) => set({ item: next ? Number(next) : undefined })} />
        )}
        {material && <NumberInput label={t('material.field.order')} min={0} max={9999} allowDecimal={false} value={fields.order ?? 0} onChange={(next) => set({ order: Number(next) || 0 })} />}
      </div>
      <div className={classes.fields}>
        <Chooser of="unit" label={t('material.field.unit')} value={fields.unit} onChange={(unit) => set({ unit })} />
        <Chooser of="person" label={t('material.field.preparer')} value={fields.preparer} onChange={(preparer) => set({ preparer })} />
      </div>
      <MomentField label={t('material.field.due')} value={fields.due} onChange={(due) => set({ due })} />
    </FormFrame>
  );
}
