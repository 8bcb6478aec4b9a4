import { Textarea } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Doc } from '@/lib/backend';
import { useWorkCalendar } from '@/lib/people';
import { addDays, formatDay, isWorkingDay } from '@/lib/time';
import { DateField, FormFrame, useAct, workingDayAfter } from '@/ui';
import type { DocAction } from '../actions';
import classes from './forms.module.css';

/** Xin gia hạn: a later working day and why. */
export function ExtensionForm({ doc, action, onClose }: { doc: Doc; action: DocAction; onClose: () => void }) {
  const { t } = useTranslation();
  const act = useAct();
  const calendar = useWorkCalendar();
  const [day, setDay] = useState('');
  const [text, setText] = useState('');
  const directive = doc.directives.find((candidate) => candidate.key === action.part?.directive);
  const old = directive?.tasks.find((task) => task.receiver.id === action.part?.receiver)?.due || directive?.due || doc.dueDate || '';
  const missing = () => {
    if (!old) return t('error.extension.no_deadline');
    if (!day) return t('doc.extension.missing.day');
    if (day <= old) return t('doc.extension.missing.later');
    if (!isWorkingDay(day, calendar)) return t('doc.extension.missing.working');
    return text.trim() ? null : t('doc.reason.missing');
  };
  const send = async () => {
    await act({
      name: 'document.ask_extension.1', id: doc.id, base: doc.version, delegation: action.delegation?.id,
      args: { directive: action.part?.directive, new: day, text: text.trim().normalize('NFC') },
    });
    onClose();
  };
  return (
    <FormFrame title={t('action.document.ask_extension')} submit={t('action.document.ask_extension.send')} missing={missing()} onSubmit={send} onClose={onClose}>
      <dl className={classes.facts}><dt>{t('doc.extension.old')}</dt><dd>{formatDay(old) || t('doc.no_due')}</dd></dl>
      <DateField label={t('doc.extension.new')} value={day || null} onChange={(next) => setDay(next ?? '')} min={old ? addDays(old, 1) : undefined} calendar={calendar} required />
      {old && (
        <div className={classes.choices}>
          <span className={classes.by}>{t('doc.extension.quick')}</span>
          <div className={classes.quick}>
            {[2, 3, 5, 10].map((days) => (
              <button key={days} type="button" aria-pressed={day === workingDayAfter(old, days, calendar)} onClick={() => setDay(workingDayAfter(old, days, calendar))}>{t('date.working_days', { count: days })}</button>
            ))}
          </div>
        </div>
      )}
      <Textarea label={t('doc.reason')} withAsterisk autosize minRows={3} maxRows={8} maxLength={2000} value={text} onChange={(event) => setText(event.currentTarget.value)} />
    </FormFrame>
  );
}
