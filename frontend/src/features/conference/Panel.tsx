import { CloseButton } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Chat } from './Chat';
import { Devices } from './Devices';
import { Papers } from './Papers';
import { People } from './People';
import { PointPane } from './PointPane';
import type { HallMeeting } from './protocol';
import classes from './hall.module.css';

export type PanelName = 'chat' | 'people' | 'papers' | 'point' | 'settings';

/** What stands beside the pictures. */
export function Panel({ name, meeting, onClose, onTest }: { name: PanelName; meeting: HallMeeting; onClose: () => void; onTest: () => void }) {
  const { t } = useTranslation();
  return (
    <aside className={classes.panel} aria-label={t(`conference.${name}`)}>
      <header className={classes.panelHead}><h2>{t(`conference.${name}`)}</h2><CloseButton aria-label={t('action.close')} onClick={onClose} /></header>
      <div className={classes.panelBody}>
        {name === 'chat' && <Chat />}
        {name === 'people' && <People />}
        {name === 'papers' && <Papers meeting={meeting} />}
        {name === 'point' && <PointPane meeting={meeting} onTest={onTest} />}
        {name === 'settings' && <Devices costs />}
      </div>
    </aside>
  );
}
