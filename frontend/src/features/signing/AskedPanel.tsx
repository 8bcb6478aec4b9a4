import { Button } from '@mantine/core';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSigningRequests, type RemoteAsked, type SigningRequest } from '@/lib/backend';
import { reasonText } from '@/lib/errors';
import { formatFacts } from '@/lib/format';
import { RequestCard } from './RequestCard';
import { hasEnded } from './requests';
import type { Item } from './useSigning';
import classes from './request.module.css';

/** An order of which something was asked, and when. */
export type Asked = RemoteAsked & { request: SigningRequest; at: number };

/** After the telephone was asked: how that stands. The dialog may be closed at any time. */
export function AskedPanel({ asked, items, onClose }: { asked: Asked; items: readonly Item[]; onClose: () => void }) {
  const { t } = useTranslation();
  const { data } = useSigningRequests();
  const now = data?.list.find(({ id }) => id === asked.request.id);
  // One that was signed goes from the list when it has been told of; here it stays.
  const [last, setLast] = useState({ request: asked.request, at: asked.at });
  useEffect(() => {
    if (now && data) setLast({ request: now, at: data.at });
  }, [now, data]);
  const { request, at } = last;
  return (
    <div className={classes.asked}>
      <RequestCard request={request} at={at} onLeave={onClose} />
      {asked.documents.length > 0 && (
        <ul className={classes.documents} aria-label={t('signing.request.left_out')}>
          {asked.documents.map(({ id, problem }) => {
            const doc = items.find((item) => item.id === id)?.doc;
            return (
              <li key={id}>
                <bdi>{doc ? formatFacts(doc.symbol, doc.subject) : id}</bdi>
                {problem && <span className={classes.problem}>{reasonText(problem.code, problem.reason, problem.data)}</span>}
              </li>
            );
          })}
        </ul>
      )}
      <div className={classes.end}>
        <p>{hasEnded(request) ? '' : t('signing.request.close')}</p>
        <Button onClick={onClose} data-autofocus>{t('action.close')}</Button>
      </div>
    </div>
  );
}
