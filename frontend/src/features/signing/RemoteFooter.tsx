import { Button, PasswordInput, TextInput } from '@mantine/core';
import { IconDeviceMobile } from '@tabler/icons-react';
import { useEffect, useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { api, type RemoteKey, type SignKind } from '@/lib/backend';
import { errorText } from '@/lib/errors';
import { notify } from '@/ui';
import type { Signing } from './useSigning';
import classes from './sign-dialog.module.css';

interface Props {
  kind: SignKind;
  signing: Signing;
  id: string;
  remote: RemoteKey;
  busy: boolean;
  failed: unknown;
  onSubmit: (pin: string, otp: string) => Promise<void>;
}

/**
 * What is typed in for a key at a provider, if it wants anything, and the button
 * that has the telephone ask. Nothing that is typed outlives one attempt.
 */
export function RemoteFooter({ kind, signing, id, remote, busy, failed, onSubmit }: Props) {
  const { t } = useTranslation();
  const [pin, setPin] = useState('');
  const [otp, setOtp] = useState('');
  const [sending, setSending] = useState(false);
  useEffect(() => {
    setPin('');
    setOtp('');
  }, [id]);
  const count = signing.ready.length;
  const { provider, batch } = remote;
  const tooMany = count > batch;
  const missing = count === 0 ? (signing.items.some((item) => item.searching) ? 'searching' : 'documents') : remote.pin && pin === '' ? 'pin' : remote.otp && otp === '' ? 'otp' : undefined;

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (busy || missing || tooMany) return;
    setPin('');
    setOtp('');
    await onSubmit(pin, otp);
  };
  const send = async () => {
    setSending(true);
    await api.sendSigningOTP(id).then(() => notify.ok(t('signing.remote.otp.sent'))).catch((error: unknown) => notify.error(error));
    setSending(false);
  };
  const typed = remote.pin || remote.otp;
  return (
    <form className={classes.footer} aria-label={t('signing.sign')} autoComplete="off" onSubmit={(event) => void submit(event)}>
      {failed !== null && <p role="alert" className={classes.failed}>{errorText(failed)}</p>}
      {tooMany && <p role="alert" className={classes.failed}>{t('signing.remote.batch', { count: batch, provider })}</p>}
      <p className={classes.quiet}>{t(typed ? 'signing.remote.typed' : 'signing.remote.phone', { provider })}</p>
      {remote.pin && (
        <PasswordInput
          label={t('signing.remote.pin', { provider })}
          autoComplete="off"
          data-1p-ignore
          spellCheck={false}
          maxLength={256}
          disabled={busy}
          value={pin}
          visibilityToggleButtonProps={{ 'aria-label': t('signing.pin.show') }}
          onChange={(event) => setPin(event.currentTarget.value)}
        />
      )}
      {remote.otp && (
        <div className={classes.otp}>
          <TextInput
            label={t('signing.remote.otp')}
            autoComplete="one-time-code"
            inputMode="numeric"
            spellCheck={false}
            maxLength={64}
            disabled={busy}
            value={otp}
            onChange={(event) => setOtp(event.currentTarget.value)}
          />
          {remote.sendsOtp && <Button variant="default" loading={sending} onClick={() => void send()}>{t('signing.remote.otp.send')}</Button>}
        </div>
      )}
      <div className={classes.buttons}>
        <span className={classes.quiet}>{missing ? t(`signing.missing.${missing}`) : ''}</span>
        <Button type="submit" data-autofocus leftSection={<IconDeviceMobile size={17} stroke={1.7} aria-hidden />} loading={busy} disabled={missing !== undefined || tooMany}>{t(`signing.submit.${kind}`, { count })}</Button>
      </div>
    </form>
  );
}
