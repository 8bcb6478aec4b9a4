import { Tooltip } from '@mantine/core';
import { IconBuilding, IconDeviceLaptop, IconServer } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Where } from '@/lib/backend';
import classes from './marks.module.css';

type Has = 'yes' | 'part' | 'no';

/** Where a document's content is: this machine, the office's machines, the provincial server. */
export function WhereMark({ where, compact = false }: { where: Where; compact?: boolean }) {
  const { t } = useTranslation();
  const office: Has = !where.office || where.office.have === 0 ? 'no' : where.office.have < where.office.total ? 'part' : 'yes';
  const places = [
    { key: 'machine', Icon: IconDeviceLaptop, has: (where.machine ? 'yes' : 'no') as Has, detail: '' },
    ...(where.office ? [{ key: 'office', Icon: IconBuilding, has: office, detail: ` ${where.office.have}/${where.office.total}` }] : []),
    { key: 'server', Icon: IconServer, has: (where.server ? (where.pendingUp > 0 ? 'part' : 'yes') : 'no') as Has, detail: '' },
  ];
  return (
    <span className={`${classes.where} ${compact ? classes.compact : ''}`}>
      {places.map(({ key, Icon, has, detail }) => {
        const words = t(`where.${key}.${has}`) + detail;
        return (
          <Tooltip key={key} label={words} disabled={!compact}>
            <span className={classes.place} data-has={has}>
              <Icon size={14} stroke={1.8} aria-hidden />
              {compact ? <span className="kg-sr">{words}</span> : <span>{words}</span>}
            </span>
          </Tooltip>
        );
      })}
    </span>
  );
}
