import { MultiSelect, NumberInput, SegmentedControl, Textarea, TextInput } from '@mantine/core';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { AgendaItem, AgendaType, MeetingView } from '@/lib/backend';
import { FormFrame } from '@/ui';
import type { ItemWords } from './useAgendaEditor';
import classes from './agenda.module.css';

const types: AgendaType[] = ['common', 'internal', 'hidden'];

/** One item of the agenda: what, who presents it, how long, and who sees it. */
export function ItemForm({ meeting, item, onPut, onClose }: { meeting: MeetingView; item?: AgendaItem; onPut: (words: ItemWords, item?: AgendaItem) => Promise<unknown>; onClose: () => void }) {
  const { t } = useTranslation();
  const [words, setWords] = useState<ItemWords>(() => ({
    type: item?.type ?? 'common', title: item?.title ?? '', text: item?.text ?? '', minutes: item?.minutes ?? 15,
    presenters: item?.presenters.map((one) => one.id) ?? [], presenter: item?.presenter ?? '',
  }));
  const set = (part: Partial<ItemWords>) => setWords((old) => ({ ...old, ...part }));
  const choices = useMemo(() => {
    const known = new Map(item?.presenters.map((one) => [one.id, one.name]));
    for (const one of meeting.participants) known.set(one.id, [one.name, one.title || one.position].filter(Boolean).join(', '));
    return [...known].map(([value, label]) => ({ value, label }));
  }, [meeting, item]);
  const put = async () => {
    const text = (value: string | undefined) => value?.trim().normalize('NFC') || undefined;
    await onPut({ ...words, title: text(words.title) ?? '', text: text(words.text), presenter: text(words.presenter) }, item);
    onClose();
  };
  return (
    <FormFrame title={t(item ? 'agenda.edit' : 'agenda.new')} submit={t(item ? 'action.save' : 'agenda.add')} missing={words.title.trim() ? null : t('agenda.title.missing')} onSubmit={put} onClose={onClose}>
      <Textarea label={t('agenda.title')} withAsterisk autosize minRows={1} maxRows={5} maxLength={500} data-autofocus value={words.title} onChange={(event) => set({ title: event.currentTarget.value.replaceAll('\n', ' ') })} />
      <div className={classes.pair}>
        <NumberInput label={t('agenda.minutes.label')} min={0} max={1440} value={words.minutes} onChange={(value) => set({ minutes: Number(value) || 0 })} />
        <div>
          <div className={classes.label} id="agenda-type">{t('agenda.type')}</div>
          <SegmentedControl fullWidth aria-labelledby="agenda-type" value={words.type} data={types.map((value) => ({ value, label: t(`agenda.type.${value}`) }))} onChange={(value) => set({ type: value as AgendaType })} />
        </div>
      </div>
      <p className={classes.quiet}>{t(`agenda.type.${words.type}.text`)}</p>
      <MultiSelect label={t('agenda.presenters')} searchable data={choices} value={words.presenters} maxValues={20} limit={60} onChange={(presenters) => set({ presenters })} />
      <TextInput label={t('agenda.presenter')} maxLength={200} value={words.presenter} onChange={(event) => set({ presenter: event.currentTarget.value })} />
      <Textarea label={t('agenda.text')} autosize minRows={2} maxRows={8} maxLength={4000} value={words.text} onChange={(event) => set({ text: event.currentTarget.value })} />
    </FormFrame>
  );
}
