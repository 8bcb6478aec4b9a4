import { Button } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, type DeviceInfo, type ForeignAlarm } from '@/lib/backend';
import { keys } from '@/lib/queries';
import { formatMoment } from '@/lib/time';
import { ConfirmDialog } from '@/ui';
import classes from './settings.module.css';

/** A machine changed an office's files, which only the province may: what it did, and the way back. */
export function CourierAlarm({ device, alarm }: { device: DeviceInfo; alarm: ForeignAlarm }) {
  const { t } = useTranslation();
  const [asking, setAsking] = useState(false);
  const client = useQueryClient();
  return (
    <div className={classes.alarm} role="group" aria-label={t('devices.alarm', { name: device.name })}>
      <IconAlertTriangle size={16} stroke={1.8} aria-hidden />
      <p>{t('devices.alarm.text', { office: alarm.office?.name || alarm.officeId, count: alarm.items, at: formatMoment(alarm.at) })}</p>
      {alarm.mayEnd && <Button size="compact-sm" variant="default" onClick={() => setAsking(true)}>{t('devices.readmit')}</Button>}
      <ConfirmDialog
        opened={asking}
        title={t('devices.readmit.title', { name: device.name })}
        text={t('devices.readmit.text')}
        confirm={t('devices.readmit')}
        onConfirm={async () => {
          await api.readmitCourier(device.id);
          await client.invalidateQueries({ queryKey: keys.devices() });
        }}
        onClose={() => setAsking(false)}
      />
    </div>
  );
}
