import { useTranslation } from 'react-i18next';
import type { PointRow } from '@/lib/backend';
import { formatFacts, formatNumber } from '@/lib/format';
import { formatClock, formatMoment } from '@/lib/time';
import classes from './points.module.css';

/** Everything that is known of a point in a meeting. */
export function PointDetails({ row }: { row: PointRow }) {
  const { t } = useTranslation();
  const { test } = row;
  const facts: Array<[string, string]> = [
    [t('points.unit'), row.unit.name],
    [t('points.place'), row.place ?? ''],
    [t('points.phone'), row.phone ?? ''],
    [t('points.technician'), row.technician?.name ?? ''],
    [t('points.device'), row.device ? t(`points.device.${row.device}`) : ''],
    [t('points.times'), row.joined ? formatFacts(t('points.joined.at', { at: formatClock(row.joined) }), row.left && t('points.left.at', { at: formatClock(row.left) }), row.drops > 0 && t('points.drops.count', { count: row.drops })) : ''],
    [t('points.headcount'), row.reported ? formatFacts(t('points.people', { count: row.headcount }), t('points.reported', { at: formatMoment(row.reported), name: row.by?.name ?? '' })) : ''],
    [t('points.head'), row.head?.name ?? row.headName ?? ''],
    [t('points.test'), test ? formatFacts(
      ...(['mic', 'speaker', 'camera'] as const).map((part) => t(`points.test.${part}`, { result: t(`points.mark.${test[part] || 'untested'}`) })),
      t('points.test.line', { up: formatNumber(test.up), down: formatNumber(test.down), loss: formatNumber(test.loss / 10), rtt: formatNumber(test.rtt) }), formatMoment(test.at),
    ) : t('points.test.none')],
  ];
  return <dl className={classes.facts}>{facts.map(([name, value]) => value && <div key={name}><dt>{name}</dt><dd>{value}</dd></div>)}</dl>;
}
