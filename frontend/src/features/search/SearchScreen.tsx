import { Select } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useCatalog, useDocumentSearch, type Direction, type SearchRow } from '@/lib/backend';
import { formatNumber } from '@/lib/format';
import { navigate, paths, useSearch } from '@/lib/router';
import { formatDay } from '@/lib/time';
import { DataTable, DateField, Empty, Failure, Page, PageHeader, StatePill, UrgencyMark, type Column } from '@/ui';
import { filterOf, queryOf, withFilter, type Filter } from './filter';
import classes from './search.module.css';

/** Results while typing. The words and the filters live in the address. */
export default function SearchScreen() {
  const { t } = useTranslation();
  const search = useSearch();
  const filter = useMemo(() => filterOf(search), [search]);
  const query = useDocumentSearch(useMemo(() => queryOf(filter), [filter]));
  const rows = useMemo(() => query.data?.pages.flatMap((page) => page.items) ?? [], [query.data]);
  const first = query.data?.pages[0];
  const asked = Object.values(filter).some((value) => value !== undefined);
  const columns = useColumns();
  const set = (change: Partial<Filter>) => navigate(withFilter(filter, change), { replace: true });

  return (
    <Page
      fixed
      header={
        <>
          <PageHeader
            title={t('nav.search')}
            sub={asked && first ? t('search.found', { count: first.total, number: `${formatNumber(first.total)}${first.totalCapped ? '+' : ''}` }) : undefined}
          />
          <Filters filter={filter} set={set} />
        </>
      }
    >
      <DataTable<SearchRow>
        id="search"
        label={t('nav.search')}
        columns={columns}
        rows={rows}
        rowId={rowId}
        rowLook={rowLook}
        loading={asked && query.isFetching}
        hasMore={query.hasNextPage}
        loadMore={() => void query.fetchNextPage()}
        onOpen={open}
        placeholder={placeholder()}
      />
    </Page>
  );

  function placeholder() {
    if (!asked) return <Empty icon={IconSearch} title={t('search.start')} text={t('search.start.text')} />;
    if (query.error) return <Failure error={query.error} onRetry={() => void query.refetch()} />;
    if (first && rows.length === 0) return <Empty icon={IconSearch} title={t('search.none')} text={t('search.none.text')} />;
    return undefined;
  }
}

const rowId = (row: SearchRow) => row.id;
const rowLook = (row: SearchRow) => ({ urgency: row.finished ? undefined : row.urgency, unread: row.unread, pending: row.pending });
const open = (row: SearchRow) => navigate(paths.document(row.id, row.direction));

function useColumns(): Array<Column<SearchRow>> {
  const { t } = useTranslation();
  return useMemo(
    () => [
      { id: 'direction', header: t('search.column.direction'), width: 92, cell: (row) => t(row.direction === 'incoming' ? 'search.in' : 'search.out'), hideBelow: 820 },
      { id: 'symbol', header: t('search.column.symbol'), width: 150, cell: (row) => row.symbol || '—' },
      { id: 'date', header: t('search.column.date'), width: 112, cell: (row) => formatDay(row.issuedDate) },
      { id: 'subject', header: t('search.column.subject'), width: 300, grow: 1, cell: (row) => <Subject row={row} /> },
      { id: 'organ', header: t('search.column.organ'), width: 200, cell: (row) => row.organName ?? '', hideBelow: 900 },
      { id: 'state', header: t('search.column.state'), width: 150, cell: (row) => <StatePill state={row.state} />, hideBelow: 700 },
    ],
    [t],
  );
}

/** The subject with what was found marked; the place in the body when it was found only there. */
function Subject({ row }: { row: SearchRow }) {
  const has = (spans: SearchRow['snippet']) => (spans?.some((span) => span.hit) ? spans : null);
  const inside = has(row.subjectSpans) ?? has(row.snippet);
  return (
    <div className={classes.subject} title={row.subject}>
      <UrgencyMark level={row.urgency} />
      <span className="kg-clip">
        {inside ? inside.map((part, i) => (part.hit ? <mark key={i} className={classes.mark}>{part.text}</mark> : <span key={i}>{part.text}</span>)) : row.subject}
      </span>
    </div>
  );
}

function Filters({ filter, set }: { filter: Filter; set: (change: Partial<Filter>) => void }) {
  const { t } = useTranslation();
  const { data: catalog } = useCatalog();
  return (
    <div className={classes.filters} role="group" aria-label={t('search.filters')}>
      <Select
        aria-label={t('search.column.direction')}
        placeholder={t('search.any_direction')}
        data={[{ value: 'incoming', label: t('search.in') }, { value: 'outgoing', label: t('search.out') }]}
        value={filter.direction ?? null}
        onChange={(value) => set({ direction: (value as Direction | null) ?? undefined })}
        clearable
        w={138}
      />
      <Select
        aria-label={t('search.type')}
        placeholder={t('search.any_type')}
        data={(catalog?.types ?? []).map((type) => ({ value: type.code, label: t(`type.${type.code}`) }))}
        value={filter.type ?? null}
        onChange={(value) => set({ type: value ?? undefined })}
        searchable
        clearable
        w={170}
      />
      <Select
        aria-label={t('search.urgency')}
        placeholder={t('search.any_urgency')}
        data={[3, 2, 1, 0].map((level) => ({ value: String(level), label: t(`urgency.${level}`) }))}
        value={filter.urgency === undefined ? null : String(filter.urgency)}
        onChange={(value) => set({ urgency: value === null ? undefined : Number(value) })}
        clearable
        w={150}
      />
      <DateField label={t('search.from')} hideLabel placeholder={t('search.from')} value={filter.from ?? null} onChange={(day) => set({ from: day ?? undefined })} width={140} />
      <DateField label={t('search.to')} hideLabel placeholder={t('search.to')} value={filter.to ?? null} onChange={(day) => set({ to: day ?? undefined })} width={140} />
    </div>
  );
}
