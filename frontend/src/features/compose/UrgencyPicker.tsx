import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import classes from './fields-form.module.css';

/** Degree of urgency as four buttons; arrows move between them. */
export function UrgencyPicker({ value, onChange, hint }: { value: number; onChange: (level: number) => void; hint?: string }) {
  const { t } = useTranslation();
  const name = useId();
  return (
    <fieldset className={classes.urgency}>
      <legend className={classes.legend}>{t('doc.field.urgency')}</legend>
      <div className={classes.levels}>
        {[0, 1, 2, 3].map((level) => (
          <label key={level} className={classes.level} data-level={level}>
            <input type="radio" name={name} checked={value === level} onChange={() => onChange(level)} />
            {t(`urgency.${level}`)}
          </label>
        ))}
      </div>
      {hint && <p className={classes.hint}>{hint}</p>}
    </fieldset>
  );
}
