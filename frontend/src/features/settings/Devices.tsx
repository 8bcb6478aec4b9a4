import { Button, CopyButton, Modal, Select } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { IconDeviceLaptop, IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, useDevices, type DeviceInfo, type EnrolmentCode, type Session } from '@/lib/backend';
import { errorText } from '@/lib/errors';
import { formatAgo } from '@/lib/format';
import { usePeople } from '@/lib/people';
import { keys } from '@/lib/queries';
import { formatDate, formatMoment } from '@/lib/time';
import { ConfirmDialog, Empty, Loaded, StatusPill } from '@/ui';
import { CourierAlarm } from './CourierAlarm';
import { DeviceDetails } from './DeviceDetails';
import { ForgottenDevices } from './ForgottenDevices';
import classes from './settings.module.css';

/** The unit administrator's list: machines of the office, new codes, revocation. */
export function Devices({ session }: { session: Session }) {
  const { t } = useTranslation();
  const devices = useDevices();
  const [adding, setAdding] = useState(false);
  const [shown, setShown] = useState<DeviceInfo | null>(null);
  const [revoking, setRevoking] = useState<DeviceInfo | null>(null);
  const client = useQueryClient();
  return (
    <>
      <div className={classes.tools}>
        <Button size="compact-sm" variant="light" leftSection={<IconPlus size={15} />} onClick={() => setAdding(true)}>{t('devices.new')}</Button>
      </div>
      <ForgottenDevices />
      <Loaded query={devices} lines={3}>
        {(list) =>
          list.length === 0 ? <Empty icon={IconDeviceLaptop} title={t('devices.none')} /> : (
            <ul className={classes.devices}>
              {list.map((device) => (
                <li key={device.id} className={classes.device}>
                  <IconDeviceLaptop size={18} stroke={1.6} aria-hidden />
                  <div className={classes.deviceText}>
                    <div className={classes.label}>{device.name}</div>
                    <div className={classes.note}>
                      {[device.person?.name, device.lastSeen ? t('devices.seen', { ago: formatAgo(device.lastSeen) }) : t('devices.never')].filter(Boolean).join(' · ')}
                    </div>
                  </div>
                  <Button size="compact-sm" variant="subtle" aria-label={`${t('devices.show')}: ${device.name}`} onClick={() => setShown(device)}>{t('devices.show')}</Button>
                  {device.revoked ? (
                    <StatusPill tone="bad">{t('devices.revoked', { day: formatDate(device.revoked) })}</StatusPill>
                  ) : (
                    <Button size="compact-sm" variant="subtle" color="son" onClick={() => setRevoking(device)}>{t('devices.revoke')}</Button>
                  )}
                  {device.alarm && <CourierAlarm device={device} alarm={device.alarm} />}
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
      <Modal opened={adding} onClose={() => setAdding(false)} title={t('devices.new')} size={500}>{adding && <NewCode session={session} />}</Modal>
      <Modal opened={shown !== null} onClose={() => setShown(null)} title={`${t('devices.detail')}: ${shown?.name ?? ''}`} size={640} closeButtonProps={{ 'aria-label': t('action.close') }}>{shown && <DeviceDetails id={shown.id} />}</Modal>
      <ConfirmDialog
        opened={revoking !== null}
        title={t('devices.revoke.title', { name: revoking?.name ?? '' })}
        text={t('devices.revoke.text')}
        confirm={t('devices.revoke')}
        danger
        onConfirm={async () => {
          if (revoking) await api.revokeDevice(revoking.id);
          await client.invalidateQueries({ queryKey: keys.devices() });
        }}
        onClose={() => setRevoking(null)}
      />
    </>
  );
}

function NewCode({ session }: { session: Session }) {
  const { t } = useTranslation();
  const people = usePeople();
  const [person, setPerson] = useState<string | null>(null);
  const [made, setMade] = useState<EnrolmentCode | null>(null);
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState<string | null>(null);
  const offices = session.posts.filter((post) => post.role === 'admin').map((post) => post.office);
  const choices = new Map(offices.flatMap((office) => people.ofOffice(office)).map((one) => [one.id, one.name]));

  const make = async () => {
    if (!person) return;
    setBusy(true);
    setFailed(null);
    try {
      setMade(await api.enrolmentCode(person));
    } catch (error) {
      setFailed(errorText(error));
    }
    setBusy(false);
  };
  if (made) return <Code made={made} name={people.name(person ?? '')} />;
  return (
    <div className={classes.form}>
      <Select label={t('devices.for')} searchable data={[...choices].map(([value, label]) => ({ value, label }))} value={person} onChange={setPerson} data-autofocus />
      {failed && <p role="alert" className={classes.failed}>{failed}</p>}
      <div><Button disabled={!person} loading={busy} onClick={() => void make()}>{t('devices.make')}</Button></div>
    </div>
  );
}

function Code({ made, name }: { made: EnrolmentCode; name: string }) {
  const { t } = useTranslation();
  const save = () => {
    const link = document.createElement('a');
    const text = typeof made.invitation === 'string' ? made.invitation : JSON.stringify(made.invitation, null, 2);
    link.href = URL.createObjectURL(new Blob([text], { type: 'application/json' }));
    link.download = `moi-${name}.kgmoi`;
    link.click();
    URL.revokeObjectURL(link.href);
  };
  return (
    <div className={classes.form}>
      <p className={classes.note}>{t('devices.code.text', { name, at: formatMoment(made.expires) })}</p>
      <output className={classes.code}>{made.code}</output>
      <div className={classes.tools}>
        <CopyButton value={made.code}>{({ copied, copy }) => <Button variant="default" onClick={copy}>{copied ? t('action.copied') : t('action.copy')}</Button>}</CopyButton>
        {Boolean(made.invitation) && <Button variant="default" onClick={save}>{t('devices.code.save')}</Button>}
      </div>
    </div>
  );
}
