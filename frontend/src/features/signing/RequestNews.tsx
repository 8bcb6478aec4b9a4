import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { api, useSession, useSigningRequests, type RequestState } from '@/lib/backend';
import { notify } from '@/ui';
import { signsHere } from './queue';
import { hasEnded, isDone } from './requests';

/**
 * Tells the person, on whatever screen, what has come of the telephone. What is
 * signed needs nothing more and is not kept; what is not stays until it was seen.
 */
export function RequestNews() {
  const { data: session } = useSession();
  return signsHere(session) ? <News /> : null;
}

function News() {
  const { t } = useTranslation();
  const { data } = useSigningRequests();
  const known = useRef(new Map<string, RequestState>());
  useEffect(() => {
    for (const request of data?.list ?? []) {
      const before = known.current.get(request.id);
      known.current.set(request.id, request.state);
      if (before === request.state || !hasEnded(request)) continue;
      if (isDone(request)) {
        notify.ok(t('signing.request.done', { count: request.documents.length }));
        void api.dismissSigningRequest(request.id).catch(() => {}); // another window has
      } else if (before !== undefined && request.state !== 'cancelled') {
        notify.warn(t(request.state === 'signed' ? 'signing.request.partly' : `signing.request.${request.state}`));
      }
    }
  }, [data, t]);
  return null;
}
