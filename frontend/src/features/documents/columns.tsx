import { IconCloudUp } from '@tabler/icons-react';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { DocRow } from '@/lib/backend';
import { formatDay, formatShort } from '@/lib/time';
import { Due, StatePill, UrgencyMark, type Column } from '@/ui';
import type { ListId } from './lists';
import classes from './list.module.css';

/** The columns of a list, as the printed registers order them (NĐ 30/2020, Phụ lục IV); no state where all have the same. */
export function useListColumns(list: ListId, oneState = false): Array<Column<DocRow>> {
  const { t } = useTranslation();
  return useMemo(() => {
    const number: Column<DocRow> = {
      id: 'number', header: list === 'incoming' ? t('doc.column.arrival') : t('doc.column.number'), width: 74, align: 'right', sortable: true,
      cell: (row) => row.bookNumber ?? (row.numberPending ? <span className={classes.waiting} title={t('doc.number_pending')}>{t('doc.number_pending.short')}</span> : ''),
    };
    const symbol: Column<DocRow> = {
      id: 'symbol', header: t('doc.column.symbol'), width: 138,
      cell: (row) => row.symbol || <span className={classes.quiet}>{row.numberPending ? t('doc.number_pending') : '—'}</span>,
    };
    const subject: Column<DocRow> = { id: 'subject', header: t('doc.column.subject'), width: 280, grow: 1, cell: (row) => <Subject row={row} /> };
    const due: Column<DocRow> = {
      id: 'due', header: t('doc.column.due'), width: 182, sortable: true, hideBelow: 640,
      cell: (row) => <Due day={row.due} overdue={row.overdue} daysLeft={row.daysLeft} closed={row.daysLeft === undefined} />,
    };
    const state: Array<Column<DocRow>> = oneState ? [] : [{ id: 'state', header: t('doc.column.state'), width: 146, cell: (row) => <StatePill state={row.state} /> }];
    if (list === 'incoming') {
      return [
        number,
        { id: 'arrived', header: t('doc.column.arrived'), width: 82, sortable: true, hideBelow: 760, cell: (row) => formatShort(row.arrived) },
        symbol,
        { id: 'organ', header: t('doc.column.organ'), width: 168, hideBelow: 900, cell: (row) => row.organName ?? '' },
        subject,
        { id: 'handler', header: t('doc.column.handler'), width: 140, hideBelow: 1060, cell: (row) => row.lead?.name ?? row.submittedTo?.name ?? '' },
        due,
        ...state,
      ];
    }
    const who: Column<DocRow> = { id: 'drafter', header: t('doc.column.drafter'), width: 146, hideBelow: 900, cell: (row) => row.drafter?.name ?? '' };
    if (list === 'drafts') {
      return [
        { id: 'type', header: t('doc.column.type'), width: 128, hideBelow: 760, cell: (row) => t(`type.${row.type || 'none'}`) },
        subject, who,
        { id: 'submittedTo', header: t('doc.column.submitted'), width: 146, hideBelow: 1060, cell: (row) => row.submittedTo?.name ?? '' },
        { id: 'moved', header: t('doc.column.moved'), width: 84, sortable: true, hideBelow: 700, cell: (row) => formatShort(row.moved) },
        due, ...state,
      ];
    }
    return [
      number, symbol,
      { id: 'issued', header: t('doc.column.issued'), width: 104, sortable: true, hideBelow: 700, cell: (row) => formatDay(row.issuedDate) },
      subject, who,
      { id: 'recipients', header: t('doc.column.received'), width: 106, align: 'right', hideBelow: 820, cell: (row) => (row.recipients ? <Received row={row} /> : '') },
      due, ...state,
    ];
  }, [list, oneState, t]);
}

function Subject({ row }: { row: DocRow }) {
  const { t } = useTranslation();
  return (
    <div className={classes.subject} title={row.subject}>
      <UrgencyMark level={row.urgency} />
      <span className="kg-clip">{row.subject}</span>
      {row.pending && <IconCloudUp size={15} stroke={1.8} className={classes.cloud} aria-label={t('doc.pending')} role="img" />}
    </div>
  );
}

function Received({ row }: { row: DocRow }) {
  const { t } = useTranslation();
  const { total = 0, received = 0 } = row.recipients ?? {};
  return <span title={t('doc.received_of', { received, total })} data-all={received === total || undefined} className={classes.received}>{received}/{total}</span>;
}
