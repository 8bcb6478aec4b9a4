import { Button } from '@mantine/core';
import { IconCircleCheck, IconCircleX } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { SignedDocument } from '@/lib/backend';
import { reasonText } from '@/lib/errors';
import { formatFacts } from '@/lib/format';
import type { Item } from './useSigning';
import classes from './sign-dialog.module.css';

/** What became of each document; what is not signed says why, first. */
export function Results({ items, results, onClose }: { items: readonly Item[]; results: readonly SignedDocument[]; onClose: () => void }) {
  const { t } = useTranslation();
  const signed = results.filter((result) => !result.problem).length;
  const sorted = results.toSorted((a, b) => Number(Boolean(b.problem)) - Number(Boolean(a.problem)));
  return (
    <div className={classes.results}>
      <p role="status" className={classes.resultsHead}>{t('signing.results', { count: signed, total: results.length })}</p>
      <ul aria-label={t('signing.results.list')}>
        {sorted.map(({ id, problem, given }) => {
          const doc = items.find((item) => item.id === id)?.doc;
          return (
            <li key={id} data-bad={problem ? true : undefined}>
              {problem ? <IconCircleX size={18} aria-hidden /> : <IconCircleCheck size={18} aria-hidden />}
              <div>
                <div className={classes.resultName}>{doc ? formatFacts(doc.symbol, doc.subject) : id}</div>
                <div className={classes.quiet}>
                  {problem ? reasonText(problem.code, problem.reason, problem.data) : t(given?.status === 'pending' || given?.status === 'deferred' ? 'signing.result.waiting' : 'signing.result.signed')}
                </div>
              </div>
            </li>
          );
        })}
      </ul>
      <div className={classes.buttons}><span /><Button onClick={onClose} data-autofocus>{t('action.close')}</Button></div>
    </div>
  );
}
