import { Button, Select } from '@mantine/core';
import { IconShieldLock } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import classes from './secrecy.module.css';

export type SecrecyLevel = '' | 'MAT' | 'TOI_MAT' | 'TUYET_MAT';

/** Only "Không mật" goes on; any other choice stops the work with the reason. */
export function SecrecyField({ onSecret }: { onSecret: (level: SecrecyLevel) => void }) {
  const { t } = useTranslation();
  return (
    <Select
      label={t('compose.secrecy')}
      data={['', 'MAT', 'TOI_MAT', 'TUYET_MAT'].map((level) => ({ value: level || '-', label: t(`compose.secrecy.${level || 'none'}`) }))}
      value="-"
      allowDeselect={false}
      onChange={(level) => level && level !== '-' && onSecret(level as SecrecyLevel)}
      w={180}
    />
  );
}

/** The stop: what the law says and what to do instead. Nothing of what was entered is kept. */
export function SecrecyStop({ level, onBack }: { level: SecrecyLevel; onBack: () => void }) {
  const { t } = useTranslation();
  return (
    <div className={classes.stop} role="alertdialog" aria-labelledby="bi-mat" aria-describedby="bi-mat-noi-dung">
      <div className={classes.card}>
        <span className={classes.icon} aria-hidden><IconShieldLock size={30} stroke={1.5} /></span>
        <h1 id="bi-mat" className={classes.title}>{t('compose.secrecy.stop', { level: t(`compose.secrecy.${level || 'MAT'}`) })}</h1>
        <div id="bi-mat-noi-dung">
          <p>{t('compose.secrecy.law')}</p>
          <ol>
            <li>{t('compose.secrecy.do.paper')}</li>
            <li>{t('compose.secrecy.do.book')}</li>
            <li>{t('compose.secrecy.do.machine')}</li>
          </ol>
          <p className={classes.gone}>{t('compose.secrecy.gone')}</p>
        </div>
        <Button onClick={onBack} data-autofocus autoFocus>{t('compose.secrecy.back')}</Button>
      </div>
    </div>
  );
}
