import { Button, Popover } from '@mantine/core';
import { useNetwork } from '@mantine/hooks';
import { IconAlertTriangle, IconCircleCheck, IconPlugConnectedX } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { diagnose } from './network';
import { useHall, useHostNow, useStation } from './useHall';
import classes from './hall.module.css';

const icons = { good: IconCircleCheck, weak: IconAlertTriangle, bad: IconPlugConnectedX };

/** How the line is, and when it is not well, whose: this machine's, the host's or another's. */
export function Network({ onTest }: { onTest: () => void }) {
  const { t } = useTranslation();
  const station = useStation();
  const state = useHall();
  const { online } = useNetwork();
  useHostNow(state.ahead); // measured every few seconds
  const { measured } = station;
  const { level, side, name } = diagnose({ online, state, measured });
  const Icon = icons[level];
  return (
    <Popover position="bottom-end" width={340} withinPortal trapFocus>
      <Popover.Target><button type="button" className={classes.net} data-level={level}><Icon size={16} stroke={1.9} aria-hidden /><span role="status">{t(`conference.net.${side}`, { name: name ?? '' })}</span></button></Popover.Target>
      <Popover.Dropdown aria-label={t('conference.net')}>
        <p className={classes.quiet}>{t(`conference.net.${side}.text`, { name: name ?? '' })}</p>
        {measured && (
          <dl className={classes.facts}>
            <dt>{t('conference.net.sent')}</dt><dd>{measured.up} kbit/s</dd>
            <dt>{t('conference.net.received')}</dt><dd>{measured.down} kbit/s</dd>
            <dt>{t('conference.net.loss')}</dt><dd>{percent(measured.lossUp)} / {percent(measured.lossDown)}</dd>
            {measured.route && <><dt>{t('conference.net.route')}</dt><dd>{t(`conference.net.route.${measured.route}`)}</dd></>}
            <dt>{t('conference.net.rtt')}</dt><dd>{measured.rtt > 0 ? `${measured.rtt} ms` : '–'}</dd>
          </dl>
        )}
        <Button mt={10} size="compact-sm" variant="default" onClick={onTest}>{t('conference.test')}</Button>
      </Popover.Dropdown>
    </Popover>
  );
}

const percent = (share: number) => `${(share * 100).toFixed(1).replace('.', ',')} %`;
