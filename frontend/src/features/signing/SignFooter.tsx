import { Button, PasswordInput } from '@mantine/core';
import { IconWritingSign } from '@tabler/icons-react';
import { useEffect, useRef, useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import type { SignKind, SigningKey } from '@/lib/backend';
import { asApiError, errorText } from '@/lib/errors';
import { formatFacts } from '@/lib/format';
import { triesKey } from './choice';
import { noneReady } from './missing';
import { useLate } from './useLate';
import { isWrongPIN, sealedOf, type Signing } from './useSigning';
import classes from './sign-dialog.module.css';

interface Props {
  kind: SignKind;
  signing: Signing;
  chosen: SigningKey | undefined;
  busy: boolean;
  failed: unknown;
  onSubmit: (pin: string) => Promise<void>;
}

/**
 * The PIN and the one button that signs. The PIN is in this field only: it is
 * gone with every attempt, with another key and with the dialog. Nothing is tried
 * twice by itself: a token locks after a few mistakes.
 */
export function SignFooter({ kind, signing, chosen, busy, failed, onSubmit }: Props) {
  const { t } = useTranslation();
  const [pin, setPin] = useState('');
  const field = useRef<HTMLInputElement>(null);
  const late = useLate(busy);
  const count = signing.ready.length;
  const attached = signing.ready.reduce((sum, item) => sum + (sealedOf(item)?.length ?? 0), 0);
  const pad = chosen?.token.pinPad === true;
  const wrong = isWrongPIN(failed) && pin === '';
  const tries = chosen && (triesKey(chosen.token) ?? (wrong ? triesLeft(failed) : undefined));
  useEffect(() => setPin(''), [chosen?.id]);
  // A key has come: the next thing to do is to type, unless the person is at something else.
  const has = chosen !== undefined;
  useEffect(() => {
    if (has && !document.activeElement?.matches('input, textarea, [role="document"]')) field.current?.focus();
  }, [has]);
  useEffect(() => {
    if (!busy && isWrongPIN(failed)) field.current?.focus();
  }, [busy, failed]);
  const missing = !chosen ? 'key' : count === 0 ? noneReady(signing, kind) : !pad && pin === '' ? 'pin' : undefined;

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (busy || missing) return;
    const given = pin;
    setPin('');
    await onSubmit(given);
  };
  return (
    <form className={classes.footer} aria-label={t('signing.sign')} autoComplete="off" onSubmit={(event) => void submit(event)}>
      {failed !== null && !isWrongPIN(failed) && <p role="alert" className={classes.failed}>{errorText(failed)}</p>}
      {tries && !wrong && <p className={classes.tries} data-bad={tries === 'low' ? undefined : true}>{t(`signing.pin.${tries}.text`)}</p>}
      {late && (
        <div role="status" className={classes.progress}>
          <span>{t('signing.busy', { count: Math.max(1, count) })}</span>
          <span className={classes.moving} aria-hidden />
        </div>
      )}
      {pad ? <p className={classes.quiet}>{t('signing.pin.pad')}</p> : (
        <PasswordInput
          ref={field}
          label={t(chosen?.kind === 'file' ? 'signing.pin.file' : 'signing.pin')}
          description={chosen && formatFacts(chosen.subject, chosen.token.label)}
          autoComplete="off"
          data-autofocus
          data-1p-ignore
          spellCheck={false}
          maxLength={256}
          disabled={busy || !chosen}
          value={pin}
          error={wrong ? [t('signing.pin.wrong'), tries && t(`signing.pin.${tries}.text`)].filter(Boolean).join(' ') : undefined}
          errorProps={{ role: 'alert' }}
          visibilityToggleButtonProps={{ 'aria-label': t('signing.pin.show') }}
          onChange={(event) => setPin(event.currentTarget.value)}
        />
      )}
      <div className={classes.buttons}>
        <span className={classes.quiet}>{missing ? t(`signing.missing.${missing}`) : ''}</span>
        <Button type="submit" leftSection={<IconWritingSign size={17} stroke={1.7} aria-hidden />} loading={busy} disabled={missing !== undefined}>{[t(`signing.submit.${kind}`, { count }), attached > 0 && t('signing.attachments.with', { count: attached })].filter(Boolean).join(' ')}</Button>
      </div>
    </form>
  );
}

/** What a refusal says of the tries that are left, before the token is asked again. */
function triesLeft(error: unknown): ReturnType<typeof triesKey> {
  const { left } = asApiError(error).data;
  return left === 'low' || left === 'final' || left === 'none' ? left : undefined;
}
