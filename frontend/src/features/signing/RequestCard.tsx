import { Button } from '@mantine/core';
import { IconDeviceMobile, IconX } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, useSigningRequests, type SigningRequest } from '@/lib/backend';
import { reasonText } from '@/lib/errors';
import { notify } from '@/ui';
import { hasEnded, isDone, leftText, requestTone, unsigned } from './requests';
import { startSigning } from './store';
import classes from './request.module.css';

/** Everything that waits for the telephone, or of one document; nothing when there is none. */
export function RequestCards({ document }: { document?: string }) {
  const { data } = useSigningRequests();
  const shown = (data?.list ?? []).filter((request) => !document || request.documents.some(({ id }) => id === document));
  // What came of an older one says nothing when a newer one is there.
  const current = document ? shown.slice(0, 1) : shown;
  if (current.length === 0) return null;
  return <div className={classes.cards}>{current.map((request) => <RequestCard key={request.id} request={request} at={data?.at ?? 0} brief={document !== undefined} />)}</div>;
}

interface Props {
  request: SigningRequest;
  /** When the request was read, for the time that is left. */
  at: number;
  /** The screen shows the document itself. */
  brief?: boolean;
  /** After the person has asked for something else. */
  onLeave?: () => void;
}

/** One question on the telephone: how it stands, how long is left, and what can be done. */
export function RequestCard({ request, at, brief, onLeave }: Props) {
  const { t } = useTranslation();
  const { id, state, reason, provider, documents } = request;
  const [busy, setBusy] = useState(false);
  const again = unsigned(request);
  const over = hasEnded(request);
  const act = async (call: () => Promise<unknown>) => {
    setBusy(true);
    await call().catch((error: unknown) => notify.error(error));
    setBusy(false);
  };
  const askAnew = () => act(async () => {
    await api.dismissSigningRequest(id);
    onLeave?.();
    startSigning(request.kind, again);
  });
  const given = documents.filter((doc) => doc.given).length;
  return (
    <section className={classes.card} data-brief={brief || undefined} data-tone={requestTone(request)} aria-label={t('signing.request')}>
      <IconDeviceMobile className={classes.icon} size={22} stroke={1.6} aria-hidden />
      <div className={classes.text}>
        <div className={classes.head}>
          <strong role="status">{state === 'signed' ? t('signing.results', { count: given, total: documents.length }) : t(`signing.request.${state}`)}</strong>
          <bdi>{provider}</bdi>
          {!over && <Left left={request.left} at={at} />}
        </div>
        <p>{over ? ending(request, t) : t(`signing.request.${state}.text`, { provider })}</p>
        {!(brief && documents.length === 1) && (
          <ul className={classes.documents} aria-label={t('signing.documents')}>
            {documents.map((doc) => (
              <li key={doc.id}>
                <bdi>{doc.name}</bdi>
                {doc.problem && <span className={classes.problem}>{reasonText(doc.problem.code, doc.problem.reason, doc.problem.data)}</span>}
              </li>
            ))}
          </ul>
        )}
        {brief && documents.length === 1 && documents[0]?.problem && <p className={classes.problem}>{reasonText(documents[0].problem.code, documents[0].problem.reason, documents[0].problem.data)}</p>}
        {reason && request.code && <p className={classes.code}>{t('signing.request.code', { code: request.code })}</p>}
      </div>
      <div className={classes.buttons}>
        {again.length > 0 && <Button size="compact-sm" variant="light" loading={busy} onClick={() => void askAnew()}>{t('signing.request.again')}</Button>}
        {/* Two buttons, not one that changes its meaning under the pointer. */}
        {over
          ? <Button key="dismiss" size="compact-sm" variant="subtle" disabled={busy} onClick={() => void act(() => api.dismissSigningRequest(id))}>{t('signing.request.dismiss')}</Button>
          : <Button key="cancel" size="compact-sm" variant="default" disabled={state === 'confirmed'} loading={busy} leftSection={<IconX size={14} aria-hidden />} onClick={() => void act(() => api.cancelSigningRequest(id))}>{t('signing.request.cancel')}</Button>}
      </div>
    </section>
  );
}

/** Why it ended, in a sentence. */
function ending(request: SigningRequest, t: ReturnType<typeof useTranslation>['t']): string {
  if (request.state === 'signed') return t(isDone(request) ? 'signing.request.done.text' : 'signing.request.partly.text');
  return t(`signing.request.reason.${request.reason || 'rejected'}`, { provider: request.provider });
}

/** The time that is left, by the second. It is not read out at each. */
function Left({ left, at }: { left: number; at: number }) {
  const { t } = useTranslation();
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  const text = leftText(left - Math.max(0, now - at));
  return <span role="timer" className={classes.left}>{t('signing.request.left', { time: text })}</span>;
}
