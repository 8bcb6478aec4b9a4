import { Checkbox, NumberInput, SegmentedControl, Select, Switch, TextInput, Textarea } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useRooms } from '@/lib/backend';
import { useWorkCalendar } from '@/lib/people';
import { DateField } from '@/ui';
import { beginAt, type Form, type Wrong } from './form';
import { parseClock } from './when';
import classes from './form.module.css';

interface Props {
  form: Form;
  wrong: Wrong;
  /** It was marked before: that stays. */
  secretBefore: boolean;
  onChange: (form: Form) => void;
}

const classesOf = ['GIAO_BAN', 'PHIEN_HOP_UBND', 'HDND', 'CHUYEN_DE', 'BAN_CHI_DAO', 'HOI_NGHI_TOAN_TINH', 'KHAC'];
const forms = ['TRUC_TIEP', 'TRUC_TUYEN', 'KET_HOP'] as const;

/** What the schedule says: what, when, where, and by which rules. */
export function ScheduleFields({ form, wrong, secretBefore, onChange }: Props) {
  const { t } = useTranslation();
  const calendar = useWorkCalendar();
  const set = (part: Partial<Form>) => onChange({ ...form, ...part });
  return (
    <div className={classes.fields}>
      <Textarea
        label={t('meeting.field.title')} withAsterisk autosize minRows={1} maxRows={4} maxLength={500} data-autofocus value={form.title}
        error={wrong.title && t(wrong.title)} onChange={(event) => set({ title: event.currentTarget.value.replaceAll('\n', ' ') })}
      />
      <div className={classes.pair}>
        <Select label={t('meeting.field.class')} allowDeselect={false} value={form.meetingClass} data={classesOf.map((value) => ({ value, label: t(`meeting.class.${value}`) }))} onChange={(value) => value && set({ meetingClass: value })} />
        <div className={classes.kind}>
          <div className={classes.label} id="meeting-form">{t('meeting.field.form')}</div>
          <SegmentedControl fullWidth aria-labelledby="meeting-form" value={form.form} data={forms.map((value) => ({ value, label: t(`meeting.form.${value}`) }))} onChange={(value) => set({ form: value as Form['form'] })} />
        </div>
      </div>
      <div className={classes.times}>
        <DateField label={t('meeting.field.day')} required value={form.day} calendar={calendar} onChange={(day) => set({ day })} width={150} />
        <Clock label={t('meeting.field.from')} value={form.from} onChange={(from) => onChange(beginAt(form, from))} />
        <Clock label={t('meeting.field.to')} value={form.to} onChange={(to) => set({ to })} />
        {form.lastDay !== null
          ? <DateField label={t('meeting.field.last_day')} value={form.lastDay} min={form.day ?? undefined} onChange={(lastDay) => set({ lastDay })} width={150} />
          : <button type="button" className={classes.link} onClick={() => set({ lastDay: form.day })}>{t('meeting.field.more_days')}</button>}
      </div>
      {wrong.time && <p className={classes.wrong} role="alert">{t(wrong.time)}</p>}
      {form.form !== 'TRUC_TUYEN' && <Where form={form} wrong={wrong} set={set} />}
      <Textarea label={t('meeting.field.content')} autosize minRows={2} maxRows={8} maxLength={4000} value={form.content} onChange={(event) => set({ content: event.currentTarget.value })} />
      <div className={classes.secret} data-on={form.secret || undefined}>
        <Checkbox label={t('meeting.secret')} checked={form.secret} disabled={secretBefore} onChange={(event) => set({ secret: event.currentTarget.checked })} />
        <p>{t(secretBefore ? 'error.meeting.stays_secret' : 'meeting.secret.text')}</p>
      </div>
      <Rules form={form} set={set} />
    </div>
  );
}

function Where({ form, wrong, set }: { form: Form; wrong: Wrong; set: (part: Partial<Form>) => void }) {
  const { t } = useTranslation();
  const { data: rooms } = useRooms();
  return (
    <div className={classes.pair}>
      {rooms && rooms.length > 0 && (
        <Select
          label={t('meeting.field.room')} searchable clearable value={form.room} placeholder={t('meeting.field.room.other')}
          clearButtonProps={{ 'aria-label': t('action.clear') }}
          data={rooms.map((room) => ({ value: room.id, label: [room.name, room.unit.short ?? room.unit.name, room.seats && t('meeting.room.seats', { count: room.seats })].filter(Boolean).join(' · ') }))}
          onChange={(room) => set({ room })}
        />
      )}
      <TextInput label={t(form.room ? 'meeting.field.place.more' : 'meeting.field.place')} maxLength={200} value={form.place} description={wrong.place && t(wrong.place)} onChange={(event) => set({ place: event.currentTarget.value })} />
    </div>
  );
}

function Rules({ form, set }: { form: Form; set: (part: Partial<Form>) => void }) {
  const { t } = useTranslation();
  return (
    <details className={classes.rules}>
      <summary>{t('meeting.rules')}</summary>
      <div className={classes.fields}>
        <div className={classes.pair}>
          <NumberInput label={t('meeting.rules.quorum')} min={0} max={100} suffix="%" value={form.quorum} onChange={(value) => set({ quorum: Number(value) || 0 })} />
          <NumberInput label={t('meeting.rules.speech')} min={0} max={240} value={form.speech} description={t('meeting.rules.speech.text')} onChange={(value) => set({ speech: Number(value) || 0 })} />
        </div>
        <DateField label={t('meeting.rules.materials_due')} value={form.materialsDue} onChange={(materialsDue) => set({ materialsDue })} width={200} />
        <Switch label={t('meeting.rules.substitutes_vote')} checked={form.substitutesVote} onChange={(event) => set({ substitutesVote: event.currentTarget.checked })} />
        <Switch label={t('meeting.rules.open_queue')} checked={form.openQueue} onChange={(event) => set({ openQueue: event.currentTarget.checked })} />
        <Switch label={t('meeting.rules.questions')} checked={form.questions} onChange={(event) => set({ questions: event.currentTarget.checked })} />
      </div>
    </details>
  );
}

/** A time of day, typed as people type it: 8, 8h30, 830, 14:00. */
function Clock({ label, value, onChange }: { label: string; value: string; onChange: (clock: string) => void }) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState<string | null>(null);
  const read = typed === null ? value : parseClock(typed);
  const leave = () => {
    if (typed !== null && read) onChange(read);
    if (read) setTyped(null);
  };
  return (
    <TextInput
      className={classes.clock} label={label} withAsterisk value={typed ?? value} error={typed !== null && typed !== '' && !read ? t('meeting.field.clock.bad') : undefined}
      onFocus={(event) => event.currentTarget.select()} onChange={(event) => setTyped(event.currentTarget.value)} onBlur={leave}
      onKeyDown={(event) => event.key === 'Enter' && leave()}
    />
  );
}
