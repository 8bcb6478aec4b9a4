import { useTranslation } from 'react-i18next';
import type { Explanation } from './words';
import classes from './signing.module.css';

/** Why an answer is what it is: the reason, what else counts, and what changes nothing. */
export function Reasons({ of: { reason, more, notes } }: { of: Explanation }) {
  const { t } = useTranslation();
  return (
    <div className={classes.reasons}>
      <p className={classes.reason}>{reason}</p>
      {more.length > 0 && <ul>{more.map((text) => <li key={text}>{text}</li>)}</ul>}
      {notes.length > 0 && (
        <div className={classes.notes}>
          <span>{t('sign.notes')}</span>
          <ul>{notes.map((text) => <li key={text}>{text}</li>)}</ul>
        </div>
      )}
    </div>
  );
}
