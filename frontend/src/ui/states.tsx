import { Button } from '@mantine/core';
import { IconAlertTriangle, IconCloudOff, IconInbox, IconRefresh } from '@tabler/icons-react';
import type { ComponentType, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { asApiError, errorText } from '@/lib/errors';
import classes from './states.module.css';

type Icon = ComponentType<{ size?: number; stroke?: number }>;
interface Props {
  title: string;
  text?: string;
  icon?: Icon;
  tone?: 'bad' | 'warn' | 'ok';
  children?: ReactNode;
}

function Message({ title, text, icon: Icon = IconInbox, tone, children, role }: Props & { role?: 'alert' | 'status' }) {
  return (
    <div className={classes.state} role={role}>
      <span className={classes.badge} data-tone={tone} aria-hidden><Icon size={26} stroke={1.6} /></span>
      <div className={classes.title}>{title}</div>
      {text && <div className={classes.text}>{text}</div>}
      {children && <div className={classes.actions}>{children}</div>}
    </div>
  );
}

/** Nothing here, and what to do about it. */
export function Empty(props: Props) {
  return <Message {...props} />;
}

/** Grey lines in the shape of what is coming. */
export function Loading({ lines = 6, label }: { lines?: number; label?: string }) {
  const { t } = useTranslation();
  return (
    <div className={classes.skeleton} role="status" aria-label={label ?? t('state.loading')}>
      {Array.from({ length: lines }, (_, i) => (
        <div key={i} className={classes.bone} style={{ width: `${[92, 78, 85, 64, 88, 71][i % 6]}%` }} />
      ))}
    </div>
  );
}

/** This screen needs the server and there is no line. */
export function Offline({ text, onRetry }: { text?: string; onRetry?: () => void }) {
  const { t } = useTranslation();
  return (
    <Message role="status" tone="warn" icon={IconCloudOff} title={t('state.offline.title')} text={text ?? t('state.offline.text')}>
      {onRetry && <Retry onRetry={onRetry} />}
    </Message>
  );
}

/** Something failed: the reason in words, and a way to try again. */
export function Failure({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const { t } = useTranslation();
  if (asApiError(error).code === 'offline') return <Offline text={errorText(error)} onRetry={onRetry} />;
  return (
    <Message role="alert" tone="bad" icon={IconAlertTriangle} title={t('state.error.title')} text={errorText(error)}>
      {onRetry && <Retry onRetry={onRetry} />}
    </Message>
  );
}

function Retry({ onRetry }: { onRetry: () => void }) {
  const { t } = useTranslation();
  return (
    <Button variant="default" leftSection={<IconRefresh size={15} />} onClick={onRetry}>
      {t('action.retry')}
    </Button>
  );
}

interface QueryLike<T> {
  data: T | undefined;
  error: unknown;
  isPending: boolean;
  refetch: () => unknown;
}

/** Loading, failure and data of a query in one place. */
export function Loaded<T>({ query, children, lines }: { query: QueryLike<T>; children: (data: T) => ReactNode; lines?: number }) {
  if (query.data !== undefined) return <>{children(query.data)}</>;
  if (query.error) return <Failure error={query.error} onRetry={() => query.refetch()} />;
  return <Loading lines={lines} />;
}
