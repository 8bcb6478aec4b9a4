import { Button, Loader } from '@mantine/core';
import { IconDoorEnter, IconLock, IconPlugConnectedX, IconUserX } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { ApiError, errorText } from '@/lib/errors';
import { navigate, paths } from '@/lib/router';
import { Empty } from '@/ui';
import { TestButton } from './SelfTest';
import { useHall, useStation } from './useHall';
import classes from './hall.module.css';

/** Between the door and the room. */
export function Waiting({ meeting, title, onLeave }: { meeting: string; title: string; onLeave: () => void }) {
  const { t } = useTranslation();
  const { phase, line, talk } = useHall();
  const lobby = phase === 'lobby';
  return (
    <main className={classes.door}>
      <section className={classes.card} data-narrow role="status" aria-live="polite">
        <div className={classes.wait}>
          {lobby && line === 'up' ? <IconDoorEnter size={34} stroke={1.5} aria-hidden /> : <Loader size="sm" />}
          <h1 className={classes.doorTitle}>{t(line === 'lost' || line === 'alone' ? 'conference.wait.line' : lobby ? 'conference.wait.lobby' : 'conference.wait.joining')}</h1>
          <p className={classes.quiet}>{lobby ? t('conference.wait.lobby.text') : title}</p>
          {talk.banner && <p className={classes.waitBanner}>{talk.banner.text}</p>}
          {lobby && <TestButton meeting={meeting} />}
          <Button
            variant="default"
            onClick={() => {
              onLeave();
              if (meeting) navigate(paths.meeting(meeting));
            }}
          >
            {t('conference.leave')}
          </Button>
        </div>
      </section>
    </main>
  );
}

const icons: Record<string, typeof IconLock> = { 'conference.locked': IconLock, 'conference.removed': IconUserX, 'conference.refused': IconUserX };
/** After these one may come in again by a click. */
const again = new Set(['', 'conference.replaced', 'conference.over', 'conference.full', 'conference.too_fast', 'conference.bad_frame', 'conference.locked']);

/** It is over for this station, and why. */
export function Ended({ meeting, onAgain }: { meeting: string; onAgain: () => void }) {
  const { t } = useTranslation();
  const { hall } = useStation();
  const { ended } = hall.state();
  return (
    <main className={classes.door}>
      <section className={classes.card} data-narrow>
        <Empty icon={icons[ended] ?? IconPlugConnectedX} tone={ended === '' ? undefined : 'warn'} title={ended === '' ? t('conference.left') : errorText(new ApiError('forbidden', ended))} text={ended === 'conference.replaced' ? t('conference.replaced.text') : undefined}>
          {again.has(ended) && <Button onClick={onAgain}>{t('conference.again')}</Button>}
          {meeting && <Button variant="default" onClick={() => navigate(paths.meeting(meeting))}>{t('conference.back')}</Button>}
        </Empty>
      </section>
    </main>
  );
}
