import { SegmentedControl, Switch, useMantineColorScheme, type MantineColorScheme } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Roots } from '@/features/roots';
import { ScanFolders, scansHere } from '@/features/scans';
import { signsHere, SigningSettings } from '@/features/signing';
import { useSession, type Session } from '@/lib/backend';
import { setLanguage, type Language } from '@/lib/i18n/i18n';
import { useNoticeChoice } from '@/lib/notices';
import { setPrefs, usePrefs, type Prefs } from '@/lib/prefs';
import { formatDate } from '@/lib/time';
import { Loaded, Page, PageHeader } from '@/ui';
import { administers } from './administers';
import { Delegations } from './Delegations';
import { Devices } from './Devices';
import { Password } from './Password';
import classes from './settings.module.css';

export default function SettingsScreen() {
  const { t } = useTranslation();
  const session = useSession();
  return (
    <Page header={<PageHeader title={t('nav.settings')} />}>
      <div className={classes.sheet}>
        <Appearance session={session.data} />
        <Loaded query={session}>{(data) => <Machine session={data} />}</Loaded>
      </div>
    </Page>
  );
}

function Appearance({ session }: { session?: Session }) {
  const { t, i18n } = useTranslation();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const { density } = usePrefs();
  return (
    <Card title={t('settings.appearance')}>
      <Setting label={t('settings.language')}>
        <SegmentedControl
          aria-label={t('settings.language')}
          value={i18n.language}
          onChange={(value) => void setLanguage(value as Language)}
          data={[{ value: 'vi', label: 'Tiếng Việt' }, { value: 'en', label: 'English' }]}
        />
      </Setting>
      <Setting label={t('settings.theme')}>
        <SegmentedControl
          aria-label={t('settings.theme')}
          value={colorScheme}
          onChange={(value) => setColorScheme(value as MantineColorScheme)}
          data={(['light', 'dark', 'auto'] as const).map((value) => ({ value, label: t(`settings.theme.${value}`) }))}
        />
      </Setting>
      <Setting label={t('settings.density')} hint={t('settings.density.hint')}>
        <SegmentedControl
          aria-label={t('settings.density')}
          value={density}
          onChange={(value) => setPrefs({ density: value as Prefs['density'] })}
          data={(['compact', 'normal', 'airy'] as const).map((value) => ({ value, label: t(`settings.density.${value}`) }))}
        />
      </Setting>
      {session?.host === 'laptop' && !session.window && <Notices />}
    </Card>
  );
}

function Notices() {
  const { t } = useTranslation();
  const { on, denied, choose } = useNoticeChoice();
  return (
    <Setting label={t('settings.notices')} hint={t('settings.notices.hint')} error={denied ? t('settings.notices.denied') : undefined}>
      <Switch checked={on} aria-label={t('settings.notices')} onChange={(event) => void choose(event.currentTarget.checked)} />
    </Setting>
  );
}

function Machine({ session }: { session: Session }) {
  const { t } = useTranslation();
  const admin = administers(session);
  return (
    <>
      <Card title={t('settings.machine')}>
        <Fact label={t('settings.person')} value={session.person?.name} />
        {session.posts.map((post) => (
          <Fact key={`${post.unit.id}${post.role}`} label={t('settings.post')} value={[post.position, post.unit.name].filter(Boolean).join(', ')} />
        ))}
        <Fact label={t('settings.host')} value={t(`settings.host.${session.host}`)} />
        {session.device && <Fact label={t('settings.device')} value={session.device.name} />}
        {session.device && <Fact label={t('settings.server')} value={session.device.server} />}
        {session.device?.expires && <Fact label={t('settings.certificate')} value={t('settings.certificate.until', { day: formatDate(session.device.expires) })} />}
      </Card>
      <Card title={t('delegation.title')} text={t('delegation.text')}><Delegations session={session} /></Card>
      {signsHere(session) && <Card title={t('signing.settings')} text={t('signing.settings.text')}><SigningSettings session={session} /></Card>}
      {scansHere(session) && <Card title={t('scan.folders')} text={t('scan.folders.text')}><ScanFolders session={session} /></Card>}
      {session.host === 'server' && <Card title={t('settings.password')}><Password /></Card>}
      {admin && <Card title={t('settings.devices')} text={t('settings.devices.text')}><Devices session={session} /></Card>}
      {session.trusts && <Card title={t('roots.title')} text={t('roots.text')}><Roots /></Card>}
      <Card title={t('settings.about')}>
        <Fact label={t('app.name')} value={t('settings.version', { version: session.version })} />
        <p className={classes.note}>{t('settings.about.text')}</p>
        <p className={classes.note}>{t('settings.about.secrets')}</p>
      </Card>
    </>
  );
}

function Card({ title, text, children }: { title: string; text?: string; children: ReactNode }) {
  return (
    <section className={classes.card}>
      <h2 className={classes.cardTitle}>{title}</h2>
      {text && <p className={classes.note}>{text}</p>}
      {children}
    </section>
  );
}

function Setting({ label, hint, error, children }: { label: string; hint?: string; error?: string; children: ReactNode }) {
  return (
    <div className={classes.row}>
      <div>
        <div className={classes.label}>{label}</div>
        {hint && <div className={classes.note}>{hint}</div>}
        {error && <div role="alert" className={classes.failed}>{error}</div>}
      </div>
      {children}
    </div>
  );
}

function Fact({ label, value }: { label: string; value?: string }) {
  return value ? (
    <div className={classes.row}>
      <div className={classes.label}>{label}</div>
      <div className={classes.value}>{value}</div>
    </div>
  ) : null;
}
