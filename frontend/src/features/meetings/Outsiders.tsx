import { TextInput } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Outsider } from './form';
import form from './form.module.css';
import classes from './picker.module.css';

/** Those invited from outside the directory, by name. A name that is there already is taken out and written anew. */
export function Outsiders({ list, onChange }: { list: readonly Outsider[]; onChange: (list: Outsider[]) => void }) {
  const { t } = useTranslation();
  if (list.length === 0) return null;
  const set = (at: number, part: Partial<Outsider>) => onChange(list.map((one, i) => (i === at ? { ...one, ...part } : one)));
  return (
    <div className={form.outsiders} role="group" aria-label={t('meeting.outsiders')}>
      <h3>{t('meeting.outsiders')}</h3>
      {list.map((one, at) => (
        <div key={one.key ?? `new-${at}`} className={form.outsider} data-outsider>
          {(['name', 'title', 'organ', 'phone'] as const).map((field) => (
            <TextInput
              key={field} size="xs" maxLength={field === 'phone' ? 30 : 200} readOnly={one.key !== undefined} aria-label={t(`meeting.outsiders.${field}`)} placeholder={t(`meeting.outsiders.${field}`)}
              value={one[field] ?? ''} onChange={(event) => set(at, { [field]: event.currentTarget.value })}
            />
          ))}
          <button type="button" className={classes.remove} aria-label={t('meeting.people.remove', { name: one.name })} onClick={() => onChange(list.filter((_, i) => i !== at))}><IconX size={14} aria-hidden /></button>
        </div>
      ))}
    </div>
  );
}
