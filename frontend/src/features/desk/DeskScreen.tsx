import { useElementSize } from '@mantine/hooks';
import { IconArmchair, IconFilter } from '@tabler/icons-react';
import { useCallback, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { MeetingDesk } from '@/features/assignments';
import { ActionDialog, leaveTrail, Preview, useActiveDocument } from '@/features/documents';
import { signsHere } from '@/features/signing';
import { useDesk, useSession, type Desk, type DeskItem } from '@/lib/backend';
import { formatNumber } from '@/lib/format';
import { Link, navigate, paths, useSearch } from '@/lib/router';
import { formatDay, today } from '@/lib/time';
import { Empty, Loaded, Page, PageHeader, SplitPane } from '@/ui';
import { DeskList } from './DeskList';
import { groupsOf, itemId, linesOf } from './groups';
import classes from './desk.module.css';

/** Narrower than this, the list has the screen to itself. */
const previewFrom = 1080;

/** Bàn làm việc: what waits for me now, most urgent first. */
export default function DeskScreen() {
  const query = useDesk();
  return <Loaded query={query} lines={10}>{(desk) => <DeskPage desk={desk} />}</Loaded>;
}

function DeskPage({ desk }: { desk: Desk }) {
  const { t } = useTranslation();
  const { ref, width } = useElementSize<HTMLDivElement>();
  const wanted = new URLSearchParams(useSearch()).get('viec') ?? undefined;
  const queue = desk.queues.some((candidate) => candidate.key === wanted) ? wanted : undefined;
  const lines = useMemo(() => linesOf(groupsOf(desk.items, queue)), [desk.items, queue]);
  const items = useMemo(() => lines.flatMap((line) => (line.kind === 'item' ? [line.item] : [])), [lines]);
  const [chosen, setChosen] = useState<string | undefined>();
  const active = items.find((item) => itemId(item) === chosen) ?? items[0];
  const activeId = active && itemId(active);
  const beside = useActiveDocument(active?.doc.id);
  const wide = width >= previewFrom;

  const open = useCallback(
    (item: DeskItem) => {
      leaveTrail([...new Set(items.map((other) => other.doc.id))], `${paths.desk}${queue ? `?viec=${queue}` : ''}`);
      navigate(addressOf(item));
    },
    [items, queue],
  );
  const list = lines.length === 0 ? (
    <Empty icon={IconArmchair} tone="ok" title={t(queue ? 'desk.empty.queue' : 'desk.empty')} text={t('desk.empty.text')}>
      <Link href={paths.incoming}>{t('desk.empty.incoming')}</Link>
    </Empty>
  ) : (
    <DeskList lines={lines} activeId={activeId} onActive={(item) => setChosen(itemId(item))} onOpen={open} />
  );
  return (
    <Page
      fixed
      header={
        <>
          <PageHeader title={t('nav.desk')} sub={<Sub desk={desk} />} />
          <MeetingDesk />
          <Queues desk={desk} queue={queue} />
        </>
      }
    >
      <div ref={ref} className={classes.body}>
        {width === 0 ? null : wide ? (
          // The form takes the place of the list: the paper stays in view.
          <SplitPane id="desk" initial={620} min={420} minLeft={420} left={beside.actions.form ?? list} right={<Preview active={beside} />} />
        ) : (
          <>
            {list}
            <ActionDialog actions={beside.actions} />
          </>
        )}
      </div>
    </Page>
  );
}

function addressOf(item: DeskItem): string {
  const draft = item.doc.direction === 'outgoing' && ['draft', 'returned', 'approve', 'check_content', 'check_form', 'sign'].includes(item.queue);
  return draft ? paths.draft(item.doc.id) : paths.document(item.doc.id, item.doc.direction);
}

function Sub({ desk }: { desk: Desk }) {
  const { t } = useTranslation();
  const total = desk.queues.reduce((sum, queue) => sum + queue.count, 0);
  return (
    <span className={classes.sub}>
      <span>{`${t(`desk.weekday.${new Date(`${today()}T00:00:00Z`).getUTCDay()}`)}, ${formatDay(today())}`}</span>
      {total > 0 && <span className={classes.total}>{t('desk.total', { count: total, number: formatNumber(total) })}</span>}
      {desk.overdue > 0 && <span className={classes.overdue}>{t('desk.overdue', { count: desk.overdue })}</span>}
      {desk.today > 0 && <span className={classes.today}>{t('desk.today', { count: desk.today })}</span>}
    </span>
  );
}

function Queues({ desk, queue }: { desk: Desk; queue?: string }) {
  const { t } = useTranslation();
  const { data: session } = useSession();
  if (desk.queues.length < 2) return null;
  const go = (key?: string) => navigate(key ? `${paths.desk}?viec=${key}` : paths.desk, { replace: true });
  return (
    <div className={classes.queues} role="group" aria-label={t('desk.queues')}>
      <IconFilter size={15} stroke={1.7} aria-hidden className={classes.filter} />
      <button type="button" className={classes.queue} aria-pressed={!queue} onClick={() => go()}>{t('desk.all')}</button>
      {desk.queues.map(({ key, count }) => (
        <button key={key} type="button" className={classes.queue} aria-pressed={queue === key} onClick={() => go(queue === key ? undefined : key)}>
          {t(`desk.queue.${key}`)} <span className={classes.count}>{formatNumber(count)}</span>
        </button>
      ))}
      {queue === 'sign' && signsHere(session) && <Link href={paths.toSign} className={classes.together}>{t('signing.together')}</Link>}
    </div>
  );
}
