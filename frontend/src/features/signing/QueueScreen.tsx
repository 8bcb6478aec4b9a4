import { Button, Checkbox } from '@mantine/core';
import { IconWritingSign } from '@tabler/icons-react';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { leaveTrail } from '@/features/documents';
import { useDesk, type Desk, type DeskItem } from '@/lib/backend';
import { useCommands, type Command } from '@/lib/commands';
import { navigate, paths, useSearch } from '@/lib/router';
import { formatShort } from '@/lib/time';
import { CommandKbd, DataTable, Due, Empty, Loaded, Page, PageHeader, TabStrip, UrgencyMark, useTabKeys, type Column } from '@/ui';
import { RequestCards } from './RequestCard';
import { queueOf, type QueueKind } from './queue';
import { mostAtOnce, startSigning } from './store';
import classes from './queue.module.css';

/** Chờ ký: what waits for my signature, or for the agency's, to be signed one by one or together. */
export default function QueueScreen() {
  const query = useDesk();
  return <Loaded query={query} lines={10}>{(desk) => <QueuePage desk={desk} />}</Loaded>;
}

const kinds: readonly QueueKind[] = ['person', 'organ'];
const rowId = (item: DeskItem) => item.doc.id;
const rowLook = (item: DeskItem) => ({ urgency: item.doc.urgency, unread: item.doc.unread, pending: item.doc.pending });

function QueuePage({ desk }: { desk: Desk }) {
  const { t } = useTranslation();
  const queues = useMemo(() => queueOf(desk.items), [desk.items]);
  const wanted = new URLSearchParams(useSearch()).get('loai');
  const kind: QueueKind = wanted === 'co-quan' || (wanted === null && queues.person.length === 0 && queues.organ.length > 0) ? 'organ' : 'person';
  const both = queues.organ.length > 0 || wanted === 'co-quan';
  const rows = queues[kind];
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [activeId, setActiveId] = useState<string>();
  const ids = rows.map(rowId);
  const picked = ids.filter((id) => chosen.has(id)).slice(0, mostAtOnce);
  const choose = useCallback((next: QueueKind) => navigate(`${paths.toSign}?loai=${next === 'organ' ? 'co-quan' : 'ca-nhan'}`, { replace: true }), []);
  useTabKeys(kinds.map((one) => `signing.queue.${one}`), (at) => choose(kinds[at] ?? 'person'));
  const toggle = useCallback((id: string) => setChosen((old) => {
    const next = new Set(old);
    if (!next.delete(id)) next.add(id);
    return next;
  }), []);
  const all = picked.length === ids.length && ids.length > 0;
  const toggleAll = useCallback(() => setChosen(all ? new Set() : new Set(ids)), [all, ids]);

  const latest = useRef({ picked, kind, active: activeId ?? ids[0], toggleAll });
  useEffect(() => {
    latest.current = { picked, kind, active: activeId && ids.includes(activeId) ? activeId : ids[0], toggleAll };
  });
  useCommands(useMemo<Command[]>(() => [
    { id: 'signing.choose', label: 'signing.queue.choose', group: 'list', hotkeys: ['space'], hidden: true, run: () => latest.current.active && toggle(latest.current.active) },
    { id: 'signing.choose_all', label: 'signing.queue.all', group: 'list', hotkeys: ['mod+a'], run: () => latest.current.toggleAll() },
    {
      id: 'signing.sign_chosen', label: 'signing.queue.sign', group: 'document', hotkeys: ['a'],
      run: () => startSigning(latest.current.kind, latest.current.picked.length > 0 ? latest.current.picked : [latest.current.active ?? ''].filter(Boolean)),
    },
  ], [toggle]));

  const open = useCallback((item: DeskItem) => {
    leaveTrail(ids, `${paths.toSign}?loai=${kind === 'organ' ? 'co-quan' : 'ca-nhan'}`);
    navigate(kind === 'person' ? paths.draft(item.doc.id) : paths.document(item.doc.id, 'outgoing'));
  }, [ids, kind]);
  const onActive = useCallback((item: DeskItem) => setActiveId(item.doc.id), []);
  const columns = useMemo<Array<Column<DeskItem>>>(() => [
    { id: 'chosen', header: t('signing.queue.chosen'), width: 60, align: 'center', cell: (item) => <Choice item={item} checked={chosen.has(item.doc.id)} onToggle={toggle} /> },
    { id: 'symbol', header: t('doc.column.symbol'), width: 146, cell: ({ doc }) => doc.symbol || t(`type.${doc.type || 'none'}`) },
    { id: 'subject', header: t('doc.column.subject'), width: 300, grow: 1, cell: ({ doc }) => <div className={classes.subject} title={doc.subject}><UrgencyMark level={doc.urgency} /><span className="kg-clip">{doc.subject}</span></div> },
    { id: 'drafter', header: t('doc.column.drafter'), width: 156, hideBelow: 960, cell: ({ doc }) => doc.drafter?.name ?? '' },
    { id: 'since', header: t('signing.queue.since'), width: 96, hideBelow: 800, cell: (item) => formatShort(item.since) },
    { id: 'due', header: t('doc.column.due'), width: 182, hideBelow: 640, cell: (item) => <Due day={item.due} overdue={item.overdue} daysLeft={item.daysLeft} /> },
  ], [t, chosen, toggle]);

  return (
    <Page
      fixed
      header={
        <>
          <PageHeader title={t('nav.to_sign')} sub={t('signing.queue.count', { count: rows.length })}>
            {rows.length > 0 && <Button variant="default" onClick={toggleAll}>{t(all ? 'signing.queue.none' : 'signing.queue.all')}</Button>}
            {rows.length > 0 && (
              <Button leftSection={<IconWritingSign size={17} stroke={1.7} aria-hidden />} rightSection={<CommandKbd id="signing.sign_chosen" />} disabled={picked.length === 0} onClick={() => startSigning(kind, picked)}>
                {t(`signing.submit.${kind}`, { count: picked.length })}
              </Button>
            )}
          </PageHeader>
          <RequestCards />
          {both && <TabStrip label={t('signing.queues')} tabs={kinds.map((one) => ({ id: one, label: t(`signing.queue.${one}`), count: queues[one].length || undefined }))} value={kind} onChange={choose} />}
        </>
      }
    >
      <DataTable<DeskItem>
        id={`signing.${kind}`}
        label={t(`signing.queue.${kind}`)}
        columns={columns}
        rows={rows}
        rowId={rowId}
        rowLook={rowLook}
        onOpen={open}
        onActive={onActive}
        autoFocus
        placeholder={rows.length === 0 ? <Empty icon={IconWritingSign} tone="ok" title={t(`signing.queue.${kind}.empty`)} text={t('signing.queue.empty.text')} /> : undefined}
      />
    </Page>
  );
}

/** The keyboard stays in the list: Space chooses the row it is on. */
function Choice({ item, checked, onToggle }: { item: DeskItem; checked: boolean; onToggle: (id: string) => void }) {
  const { t } = useTranslation();
  return (
    <Checkbox
      size="sm"
      tabIndex={-1}
      aria-label={t('signing.include', { name: item.doc.symbol || item.doc.subject })}
      checked={checked}
      onMouseDown={(event) => event.preventDefault()}
      onClick={(event) => event.stopPropagation()}
      onChange={() => onToggle(item.doc.id)}
    />
  );
}
