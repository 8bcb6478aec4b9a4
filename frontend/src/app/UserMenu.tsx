import { Menu, useMantineColorScheme, type MantineColorScheme } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { IconDeviceDesktop, IconKeyboard, IconLanguage, IconLogout, IconMoon, IconSettings, IconSun } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { api, type Session } from '@/lib/backend';
import { actUnder, useActing } from '@/lib/acting';
import { commands } from '@/lib/commands';
import { setLanguage } from '@/lib/i18n/i18n';
import { usePeople } from '@/lib/people';
import { navigate, paths } from '@/lib/router';
import { formatDate } from '@/lib/time';
import { CommandKbd, notify } from '@/ui';
import classes from './shell.module.css';

const schemes: ReadonlyArray<[MantineColorScheme, typeof IconSun]> = [['light', IconSun], ['dark', IconMoon], ['auto', IconDeviceDesktop]];

export function UserMenu({ session }: { session: Session }) {
  const { t, i18n } = useTranslation();
  const client = useQueryClient();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const name = session.person?.name ?? '';
  const main = session.posts.find((post) => post.main) ?? session.posts[0];

  const leave = async () => {
    try {
      await api.logout();
      client.clear();
      location.assign('/');
    } catch (error) {
      notify.error(error);
    }
  };
  return (
    <Menu position="bottom-end" width={268} withinPortal>
      <Menu.Target>
        <button type="button" className={classes.user} aria-label={t('shell.user', { name })}>
          <span className={classes.avatar} aria-hidden>{initials(name)}</span>
          <span className={classes.userText}>
            <span className={classes.userName}>{name}</span>
            <span className={classes.userPost}>{[main?.position, session.unit?.short ?? session.unit?.name].filter(Boolean).join(' · ')}</span>
          </span>
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          <div className={classes.menuName}>{name}</div>
          {session.posts.map((post) => (
            <div key={`${post.unit.id}${post.role}`} className={classes.menuPost}>{[post.position, post.unit.name].filter(Boolean).join(', ')}</div>
          ))}
        </Menu.Label>
        <ActFor session={session} />
        <Menu.Divider />
        <Menu.Label>{t('settings.theme')}</Menu.Label>
        <Menu.RadioGroup value={colorScheme} onChange={(value) => setColorScheme(value as MantineColorScheme)}>
          {schemes.map(([scheme, Icon]) => (
            <Menu.RadioItem key={scheme} value={scheme} rightSection={<Icon size={16} stroke={1.7} />}>
              {t(`settings.theme.${scheme}`)}
            </Menu.RadioItem>
          ))}
        </Menu.RadioGroup>
        <Menu.Divider />
        <Menu.Item leftSection={<IconLanguage size={16} stroke={1.7} />} onClick={() => void setLanguage(i18n.language === 'vi' ? 'en' : 'vi')}>
          {t('settings.other_language')}
        </Menu.Item>
        <Menu.Item leftSection={<IconKeyboard size={16} stroke={1.7} />} rightSection={<CommandKbd id="shell.help" />} onClick={() => commands.run('shell.help')}>
          {t('command.help')}
        </Menu.Item>
        <Menu.Item leftSection={<IconSettings size={16} stroke={1.7} />} onClick={() => navigate(paths.settings)}>{t('nav.settings')}</Menu.Item>
        {session.host === 'server' && (
          <>
            <Menu.Divider />
            <Menu.Item leftSection={<IconLogout size={16} stroke={1.7} />} onClick={() => void leave()}>{t('login.leave')}</Menu.Item>
          </>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}

/** The person's own work, or that of one who has delegated it to him. */
function ActFor({ session }: { session: Session }) {
  const { t } = useTranslation();
  const people = usePeople();
  const acting = useActing(session);
  if (session.delegations.length === 0) return null;
  return (
    <>
      <Menu.Divider />
      <Menu.Label>{t('acting.menu')}</Menu.Label>
      <Menu.RadioGroup value={acting?.id ?? ''} onChange={(id) => actUnder(id || null)}>
        <Menu.RadioItem value="">{t('acting.own')}</Menu.RadioItem>
        {session.delegations.map(({ id, from, unit, end }) => (
          <Menu.RadioItem key={id} value={id}>
            {t('acting.for', { name: from.name })}
            <div className={classes.menuPost}>{t('acting.for.at', { unit: people.name(unit), day: formatDate(end - 1) })}</div>
          </Menu.RadioItem>
        ))}
      </Menu.RadioGroup>
    </>
  );
}

/** Vietnamese names end with the given name: Nguyễn Văn An → VA. */
function initials(name: string): string {
  return name.split(/\s+/).filter(Boolean).slice(-2).map((word) => word[0]?.toUpperCase() ?? '').join('');
}
