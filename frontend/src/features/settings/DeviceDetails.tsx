import { useTranslation } from 'react-i18next';
import { useDevice, type DeviceDetail, type HeldScope } from '@/lib/backend';
import { formatNumber } from '@/lib/format';
import { formatMoment } from '@/lib/time';
import { Loaded, StatusPill } from '@/ui';
import classes from './settings.module.css';

/** What is or was on a machine, what it handed over, and what it confirmed to have wiped. */
export function DeviceDetails({ id }: { id: string }) {
  const device = useDevice(id);
  return <Loaded query={device} lines={4}>{(detail) => <Details device={detail} />}</Loaded>;
}

function Details({ device }: { device: DeviceDetail }) {
  const { t } = useTranslation();
  const { held, leave } = device;
  return (
    <div className={classes.detail}>
      <div className={classes.note}>{[device.person?.name, device.platform, device.version].filter(Boolean).join(' · ')}</div>
      <h3 className={classes.detailTitle}>{t(device.revoked ? 'devices.held.revoked' : 'devices.held')}</h3>
      <div>{t('devices.held.sum', { documents: formatNumber(held.documents), number: formatNumber(held.records), count: held.records })}{held.at ? ` · ${formatMoment(held.at)}` : ''}</div>
      <Scopes scopes={held.scopes} confirmed={leave?.confirmed ? (leave.scopes ?? []) : undefined} />
      {device.purged > 0 && <div className={classes.note}>{[t('devices.purged', { count: device.purged }), device.purgedAt && formatMoment(device.purgedAt)].filter(Boolean).join(' · ')}</div>}
      {device.revoked || leave ? <Leave leave={leave} /> : null}
    </div>
  );
}

function Leave({ leave }: { leave: DeviceDetail['leave'] }) {
  const { t } = useTranslation();
  return (
    <>
      <h3 className={classes.detailTitle}>{t('devices.leave')}</h3>
      {!leave || (!leave.handed && !leave.confirmed) ? <div><StatusPill tone="warn">{t('devices.leave.waiting')}</StatusPill></div> : (
        <>
          <div>{leave.handed ? t('devices.leave.handed', { count: leave.commands, at: formatMoment(leave.handed) }) : t('devices.leave.nothing')}</div>
          {leave.files > 0 && <div>{t('devices.leave.files', { count: leave.files })}</div>}
          {leave.awaited > 0 && <div><StatusPill tone="warn">{t(leave.confirmed ? 'devices.leave.cut' : 'devices.leave.awaited', { count: leave.awaited })}</StatusPill></div>}
          <div>
            {leave.confirmed
              ? <StatusPill tone="ok">{t('devices.leave.confirmed', { records: formatNumber(leave.records), segments: formatNumber(leave.segments), at: formatMoment(leave.confirmed) })}</StatusPill>
              : <StatusPill tone="warn">{t('devices.leave.unconfirmed')}</StatusPill>}
          </div>
          {leave.unsent && leave.unsent.length > 0 && <div className={classes.failed}>{t('devices.leave.unsent', { names: leave.unsent.join(', ') })}</div>}
          {leave.handed ? <div className={classes.note}>{t('devices.leave.open')}</div> : null}
        </>
      )}
    </>
  );
}

function Scopes({ scopes, confirmed }: { scopes: readonly HeldScope[]; confirmed?: readonly HeldScope[] }) {
  const { t } = useTranslation();
  if (scopes.length === 0) return null;
  return (
    <table className={classes.scopes}>
      <thead>
        <tr>
          <th scope="col">{t('devices.scope')}</th>
          <th scope="col">{t('devices.count')}</th>
          {confirmed && <th scope="col">{t('devices.compare')}</th>}
        </tr>
      </thead>
      <tbody>
        {scopes.map((scope) => {
          const own = confirmed?.find((other) => nameOf(other) === nameOf(scope));
          return (
            <tr key={nameOf(scope)}>
              <td>{t(`devices.scope.${scope.kind}`, { person: scope.personName ?? scope.person ?? '', unit: scope.unitName ?? scope.unit ?? '', role: scope.role ? t(`role.${scope.role}`) : '' })}</td>
              <td>{formatNumber(scope.count)}</td>
              {confirmed && <td title={t(own?.sum === scope.sum ? 'devices.leave.same' : 'devices.leave.differs')}>{own ? `${formatNumber(own.count)} ${own.sum === scope.sum ? '✓' : '≠'}` : '–'}</td>}
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

const nameOf = (scope: HeldScope) => [scope.kind, scope.person, scope.unit, scope.role].join('|');
