import { Menu } from '@mantine/core';
import { IconLayoutGrid } from '@tabler/icons-react';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useCommands, type Command } from '@/lib/commands';
import { looks, type Look } from './layout';
import { useHall, useStation } from './useHall';
import classes from './hall.module.css';

/** What this screen shows: what the chair has set for all, or what its person would rather see. */
export function LookChoice() {
  const { t } = useTranslation();
  const { hall } = useStation();
  const { look } = useHall();
  useCommands(useMemo<Command[]>(() => [{
    id: 'conference.look', label: 'conference.key.look', group: 'view', hotkeys: ['k'], hidden: true, run: () => hall.setLook(looks[(looks.indexOf(hall.state().look) + 1) % looks.length] ?? 'set'),
  }], [hall]));
  return (
    <Menu position="top" withinPortal>
      <Menu.Target>
        <button type="button" className={classes.tool} data-own={look !== 'set' || undefined} title={`${t('conference.key.look')} (K)`} aria-keyshortcuts="K" aria-label={`${t('conference.look')}: ${t(`conference.look.${look}`)}`}>
          <IconLayoutGrid size={20} stroke={1.7} aria-hidden />
          {t(`conference.look.${look}.short`)}
        </button>
      </Menu.Target>
      <Menu.Dropdown aria-label={t('conference.look')}>
        <Menu.RadioGroup value={look} onChange={(next) => hall.setLook(next as Look)}>
          {looks.map((each) => <Menu.RadioItem key={each} value={each} closeMenuOnClick>{t(`conference.look.${each}`)}</Menu.RadioItem>)}
        </Menu.RadioGroup>
      </Menu.Dropdown>
    </Menu>
  );
}
