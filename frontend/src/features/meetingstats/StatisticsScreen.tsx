import { Button, Select } from '@mantine/core';
import { IconChartBar, IconDownload } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { statisticsUrl, useSession, useStatistics, type MeetingStat, type MeetingStatistics } from '@/lib/backend';
import { formatNumber } from '@/lib/format';
import { addDays, today } from '@/lib/time';
import { DateField, Empty, Loaded, Page, PageHeader } from '@/ui';
import classes from './meetingstats.module.css';

const startOf = (day: string) => Date.parse(`${day}T00:00:00+07:00`);

/** Thống kê họp: plain tables of meetings and tasks, by unit and by person. */
export default function StatisticsScreen() {
  const { t } = useTranslation();
  const { data: session } = useSession();
  const [from, setFrom] = useState<string | null>(`${today().slice(0, 4)}-01-01`);
  const [to, setTo] = useState<string | null>(today());
  const [unit, setUnit] = useState<string | null>(null);
  const offices = session?.offices ?? [];
  const chosen = unit ?? offices[0]?.id;
  const filter = { from: from ? startOf(from) : undefined, to: to ? startOf(addDays(to, 1)) : undefined, unit: chosen };
  const statistics = useStatistics(filter);
  return (
    <Page
      header={
        <PageHeader title={t('nav.meeting_statistics')}>
          {offices.length > 1 && <Select aria-label={t('stats.unit')} data={offices.map(({ id, name }) => ({ value: id, label: name }))} value={chosen ?? null} onChange={setUnit} />}
          <span className={classes.note} aria-hidden>{t('stats.from')}</span>
          <DateField label={t('stats.from')} hideLabel value={from} onChange={setFrom} width={160} />
          <span className={classes.note} aria-hidden>{t('stats.to')}</span>
          <DateField label={t('stats.to')} hideLabel value={to} onChange={setTo} width={160} />
          <Button component="a" href={statisticsUrl(filter)} download variant="default" leftSection={<IconDownload size={15} />}>{t('stats.csv')}</Button>
        </PageHeader>
      }
    >
      <Loaded query={statistics}>{(data) => <Tables data={data} />}</Loaded>
    </Page>
  );
}

const columns = ['invited', 'present', 'late', 'excused', 'absent', 'unknown', 'chaired', 'votes', 'given', 'done', 'doneLate'] as const;

function Tables({ data }: { data: MeetingStatistics }) {
  const { t } = useTranslation();
  if (data.units.length + data.people.length === 0) return <Empty icon={IconChartBar} title={t('stats.none')} text={t('stats.none.text')} />;
  return (
    <div className={classes.sheet}>
      <p className={classes.note}>{t('stats.meetings', { count: data.meetings, number: formatNumber(data.meetings) })} {t(data.whole ? 'stats.whole' : 'stats.part')}</p>
      <Table title={t('stats.units')} rows={data.units} />
      <Table title={t('stats.people')} rows={data.people} withUnit />
    </div>
  );
}

function Table({ title, rows, withUnit = false }: { title: string; rows: readonly MeetingStat[]; withUnit?: boolean }) {
  const { t } = useTranslation();
  return (
    // A wide table scrolls by itself; the keyboard reaches it.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div className={classes.wide} role="region" aria-label={title} tabIndex={0}>
      <table className={classes.table}>
        <caption>{title}</caption>
        <thead>
          <tr><th scope="col">{t('stats.name')}</th>{withUnit && <th scope="col" className={classes.of}>{t('stats.of')}</th>}{columns.map((each) => <th key={each} scope="col">{t(`stats.${each}`)}</th>)}</tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.id}><th scope="row">{row.name}</th>{withUnit && <td className={classes.of}>{row.unit}</td>}{columns.map((each) => <td key={each} className="kg-num">{formatNumber(row[each])}</td>)}</tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
