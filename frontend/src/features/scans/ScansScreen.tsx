import { Button } from '@mantine/core';
import { IconFolderCog, IconScan } from '@tabler/icons-react';
import { useCallback, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useScanFolders, useScans, type Scan } from '@/lib/backend';
import { formatFacts, formatNumber } from '@/lib/format';
import { navigate, paths, useSearch } from '@/lib/router';
import { formatDay, formatShort } from '@/lib/time';
import { DataTable, Empty, Failure, Page, PageHeader, StatusPill, type Column } from '@/ui';
import { ScanNotices } from './ScanNotices';
import { ScanTabs } from './ScanTabs';
import { stateGroups, tones, type ScanGroup } from './states';
import classes from './scans.module.css';

/** Văn bản đến scan: what the scanner has saved, to be registered one by one. */
export default function ScansScreen() {
  const { t } = useTranslation();
  const group = groupOf(useSearch());
  const scans = useScans(stateGroups[group]);
  const folders = useScanFolders();
  const columns = useColumns();
  const [activeId, setActiveId] = useState<string>();
  const onActive = useCallback((row: Scan) => setActiveId(row.id), []);
  const rows = scans.data?.items ?? [];
  const settings = (
    <Button variant="default" leftSection={<IconFolderCog size={16} stroke={1.7} />} onClick={() => navigate(paths.settings)}>{t('scan.to_folders')}</Button>
  );
  const placeholder = () => {
    if (scans.error && rows.length === 0) return <Failure error={scans.error} onRetry={() => void scans.refetch()} />;
    if (!scans.data || !folders.data || rows.length > 0) return undefined;
    if (folders.data.length === 0) return <Empty icon={IconScan} title={t('scan.none.folders')} text={t('scan.none.folders.text')}>{settings}</Empty>;
    return <Empty icon={IconScan} title={t(`scan.none.${group}`)} text={group === 'waiting' ? t('scan.none.waiting.text') : undefined} />;
  };
  return (
    <Page
      fixed
      header={
        <>
          <PageHeader title={t('scan.title')} sub={scans.data?.queued ? t('scan.queued', { count: scans.data.queued, number: formatNumber(scans.data.queued) }) : undefined}>
            {folders.data && folders.data.length > 0 && settings}
          </PageHeader>
          <ScanNotices folders={folders.data} ocr={scans.data?.ocr} />
          <ScanTabs group={group} counts={scans.data?.counts} />
        </>
      }
    >
      <DataTable<Scan>
        id="scans"
        label={t('scan.title')}
        columns={columns}
        rows={rows}
        rowId={rowId}
        rowLook={rowLook}
        loading={scans.isFetching}
        onOpen={open}
        activeId={rows.some((row) => row.id === activeId) ? activeId : rows[0]?.id}
        onActive={onActive}
        autoFocus
        placeholder={placeholder()}
      />
    </Page>
  );
}

const rowId = (row: Scan) => row.id;
const rowLook = (row: Scan) => ({ urgency: row.state === 'waiting' ? row.fields.urgency : undefined, quiet: row.state === 'ignored' || row.state === 'registered' });
const open = (row: Scan) => navigate(row.state === 'registered' && row.doc ? paths.document(row.doc.id, 'incoming') : paths.scan(row.id));

function groupOf(search: string): ScanGroup {
  const group = new URLSearchParams(search).get('nhom');
  return group === 'attention' || group === 'done' ? group : 'waiting';
}

function useColumns(): Array<Column<Scan>> {
  const { t } = useTranslation();
  return useMemo(
    () => [
      { id: 'found', header: t('scan.column.found'), width: 84, cell: (row) => formatShort(row.found) },
      { id: 'state', header: t('scan.column.state'), width: 150, cell: (row) => <StatusPill tone={tones[row.state]}>{t(`scan.state.${row.state}`)}</StatusPill> },
      { id: 'symbol', header: t('doc.column.symbol'), width: 138, hideBelow: 700, cell: (row) => symbolOf(row) },
      { id: 'subject', header: t('doc.column.subject'), width: 280, grow: 1, cell: (row) => <What scan={row} /> },
      { id: 'organ', header: t('doc.column.organ'), width: 190, hideBelow: 960, cell: (row) => row.doc?.organName ?? row.fields.organName ?? '' },
      { id: 'issued', header: t('doc.column.issued'), width: 104, hideBelow: 820, cell: (row) => formatDay(row.doc?.issuedDate ?? row.fields.issuedDate) },
      { id: 'pages', header: t('scan.column.pages'), width: 66, align: 'right', hideBelow: 1060, cell: (row) => row.pages || '' },
    ],
    [t],
  );
}

function symbolOf({ doc, fields }: Scan): string {
  if (doc) return doc.symbol ?? '';
  return [fields.codeNumber, fields.notation].filter(Boolean).join('/');
}

/** What the document is about, or why nothing is known of it; the name of the file below. */
function What({ scan }: { scan: Scan }) {
  const { t } = useTranslation();
  const line = scan.doc?.subject || scan.fields.subject || (scan.reason ? t(`error.${scan.reason}`) : '');
  return (
    <span className={classes.what}>
      {line && <bdi className={classes.line}>{line}</bdi>}
      <bdi className={classes.name}>{formatFacts(scan.name, scan.twin && t('scan.twin', { name: scan.twin }))}</bdi>
    </span>
  );
}
