import { Button, Menu } from '@mantine/core';
import { IconChevronDown, IconLock } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { navigate } from '@/lib/router';
import { CommandKbd } from '@/ui';
import type { DocAction } from './actions';
import type { DocActions } from './useDocActions';
import classes from './action-bar.module.css';

/** What can be done now: one button that leads, a few beside it, the rest and the reasons in a menu. */
export function ActionBar({ actions, room }: { actions: DocActions; room?: number }) {
  const { t } = useTranslation();
  const { bar, run, links } = actions;
  const beside = room === undefined ? bar.beside : bar.beside.slice(0, room);
  const menu = [...bar.beside.slice(beside.length), ...bar.menu];
  return (
    <div className={classes.bar} role="toolbar" aria-label={t('doc.actions')}>
      {bar.lead && (
        <Button onClick={() => bar.lead && run(bar.lead)} rightSection={<KeyOf action={bar.lead} />}>
          <Label action={bar.lead} />
        </Button>
      )}
      {beside.map((action) => (
        <Button key={action.id} variant="default" color={action.danger ? 'son' : undefined} onClick={() => run(action)} rightSection={<KeyOf action={action} />}>
          <Label action={action} />
        </Button>
      ))}
      {(menu.length + bar.blocked.length + bar.elsewhere.length + links.length > 0) && (
        <Menu position="bottom-end" width={320} withinPortal>
          <Menu.Target>
            <Button variant="subtle" color="gray" rightSection={<IconChevronDown size={15} aria-hidden />}>{t('doc.actions.more')}</Button>
          </Menu.Target>
          <Menu.Dropdown mah={420} style={{ overflow: 'auto' }}>
            {menu.map((action) => (
              <Menu.Item key={action.id} color={action.danger ? 'red' : undefined} onClick={() => run(action)} rightSection={<KeyOf action={action} />}>
                <Label action={action} />
              </Menu.Item>
            ))}
            {links.length > 0 && menu.length > 0 && <Menu.Divider />}
            {links.map((link) => <Menu.Item key={link.href} onClick={() => navigate(link.href)}>{t(link.label)}</Menu.Item>)}
            {bar.blocked.length + bar.elsewhere.length > 0 && menu.length + links.length > 0 && <Menu.Divider />}
            {bar.blocked.length > 0 && <Menu.Label>{t('doc.actions.blocked')}</Menu.Label>}
            {bar.blocked.map((action) => (
              <Menu.Item key={action.id} disabled leftSection={<IconLock size={14} stroke={1.7} aria-hidden />}>
                <Label action={action} />
                <span className={classes.reason}>{t(action.reason)}</span>
              </Menu.Item>
            ))}
            {bar.elsewhere.length > 0 && (
              <Menu.Label>
                {t('doc.actions.elsewhere')}
                <span className={classes.reason}>{bar.elsewhere.map((action) => t(`action.${action.action}`)).join(' · ')}</span>
              </Menu.Label>
            )}
          </Menu.Dropdown>
        </Menu>
      )}
    </div>
  );
}

function Label({ action }: { action: DocAction }) {
  const { t } = useTranslation();
  const words = action.id === 'pass' ? t('action.document.pass') : t(`action.${action.action}`);
  return <>{action.delegation ? t('doc.for', { action: words, name: action.delegation.from }) : words}</>;
}

function KeyOf({ action }: { action: DocAction }) {
  return action.key ? <CommandKbd id={`documents.${action.id}`} /> : null;
}
