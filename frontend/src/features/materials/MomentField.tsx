import { TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Day } from '@/lib/time';
import { DateField } from '@/ui';
import { dayAndTime, momentOf } from './materials';
import classes from './materials.module.css';

interface Props {
  label: string;
  description?: string;
  value: number | undefined;
  onChange: (moment: number | undefined) => void;
}

/** A day and a time of that day; 08:00 until another is typed. */
export function MomentField({ label, description, value, onChange }: Props) {
  const { t } = useTranslation();
  const [{ day, time }, set] = useState(() => dayAndTime(value));
  const change = (next: { day: Day | null; time: string }) => {
    const full = next.day && next.time === '' ? { ...next, time: '08:00' } : next;
    set(full);
    onChange(momentOf(full.day, full.time));
  };
  const wrong = day !== null && momentOf(day, time) === undefined;
  return (
    <div className={classes.moment}>
      <DateField label={label} description={description} value={day} width={180} onChange={(to) => change({ day: to, time: to ? time : '' })} />
      <TextInput
        className={classes.time} label={t('material.field.time')} aria-label={`${label}: ${t('material.field.time')}`} placeholder="08:00" inputMode="numeric" maxLength={5}
        disabled={day === null} value={time} error={wrong ? t('material.field.time.wrong') : undefined}
        onChange={(event) => change({ day, time: event.currentTarget.value || ' ' })}
      />
    </div>
  );
}
