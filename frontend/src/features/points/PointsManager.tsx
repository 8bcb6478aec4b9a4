import { Button, Checkbox, Modal, Select, TextInput } from '@mantine/core';
import { IconBroadcast, IconPlus, IconSearch } from '@tabler/icons-react';
import { useDeferredValue, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { PointGroup, PointView } from '@/lib/backend';
import { formatNumber } from '@/lib/format';
import { usePoints } from '@/lib/points';
import { DataTable, Empty, Loaded, StatusPill, type Column } from '@/ui';
import { PointForm } from './PointForm';
import { findPoints, pointGroups } from './points';
import classes from './points.module.css';

/** The meeting points of the province; whoever keeps an office's may change them. */
export default function PointsManager() {
  const { t } = useTranslation();
  const [ended, setEnded] = useState(false);
  const [words, setWords] = useState('');
  const [group, setGroup] = useState<PointGroup | ''>('');
  const [editing, setEditing] = useState<{ point?: PointView } | null>(null);
  const wanted = useDeferredValue(words);
  const query = usePoints({ ended: ended || undefined });
  const shown = useMemo(() => findPoints(query.data?.points ?? [], wanted, group), [query.data, wanted, group]);
  const columns = useColumns();
  return (
    <div className={classes.board}>
      <div className={classes.tools}>
        <TextInput className={classes.find} aria-label={t('points.find')} placeholder={t('points.find')} leftSection={<IconSearch size={15} aria-hidden />} value={words} onChange={(event) => setWords(event.currentTarget.value)} />
        <Select aria-label={t('points.group')} placeholder={t('points.group.all')} clearable w={170} size="xs" data={pointGroups.map((value) => ({ value, label: t(`points.group.${value}`) }))} value={group || null} clearButtonProps={{ 'aria-label': t('action.clear') }} onChange={(to) => setGroup((to ?? '') as PointGroup | '')} />
        <Checkbox label={t('points.with_ended')} checked={ended} onChange={(event) => setEnded(event.currentTarget.checked)} />
        <span className={classes.sum} role="status">{t('points.count', { count: shown.length })}</span>
        <span className={classes.spring} />
        {(query.data?.offices.length ?? 0) > 0 && <Button leftSection={<IconPlus size={16} />} onClick={() => setEditing({})}>{t('points.new')}</Button>}
      </div>
      <Loaded query={query}>
        {({ points, offices }) => (
          <>
            <div className={classes.rows}>
              <DataTable
                id="points.list" label={t('points.list')} columns={columns} rows={shown} rowId={(point) => point.id} rowLook={(point) => ({ quiet: Boolean(point.ended) })}
                onOpen={(point) => setEditing({ point })}
                placeholder={shown.length === 0 ? <Empty icon={IconBroadcast} title={t(points.length === 0 ? 'points.list.none' : 'points.nothing')} text={points.length === 0 ? t('points.list.none.text') : undefined} /> : undefined}
              />
            </div>
            <Modal opened={editing !== null} onClose={() => setEditing(null)} withCloseButton={false} padding={0} size={600} closeOnEscape={false} attributes={{ content: { 'aria-label': t('points.form') } }}>
              {editing && <PointForm point={editing.point} offices={offices} onClose={() => setEditing(null)} />}
            </Modal>
          </>
        )}
      </Loaded>
    </div>
  );
}

function useColumns(): Array<Column<PointView>> {
  const { t } = useTranslation();
  return useMemo(() => [
    { id: 'name', header: t('points.name'), width: 250, grow: 1, cell: (point) => <Name point={point} /> },
    { id: 'unit', header: t('points.unit'), width: 200, hideBelow: 620, cell: (point) => point.unit.short || point.unit.name },
    { id: 'group', header: t('points.group'), width: 108, cell: (point) => t(`points.group.${point.group}`) },
    { id: 'device', header: t('points.device'), width: 120, hideBelow: 820, cell: (point) => t(`points.device.${point.device}`) },
    { id: 'technician', header: t('points.technician'), width: 150, hideBelow: 900, cell: (point) => point.technician?.name },
    { id: 'phone', header: t('points.phone'), width: 128, cell: (point) => point.phone },
    { id: 'line', header: t('points.line'), width: 150, hideBelow: 1050, align: 'right', cell: (point) => (point.up || point.down ? t('points.line.value', { up: formatNumber((point.up ?? 0) / 1000), down: formatNumber((point.down ?? 0) / 1000) }) : '') },
  ], [t]);
}

function Name({ point }: { point: PointView }) {
  const { t } = useTranslation();
  return (
    <span className={classes.name} title={[point.name, point.place].filter(Boolean).join(', ')}>
      <span className="kg-clip">{point.name}</span>
      {point.ended && <StatusPill>{t('points.ended')}</StatusPill>}
    </span>
  );
}
