import { Button, PasswordInput } from '@mantine/core';
import { IconLock } from '@tabler/icons-react';
import { useEffect, useRef, useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { Empty } from '../states';
import type { LockedPdf } from './useOpenPdf';
import classes from './pdf.module.css';

/**
 * Asks for the password of a locked file. It goes to the worker that reads the
 * file and nowhere else; the next time it is asked for again. The field does not
 * take the focus by itself: beside a list, keys still belong to the list.
 */
export function PdfLock({ state }: { state: LockedPdf }) {
  const { t } = useTranslation();
  const [password, setPassword] = useState('');
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (!state.wrong) return;
    setPassword('');
    field.current?.focus();
  }, [state]);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    event.stopPropagation(); // React hears it in a form around the viewer as well
    if (password !== '') state.unlock(password);
  };
  return (
    <Empty icon={IconLock} title={t('pdf.lock')} text={t('pdf.lock.text')}>
      <form className={classes.lock} aria-label={t('pdf.lock')} onSubmit={submit}>
        <PasswordInput
          ref={field}
          label={t('pdf.lock.password')}
          autoComplete="off"
          value={password}
          error={state.wrong && password === '' ? t('pdf.lock.wrong') : undefined}
          errorProps={{ role: 'alert' }}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        <div className={classes.lockButtons}>
          <Button variant="default" onClick={state.leave}>{t('action.cancel')}</Button>
          <Button type="submit" loading={state.trying} disabled={password === ''}>{t('pdf.lock.open')}</Button>
        </div>
      </form>
    </Empty>
  );
}
