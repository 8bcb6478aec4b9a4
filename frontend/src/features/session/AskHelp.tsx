import { Button, Menu } from '@mantine/core';
import { IconBellRinging } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { HelpView, LiveSession } from '@/lib/backend';
import { formatClock } from '@/lib/time';
import { notify, useAct } from '@/ui';
import { may } from './steps';
import classes from './session.module.css';

const kinds: ReadonlyArray<HelpView['kind']> = ['water', 'technician', 'secretary', 'other'];

/** Calls for water, a technician, the secretary, and shows that somebody comes. */
export function AskHelp({ view, me }: { view: LiveSession; me: NonNullable<LiveSession['me']> }) {
  const { t } = useTranslation();
  const act = useAct();
  if (!may(view, 'attendance.ask_help')) return null;
  const ask = (kind: HelpView['kind']) =>
    act({ name: 'attendance.ask_help.1', id: me.attendance, base: 0, args: { meeting: view.meeting, kind } }).catch((error: unknown) => notify.error(error));
  return (
    <section className={classes.panel} aria-labelledby="session-ask-help">
      <header className={classes.head}>
        <h2 id="session-ask-help" className={classes.title}>{t('session.help')}</h2>
        <Menu position="bottom-end">
          <Menu.Target><Button variant="default" leftSection={<IconBellRinging size={17} stroke={1.7} aria-hidden />}>{t('session.help.ask')}</Button></Menu.Target>
          <Menu.Dropdown>{kinds.map((kind) => <Menu.Item key={kind} onClick={() => void ask(kind)}>{t(`session.help.${kind}`)}</Menu.Item>)}</Menu.Dropdown>
        </Menu>
      </header>
      {me.help.length > 0 && (
        <ul className={classes.entries}>
          {me.help.map((call) => <li key={call.key} className={classes.entry}><span className={classes.what}><span className={classes.name}>{t(`session.help.${call.kind}`)}</span><span className={classes.note}>{t('session.help.waiting', { at: formatClock(call.at) })}</span></span></li>)}
        </ul>
      )}
    </section>
  );
}
