import { Menu } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { IconChevronDown, IconPlugConnected, IconPlugConnectedX, IconUserCircle } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, type Demo } from '@/lib/backend';
import { keys } from '@/lib/queries';
import { notify } from '@/ui';
import classes from './shell.module.css';

/** Says that the data is invented, and lets a visitor change roles and cut the line. */
export function DemoBanner({ demo }: { demo: Demo }) {
  const { t } = useTranslation();
  const current = demo.roles.find((role) => role.current);
  return (
    <div className={classes.demo} role="region" aria-label={t('demo.title')}>
      <strong>{t('demo.title')}</strong>
      <span className={classes.demoText}>{t('demo.text')}</span>
      <span className={classes.spring} />
      <Menu position="bottom-end" width={340} withinPortal>
        <Menu.Target>
          <button type="button" className={classes.demoButton}>
            <IconUserCircle size={15} stroke={1.8} aria-hidden />
            {current ? current.label : t('demo.role')}
            <IconChevronDown size={14} aria-hidden />
          </button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Label>{t('demo.role')}</Menu.Label>
          {demo.roles.map((role) => (
            <Menu.Item key={role.url} component="a" href={role.url} disabled={role.current} target={`khonggiay-${role.label}`}>
              <div className={classes.menuName}>{role.label}</div>
              <div className={classes.menuPost}>{[role.person, role.unit].filter(Boolean).join(' · ')}</div>
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
      {demo.line && <LineSwitch cut={demo.line.cut} />}
    </div>
  );
}

function LineSwitch({ cut }: { cut: boolean }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [busy, setBusy] = useState(false);
  const change = async () => {
    setBusy(true);
    try {
      await api.demoLine(!cut);
      await Promise.all([client.invalidateQueries({ queryKey: keys.session() }), client.invalidateQueries({ queryKey: keys.sync() })]);
    } catch (error) {
      notify.error(error);
    }
    setBusy(false);
  };
  return (
    <button type="button" className={classes.demoButton} data-cut={cut || undefined} disabled={busy} onClick={() => void change()}>
      {cut ? <IconPlugConnected size={15} stroke={1.8} aria-hidden /> : <IconPlugConnectedX size={15} stroke={1.8} aria-hidden />}
      {cut ? t('demo.join') : t('demo.cut')}
    </button>
  );
}
