import { Button } from '@mantine/core';
import { IconCircleCheck, IconRefresh } from '@tabler/icons-react';
import { useEffect, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { ForgottenNotice } from '@/features/enrolment';
import { Unsent } from '@/features/working';
import { api, useQuarantine, useSync, useWork, type SyncItem, type SyncStatus, type Transfer } from '@/lib/backend';
import { formatAgo, formatBytes, formatComing, formatFacts, formatLeft, formatNumber } from '@/lib/format';
import { Link, paths } from '@/lib/router';
import { formatMoment, formatShort } from '@/lib/time';
import { Loaded, notify, StatusPill, TransferBar } from '@/ui';
import { commandLabel } from './commandLabel';
import { courierWords } from './courier';
import { Kept } from './Kept';
import { lineWords } from './line';
import { Refusal } from './Refusal';
import classes from './sync.module.css';

/** The panel's content. */
export function SyncDetails({ onLeave }: { onLeave: () => void }) {
  const sync = useSync({ watch: true });
  return <Loaded query={sync}>{(status) => <Details status={status} onLeave={onLeave} />}</Loaded>;
}

function Details({ status, onLeave }: { status: SyncStatus; onLeave: () => void }) {
  const { t } = useTranslation();
  const { data: kept = [] } = useQuarantine();
  const { data: copies = [] } = useWork();
  const unsent = copies.filter((copy) => copy.unsent);
  const downloads = status.downloads ?? [];
  const uploads = status.uploads ?? [];
  const atRest = status.waitingCount === 0 && status.refusedCount === 0 && uploads.length === 0 && downloads.length === 0 && !status.coming && kept.length === 0 && unsent.length === 0;
  return (
    <div className={classes.panel} tabIndex={-1} data-autofocus>
      <Head status={status} />
      <ForgottenNotice framed />
      {status.refusedCount > 0 && (
        <Section title={t('sync.refused')} count={status.refusedCount} tone="bad">
          {(status.refused ?? []).map((item) => <Refusal key={item.id} item={item} onLeave={onLeave} />)}
        </Section>
      )}
      {status.waitingCount > 0 && (
        <Section title={t('sync.waiting')} count={status.waitingCount} tone="warn" text={status.doubtful ? t('sync.doubtful', { count: status.doubtful }) : undefined}>
          <ul className={classes.list}>{(status.waiting ?? []).map((item) => <Waiting key={item.id} item={item} />)}</ul>
          <More shown={status.waiting?.length ?? 0} all={status.waitingCount} />
        </Section>
      )}
      {uploads.length > 0 && (
        <Section title={t('sync.uploads')} count={uploads.length}>
          {uploads.map((item) => <Progress key={item.sha256} item={item} onLeave={onLeave} />)}
        </Section>
      )}
      <Coming status={status} downloads={downloads} onLeave={onLeave} />
      {unsent.length > 0 && (
        <Section title={t('work.unsent.all')} count={unsent.length} tone="warn">
          {unsent.map((copy) => <Unsent key={copy.id} copy={copy} named />)}
        </Section>
      )}
      {kept.length > 0 && (
        <Section title={t('sync.kept')} count={kept.length} text={t('sync.kept.text')}>
          {kept.map((item) => <Kept key={item.id} item={item} />)}
        </Section>
      )}
      {atRest && (
        <div className={classes.rest}>
          <IconCircleCheck size={20} stroke={1.7} aria-hidden />
          <span>{t(status.state === 'server' ? 'sync.rest.server' : status.state === 'online' ? 'sync.rest' : 'sync.rest.offline')}</span>
        </div>
      )}
    </div>
  );
}

function Head({ status }: { status: SyncStatus }) {
  const { t } = useTranslation();
  const [busy, setBusy] = useState(false);
  const { tone, key, count } = lineWords({ ...status, refusedCount: 0 });
  const now = useNow(20_000);
  const retry = async () => {
    setBusy(true);
    await api.syncNow().catch((error: unknown) => notify.error(error));
    setBusy(false);
  };
  return (
    <div className={classes.head} data-tone={tone}>
      <div>
        <StatusPill tone={tone}>{t(key, { count })}</StatusPill>
        {status.lastContact ? (
          <div className={classes.meta} title={formatMoment(status.lastContact)}>
            {t('sync.last_contact', { ago: formatAgo(status.lastContact, now), at: formatMoment(status.lastContact) })}
          </div>
        ) : status.state !== 'server' && <div className={classes.meta}>{t('sync.never')}</div>}
        {status.checks && (
          <div className={classes.meta}>{t(status.checks.ok ? 'sync.check.ok' : 'sync.check.repairing', { at: formatMoment(status.checks.at) })}</div>
        )}
        {Math.abs(status.serverTimeOffset ?? 0) > 120_000 && (
          <div className={classes.warn}>{t('sync.clock', { count: Math.round(Math.abs(status.serverTimeOffset ?? 0) / 60_000) })}</div>
        )}
        <Courier courier={status.courier} />
      </div>
      {status.state !== 'server' && (
        <Button variant="default" size="compact-sm" leftSection={<IconRefresh size={14} />} loading={busy} onClick={() => void retry()}>
          {t('sync.now')}
        </Button>
      )}
    </div>
  );
}

/** Who this machine exchanges files with in the office. */
function Courier({ courier }: { courier: SyncStatus['courier'] }) {
  const { t } = useTranslation();
  const words = courierWords(courier);
  if (!words) return null;
  const lacking = courier?.lacking ? t('sync.courier.lacking', { size: formatBytes(courier.lacking) }) : '';
  return <div className={classes.meta}>{formatFacts(t(words.key, { count: words.count }), lacking)}</div>;
}

function Coming({ status, downloads, onLeave }: { status: SyncStatus; downloads: readonly Transfer[]; onLeave: () => void }) {
  const { t } = useTranslation();
  const { coming } = status;
  const left = downloads.reduce((sum, item) => sum + item.total - item.done, 0) + (coming?.bytes ?? 0);
  if (!coming && downloads.length === 0) return null;
  const estimate = Math.max(coming?.estimateMs ?? 0, ...downloads.map((item) => item.estimateMs ?? 0));
  return (
    <Section title={t('sync.coming')} note={formatFacts(formatBytes(left), formatLeft(estimate))}>
      {coming && coming.records > 0 && (
        <div className={classes.meta}>
          {t(status.firstLoadComplete === false ? 'sync.first_load' : 'sync.records', { count: coming.records, number: formatNumber(coming.records) })}
        </div>
      )}
      {downloads.slice(0, 8).map((item) => <Progress key={`${item.document}${item.sha256}`} item={item} onLeave={onLeave} />)}
      <More shown={Math.min(8, downloads.length)} all={downloads.length} />
    </Section>
  );
}

interface SectionProps {
  title: string;
  count?: number;
  note?: string;
  text?: string;
  tone?: 'bad' | 'warn';
  children: ReactNode;
}

function Section({ title, count, note, text, tone, children }: SectionProps) {
  return (
    <section className={classes.section}>
      <h3 className={classes.sectionTitle} data-tone={tone}>
        {title}
        {count !== undefined && <span className={classes.count}>{formatNumber(count)}</span>}
        {note && <span className={classes.note}>{note}</span>}
      </h3>
      {text && <div className={classes.meta}>{text}</div>}
      {children}
    </section>
  );
}

function Waiting({ item }: { item: SyncItem }) {
  const { t } = useTranslation();
  const tones = { waiting: 'warn', sent: 'info', deferred: 'neutral', doubtful: 'warn' } as const;
  return (
    <li className={classes.item}>
      <div className={classes.itemText}>
        <div className={classes.itemName}>{commandLabel(t, item.name)}</div>
        {item.subject && <div className={classes.subject} title={item.subject}>{item.subject}</div>}
      </div>
      <span className={classes.time}>{formatShort(item.at)}</span>
      <StatusPill tone={tones[item.status]}>{t(`sync.status.${item.status}`)}</StatusPill>
    </li>
  );
}

function Progress({ item, onLeave }: { item: Transfer; onLeave: () => void }) {
  const name = item.name || item.sha256.slice(0, 12);
  return (
    <div className={classes.transfer}>
      <div className={classes.transferHead}>
        <span className={classes.transferName} title={name}>{name}</span>
        <span className={classes.time}>{formatComing(item)}</span>
      </div>
      <TransferBar done={item.done} total={item.total} label={name} />
      {item.document && item.direction && (
        <Link className={classes.transferOf} title={item.subject} href={paths.document(item.document, item.direction)} onClick={onLeave}>{item.subject || item.document}</Link>
      )}
      {item.meeting && (
        <Link className={classes.transferOf} title={item.subject} href={paths.meeting(item.meeting, 'materials')} onClick={onLeave}>{item.subject || item.meeting}</Link>
      )}
    </div>
  );
}

function More({ shown, all }: { shown: number; all: number }) {
  const { t } = useTranslation();
  return all > shown ? <div className={classes.meta}>{t('sync.more', { count: all - shown })}</div> : null;
}

/** The current time, renewed now and then, for "5 minutes ago". */
function useNow(every: number): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), every);
    return () => clearInterval(timer);
  }, [every]);
  return now;
}
