import { Modal } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useAllCommands, type CommandGroup } from '@/lib/commands';
import { Kbd } from '@/ui';
import classes from './shell.module.css';

const order: readonly CommandGroup[] = ['go', 'create', 'document', 'list', 'pdf', 'view', 'help'];

/** Every key that works here and now, straight from the command registry. */
export function ShortcutHelp({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  const all = useAllCommands();
  return (
    <Modal opened={opened} onClose={onClose} title={t('command.help')} size={760} closeButtonProps={{ 'aria-label': t('action.close') }}>
      <div className={classes.help} tabIndex={-1} data-autofocus>
        {order.map((group) => {
          const list = all.filter((command) => command.group === group && command.hotkeys && command.hotkeys.length > 0);
          if (list.length === 0) return null;
          return (
            <section key={group} className={classes.helpGroup}>
              <h3>{t(`command.group.${group}`)}</h3>
              <dl>
                {list.map((command) => (
                  <div key={command.id} className={classes.helpRow}>
                    <dt>{t(command.label)}</dt>
                    <dd>{command.hotkeys?.slice(0, 2).map((keys) => <Kbd key={keys} keys={keys} />)}</dd>
                  </div>
                ))}
              </dl>
            </section>
          );
        })}
      </div>
    </Modal>
  );
}
