import { ActionIcon, MultiSelect, Radio, Select, Textarea, TextInput } from '@mantine/core';
import { IconPaperclip, IconX } from '@tabler/icons-react';
import { useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useDrop, useUploads } from '@/features/compose';
import { Files } from '@/features/materials';
import { api, useDirectory, useSession, type MeetingView, type SlipFile, type SlipView } from '@/lib/backend';
import { formatBytes } from '@/lib/format';
import { addDays, today } from '@/lib/time';
import { DateField, FormFrame, useAct } from '@/ui';
import { askOf, fieldsOf, missingIn, votersOf, type SlipFields } from './fields';
import classes from './slips.module.css';

interface Props {
  /** The draft that is changed; absent: a new slip. */
  slip?: SlipView;
  /** The meeting that a new slip belongs to; its voters are asked unless others are chosen. */
  meeting?: MeetingView;
  onClose: (made?: string) => void;
}

/** A slip with its files, saved as a draft; it is sent from its own page. */
export function SlipForm({ slip, meeting, onClose }: Props) {
  const { t } = useTranslation();
  const act = useAct();
  const { data: session } = useSession();
  const { data: directory } = useDirectory();
  const [fields, setFields] = useState<SlipFields>(() => fieldsOf(slip, addDays(today(), 3), meeting && votersOf(meeting)));
  const set = (patch: Partial<SlipFields>) => setFields((old) => ({ ...old, ...patch }));
  const [removed, setRemoved] = useState<number[]>([]);
  const uploads = useUploads();
  const { over, handlers } = useDrop(uploads.add);
  const picker = useRef<HTMLInputElement>(null);
  const invited = useMemo(() => meeting && new Set(meeting.participants.filter(({ unit }) => !unit).map(({ id }) => id)), [meeting]);
  const people = useMemo(() => (directory?.people ?? []).filter(({ id }) => invited?.has(id) ?? true).map((person) => ({ value: person.id, label: [person.name, person.posts[0]?.position].filter(Boolean).join(' – ') })), [directory, invited]);
  const missing = missingIn(fields, today(), uploads);
  const give = async () => {
    if (!session?.unit || fields.due === null) return;
    const ask = askOf(fields, fields.due, uploads.list);
    const id = slip?.id ?? (await api.newId());
    if (slip) await act({ name: 'slip.edit.1', id, base: slip.version, args: { ...ask, remove: removed.length > 0 ? removed : undefined } }, t('slip.did.edit'));
    else await act({ name: 'slip.create.1', id, base: 0, args: { ...ask, unit: session.unit.id, meeting: meeting?.id } }, t('slip.did.create'));
    onClose(id);
  };
  const kept = slip?.files.filter(({ key }) => !removed.includes(key)) ?? [];
  return (
    <FormFrame title={t(slip ? 'slip.edit' : 'slip.new')} sub={meeting && <bdi>{t('slip.meeting', { title: meeting.title })}</bdi>} submit={t('slip.form.save')} missing={missing && t(missing)} onSubmit={give} onClose={() => onClose()}>
      <TextInput label={t('slip.form.title')} required maxLength={500} value={fields.title} onChange={(event) => set({ title: event.currentTarget.value })} data-autofocus />
      <Textarea label={t('slip.form.text')} autosize minRows={3} maxRows={8} maxLength={4000} value={fields.text} onChange={(event) => set({ text: event.currentTarget.value })} />
      <section className={classes.attach} data-over={over || undefined} aria-label={t('slip.files')} {...handlers}>
        <Kept files={kept} onRemove={(key) => setRemoved((old) => [...old, key])} />
        <Files uploads={uploads} />
        <button type="button" className={classes.choose} onClick={() => picker.current?.click()}><IconPaperclip size={15} aria-hidden />{t('slip.form.attach')}</button>
        <input
          ref={picker} type="file" multiple hidden aria-label={t('slip.form.attach')}
          onChange={(event) => {
            uploads.add([...(event.currentTarget.files ?? [])]);
            event.currentTarget.value = '';
          }}
        />
      </section>
      <MultiSelect label={t('slip.form.asked')} required data={people} value={fields.asked} onChange={(asked) => set({ asked })} searchable limit={60} maxDropdownHeight={220} nothingFoundMessage={t('vote.nobody_found')} />
      <DateField label={t('slip.form.due')} required value={fields.due} onChange={(due) => set({ due })} />
      <Select label={t('slip.form.threshold')} value={fields.threshold} onChange={(threshold) => threshold !== null && set({ threshold })} allowDeselect={false} data={(['QUA_NUA', 'HAI_PHAN_BA', 'TAT_CA', ''] as const).map((each) => ({ value: each, label: t(each === '' ? 'slip.threshold.none' : `vote.threshold.${each}`) }))} />
      <Radio.Group label={t('slip.form.silence')} value={fields.silence} onChange={(silence) => set({ silence: silence as SlipFields['silence'] })}>
        <Radio mt={6} value="none" label={t('slip.silence.none')} />
        <Radio mt={6} value="agree" label={t('slip.silence.agree')} />
      </Radio.Group>
    </FormFrame>
  );
}

/** Files that the draft has already. */
function Kept({ files, onRemove }: { files: readonly SlipFile[]; onRemove: (key: number) => void }) {
  const { t } = useTranslation();
  if (files.length === 0) return null;
  return (
    <ul className={classes.files} aria-label={t('slip.files.kept')}>
      {files.map((file) => (
        <li key={file.key}>
          <IconPaperclip size={16} aria-hidden />
          <bdi className={classes.fileName}>{file.name}</bdi>
          <span className={classes.note}>{formatBytes(file.size)}</span>
          <ActionIcon size={24} aria-label={t('compose.file.remove', { name: file.name })} onClick={() => onRemove(file.key)}><IconX size={14} /></ActionIcon>
        </li>
      ))}
    </ul>
  );
}
