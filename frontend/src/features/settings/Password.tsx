import { Button, PasswordInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/lib/backend';
import { errorText } from '@/lib/errors';
import { notify } from '@/ui';
import classes from './settings.module.css';

const shortest = 10;

/** Changes the password of the account on the provincial server. */
export function Password() {
  const { t } = useTranslation();
  const [old, setOld] = useState('');
  const [next, setNext] = useState('');
  const [again, setAgain] = useState('');
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState<string | null>(null);
  const short = next !== '' && next.length < shortest;
  const differs = again !== '' && again !== next;
  const toggle = { visibilityToggleButtonProps: { 'aria-label': t('login.show_password') } };

  const submit = async () => {
    setBusy(true);
    setFailed(null);
    try {
      await api.changePassword(old, next);
      notify.ok(t('settings.password.done'));
      for (const clear of [setOld, setNext, setAgain]) clear('');
    } catch (error) {
      setFailed(errorText(error));
    }
    setBusy(false);
  };
  return (
    <form
      className={classes.form}
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <PasswordInput {...toggle} label={t('settings.password.old')} autoComplete="current-password" value={old} onChange={(event) => setOld(event.currentTarget.value)} />
      <PasswordInput {...toggle} label={t('settings.password.new')} autoComplete="new-password" error={short && t('settings.password.short', { count: shortest })} value={next} onChange={(event) => setNext(event.currentTarget.value)} />
      <PasswordInput {...toggle} label={t('settings.password.again')} autoComplete="new-password" error={differs && t('settings.password.differs')} value={again} onChange={(event) => setAgain(event.currentTarget.value)} />
      {failed && <p role="alert" className={classes.failed}>{failed}</p>}
      <div><Button type="submit" loading={busy} disabled={!old || next.length < shortest || again !== next}>{t('settings.password.change')}</Button></div>
    </form>
  );
}
