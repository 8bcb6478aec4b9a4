import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { setLanguage } from '@/lib/i18n/i18n';
import classes from './front-door.module.css';

/** The frame of the screens before the work: sign-in, first run, and the lock of a lease that has run out. */
export function FrontDoor({ title, text, children }: { title: string; text: string; children: ReactNode }) {
  const { t, i18n } = useTranslation();
  return (
    <div className={classes.door}>
      <main className={classes.card}>
        <div className={classes.brand}>
          <img src="/icon.svg" width={44} height={44} alt="" />
          <div>
            <div className={classes.name}>{t('app.name')}</div>
            <div className={classes.tagline}>{t('app.tagline')}</div>
          </div>
        </div>
        <h1 className={classes.title}>{title}</h1>
        <p className={classes.text}>{text}</p>
        {children}
      </main>
      <button type="button" className={classes.language} lang={i18n.language === 'vi' ? 'en' : 'vi'} onClick={() => void setLanguage(i18n.language === 'vi' ? 'en' : 'vi')}>
        {t('settings.other_language')}
      </button>
    </div>
  );
}
