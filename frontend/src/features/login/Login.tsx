import { Button, PasswordInput, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/lib/backend';
import { errorText } from '@/lib/errors';
import { FrontDoor } from '@/ui';

/** Sign-in of a browser on the provincial server. A laptop never asks for it. */
export function Login() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [account, setAccount] = useState('');
  const [password, setPassword] = useState('');
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState<unknown>(null);

  const submit = async () => {
    setBusy(true);
    setFailed(null);
    try {
      await api.login(account.trim(), password);
      await client.invalidateQueries();
    } catch (error) {
      setFailed(error);
      setPassword('');
    }
    setBusy(false);
  };
  return (
    <FrontDoor title={t('login.title')} text={t('login.text')}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <TextInput label={t('login.account')} autoComplete="username" autoFocus required withAsterisk={false} size="md" value={account} onChange={(event) => setAccount(event.currentTarget.value)} />
        <PasswordInput
          label={t('login.password')}
          autoComplete="current-password"
          required
          withAsterisk={false}
          size="md"
          mt="sm"
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
          visibilityToggleButtonProps={{ 'aria-label': t('login.show_password') }}
        />
        {failed !== null && <p role="alert" style={{ color: 'var(--kg-bad)', margin: '12px 0 0', fontSize: 13 }}>{errorText(failed)}</p>}
        <Button type="submit" fullWidth size="md" mt="lg" loading={busy}>{t('login.enter')}</Button>
      </form>
    </FrontDoor>
  );
}
