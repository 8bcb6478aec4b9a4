import { IconDeviceLaptopOff } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useForgottenDevices } from '@/lib/backend';
import { formatAgo, machineNumber } from '@/lib/format';
import { formatMoment } from '@/lib/time';
import classes from './settings.module.css';

/** After a restore: laptops that the server does not know and that ask to come in. Their people need a code. */
export function ForgottenDevices() {
  const { t } = useTranslation();
  const { data = [] } = useForgottenDevices({ watch: true });
  if (data.length === 0) return null;
  return (
    <section className={classes.forgotten} aria-label={t('devices.forgotten')}>
      <h3 className={classes.detailTitle}>{t('devices.forgotten')}</h3>
      <p className={classes.note}>{t('devices.forgotten.text')}</p>
      <ul className={classes.devices}>
        {data.map((device) => (
          <li key={device.id} className={classes.device} title={device.id}>
            <IconDeviceLaptopOff size={18} stroke={1.6} aria-hidden />
            <div className={classes.deviceText}>
              <div className={classes.label}>{t('forgotten.number', { number: machineNumber(device.id) })}</div>
              <div className={classes.note}>
                {[device.address, t('devices.forgotten.last', { ago: formatAgo(device.last) }), t('devices.forgotten.first', { at: formatMoment(device.first) })].join(' · ')}
              </div>
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}
