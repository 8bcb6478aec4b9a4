import { Button, Select, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconFilterOff, IconInbox, IconSearch } from '@tabler/icons-react';
import { useCallback, useEffect, useMemo, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { ClosedBooks } from '@/features/books';
import { signsHere } from '@/features/signing';
import { UnsentList } from '@/features/working';
import { useCatalog, useCounts, useDocuments, useSession, type Counts, type DocRow } from '@/lib/backend';
import { formatNumber } from '@/lib/format';
import { navigate, paths, useSearch } from '@/lib/router';
import { DataTable, DateField, Empty, Failure, Page, PageHeader, TabStrip, useTabKeys, type Sort } from '@/ui';
import { useListColumns } from './columns';
import { addressOf, filterOf, firstTab, isNarrowed, stateOf, tabs, type ListId, type ListState } from './lists';
import { useActiveDocument } from './Preview';
import { leaveTrail } from './trail';
import { ActionDialog } from './useDocActions';
import classes from './list.module.css';

interface Props {
  list: ListId;
  path: string;
  title: string;
  /** Buttons at the right of the title. */
  children?: ReactNode;
  /** Address of a document of this list. */
  addressOfRow: (row: DocRow) => string;
}

/** A list of documents with its tabs and filters; everything that narrows it is in the address. */
export function ListScreen({ list, path, title, children, addressOfRow }: Props) {
  const { t } = useTranslation();
  const search = useSearch();
  const { data: counts } = useCounts(list === 'incoming' ? 'incoming' : 'outgoing');
  const { data: session } = useSession();
  const begin = useBegin(list, session?.posts, counts);
  const state = useMemo(() => stateOf(list, search, begin), [list, search, begin]);
  const filter = useMemo(() => filterOf(list, state), [list, state]);
  const query = useDocuments(filter);
  const rows = useMemo(() => query.data?.pages.flatMap((page) => page.items) ?? [], [query.data]);
  const first = query.data?.pages[0];
  const columns = useListColumns(list, tabs[list].find((tab) => tab.id === state.tab)?.oneState);
  const [activeId, setActiveId] = useState<string | undefined>();
  const shown = rows.some((row) => row.id === activeId) ? activeId : rows[0]?.id;
  const active = useActiveDocument(shown);
  const set = (change: Partial<ListState>) => navigate(addressOf(path, { ...state, ...change }), { replace: true });

  const open = useCallback(
    (row: DocRow) => {
      leaveTrail(rows.map((other) => other.id), `${path}${search ? `?${search}` : ''}`);
      navigate(addressOfRow(row));
    },
    [rows, path, search, addressOfRow],
  );
  const onActive = useCallback((row: DocRow) => setActiveId(row.id), []);
  const sort: Sort | null = state.sort ? { id: state.sort, desc: Boolean(state.desc) } : null;

  return (
    <Page
      fixed
      header={
        <>
          <PageHeader title={title} sub={first ? t('doc.list.count', { count: first.total, number: `${formatNumber(first.total)}${first.totalCapped ? '+' : ''}` }) : undefined}>
            {state.tab === 'to_sign' && signsHere(session) && <Button variant="default" onClick={() => navigate(paths.toSign)}>{t('signing.together')}</Button>}
            {children}
          </PageHeader>
          {list === 'drafts' && <UnsentList />}
          <ClosedBooks direction={list === 'incoming' ? 'incoming' : 'outgoing'} />
          <GroupTabs list={list} state={state} counts={counts} onChange={(tab) => navigate(addressOf(path, { tab }), { replace: true })} />
          <Filters list={list} state={state} set={set} />
        </>
      }
    >
      <DataTable<DocRow>
        id={`documents.${list}`}
        label={title}
        columns={columns}
        rows={rows}
        rowId={rowId}
        rowLook={rowLook}
        total={first?.total}
        loading={query.isFetching}
        hasMore={query.hasNextPage}
        loadMore={() => void query.fetchNextPage()}
        sort={sort}
        onSort={(next) => set({ sort: next.id as ListState['sort'], desc: next.desc })}
        onOpen={open}
        onActive={onActive}
        autoFocus
        placeholder={placeholder()}
      />
      <ActionDialog actions={active.actions} />
    </Page>
  );

  function placeholder() {
    if (query.error && rows.length === 0) return <Failure error={query.error} onRetry={() => void query.refetch()} />;
    if (!first || rows.length > 0) return undefined;
    if (isNarrowed(state)) {
      return (
        <Empty icon={IconSearch} title={t('doc.list.none_found')} text={t('doc.list.none_found.text')}>
          <Button variant="default" leftSection={<IconFilterOff size={16} stroke={1.7} />} onClick={() => navigate(addressOf(path, { tab: state.tab }), { replace: true })}>{t('doc.list.clear')}</Button>
        </Empty>
      );
    }
    return <Empty icon={IconInbox} title={t(`doc.empty.${list}.${state.tab}`)} text={t('doc.empty.text')} />;
  }
}

/** The tab to begin with, settled once: it does not move under the reader when its last document leaves it. */
function useBegin(list: ListId, posts: readonly { role: string }[] | undefined, counts: Counts | undefined): string | undefined {
  const [begin, setBegin] = useState<{ tab?: string }>();
  useEffect(() => {
    if (!begin && posts && counts) setBegin({ tab: firstTab(list, posts, counts) });
  }, [begin, list, posts, counts]);
  return begin?.tab;
}

const rowId = (row: DocRow) => row.id;
const closed = new Set(['HOAN_THANH', 'TU_CHOI', 'DA_THU_HOI', 'LUU', 'HUY', 'THU_HOI', 'THAY_THE', 'DINH_CHINH']);
const rowLook = (row: DocRow) => ({
  urgency: closed.has(row.state) || row.state === 'DA_PHAT_HANH' ? undefined : (row.urgency as 0 | 1 | 2 | 3),
  unread: row.unread && row.direction === 'incoming', quiet: closed.has(row.state), pending: row.pending,
});

interface TabsProps {
  list: ListId;
  state: ListState;
  counts: Counts | undefined;
  onChange: (tab: string) => void;
}

function GroupTabs({ list, state, counts, onChange }: TabsProps) {
  const { t } = useTranslation();
  const shown = tabs[list];
  const labelOf = (id: string) => `doc.group.${list}.${id}`;
  useTabKeys(shown.map((tab) => labelOf(tab.id)), (at) => onChange(shown[at]?.id ?? state.tab));
  const strip = shown.map((tab) => ({ id: tab.id, label: t(labelOf(tab.id)), count: tab.group && inShort(counts?.[tab.group]) }));
  return <TabStrip label={t('doc.groups')} tabs={strip} value={state.tab} onChange={onChange} />;
}

/** A count beside a label: nothing for none, and no more digits than are read at a glance. */
function inShort(count: number | undefined): string | undefined {
  if (!count) return undefined;
  return count >= 1000 ? `${formatNumber(1000)}+` : formatNumber(count);
}

function Filters({ list, state, set }: { list: ListId; state: ListState; set: (change: Partial<ListState>) => void }) {
  const { t } = useTranslation();
  const { data: catalog } = useCatalog();
  const [words, setWords] = useState(state.q ?? '');
  const send = useDebouncedCallback((q: string) => set({ q: q || undefined }), 180);
  useEffect(() => setWords(state.q ?? ''), [state.q]);
  const flags = (list === 'incoming' ? ['unread', 'overdue', 'assigned'] : ['mine', 'overdue']) as Array<'unread' | 'overdue' | 'assigned' | 'mine'>;
  return (
    <div className={classes.filters} role="group" aria-label={t('search.filters')}>
      <div className={classes.filterRow}>
        <TextInput
          aria-label={t('doc.list.search')}
          placeholder={t('doc.list.search')}
          leftSection={<IconSearch size={15} stroke={1.7} aria-hidden />}
          value={words}
          onChange={(event) => {
            setWords(event.currentTarget.value);
            send(event.currentTarget.value.trim());
          }}
          className={classes.search}
        />
        <Select aria-label={t('search.type')} placeholder={t('search.any_type')} data={(catalog?.types ?? []).map((type) => ({ value: type.code, label: t(`type.${type.code}`) }))} value={state.type ?? null} onChange={(type) => set({ type: type ?? undefined })} searchable clearable w={158} />
        <Select aria-label={t('search.urgency')} placeholder={t('search.any_urgency')} data={[3, 2, 1, 0].map((level) => ({ value: String(level), label: t(`urgency.${level}`) }))} value={state.urgency === undefined ? null : String(state.urgency)} onChange={(level) => set({ urgency: level === null ? undefined : Number(level) })} clearable w={136} />
        <div className={classes.dates} data-used={state.from || state.to ? true : undefined}>
          <DateField label={t('search.from')} hideLabel placeholder={t('search.from')} value={state.from ?? null} onChange={(day) => set({ from: day ?? undefined })} width={124} />
          <DateField label={t('search.to')} hideLabel placeholder={t('search.to')} value={state.to ?? null} onChange={(day) => set({ to: day ?? undefined })} width={124} />
        </div>
        <div className={classes.flags}>
          {flags.map((flag) => (
            <button key={flag} type="button" className={classes.flag} aria-pressed={Boolean(state[flag])} onClick={() => set({ [flag]: state[flag] ? undefined : true })}>{t(`doc.list.${flag}`)}</button>
          ))}
        </div>
      </div>
    </div>
  );
}
