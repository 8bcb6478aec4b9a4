import { Button, CloseButton } from '@mantine/core';
import { IconHandStop, IconMicrophone, IconMicrophoneOff, IconPlugConnectedX, IconScreenShare, IconSpeakerphone, IconTestPipe, IconVideo } from '@tabler/icons-react';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { isSilenced, nameOf } from './state';
import { useHall, useRun, useStation } from './useHall';
import classes from './hall.module.css';

/** What must not be missed, over the pictures: a broken line, a banner, what is asked of the person. */
export function Notices({ onTest, onPoint }: { onTest: () => void; onPoint: () => void }) {
  const { t } = useTranslation();
  const station = useStation();
  const { hall } = station;
  const state = useHall();
  const run = useRun();
  const [read, setRead] = useState(0);
  const { line, link, talk, me, floor, asked, wants, roll, hello } = state;
  const heed = (what: 'camera' | 'test' | 'floor') => hall.heed(what);
  const prepared = floor.prepare && floor.prepare !== hello?.station ? nameOf(state, floor.prepare) : '';
  return (
    <>
      {line === 'lost' && <Notice tone="bad" icon={IconPlugConnectedX} text={t('conference.notice.lost')}><Button size="compact-sm" variant="default" onClick={() => hall.hurry()}>{t('action.retry')}</Button></Notice>}
      {line === 'alone' && <Notice tone="bad" icon={IconPlugConnectedX} text={t('conference.notice.alone')} />}
      {line === 'up' && (link === 'lost' || link === 'none') && <Notice tone="warn" icon={IconPlugConnectedX} text={t('conference.notice.media')} />}
      {talk.banner && talk.banner.at !== read && <Notice icon={IconSpeakerphone} text={talk.banner.text} role="alert"><CloseButton size="sm" aria-label={t('action.close')} onClick={() => setRead(talk.banner?.at ?? 0)} /></Notice>}
      {asked.includes('floor') && !wants.audio && (
        <Notice tone="ok" icon={IconMicrophone} text={t('conference.notice.floor')} role="alert">
          <Button
            size="compact-sm"
            onClick={() => {
              heed('floor');
              run(station.mic(true));
            }}
          >
            {t('conference.notice.floor.open')}
          </Button>
        </Notice>
      )}
      {asked.includes('camera') && !wants.camera && (
        <Notice tone="warn" icon={IconVideo} text={t('conference.notice.camera')} role="alert">
          <Button
            size="compact-sm"
            onClick={() => {
              heed('camera');
              run(station.camera(true));
            }}
          >
            {t('conference.notice.camera.on')}
          </Button>
          <Button size="compact-sm" variant="default" onClick={() => heed('camera')}>{t('conference.notice.not_now')}</Button>
        </Notice>
      )}
      {asked.includes('test') && (
        <Notice tone="warn" icon={IconTestPipe} text={t('conference.notice.test')} role="alert">
          <Button
            size="compact-sm"
            onClick={() => {
              heed('test');
              onTest();
            }}
          >
            {t('conference.test')}
          </Button>
        </Notice>
      )}
      {me?.prepare && <Notice tone="warn" icon={IconHandStop} text={t('conference.notice.prepare')} role="alert" />}
      {!me?.prepare && prepared && <Notice icon={IconHandStop} text={t('conference.notice.prepared', { name: prepared })} />}
      {isSilenced(state) && <Notice tone="warn" icon={IconMicrophoneOff} text={t('conference.notice.silenced')} />}
      {wants.screen && <Notice tone="ok" icon={IconScreenShare} text={t('conference.notice.sharing')}><Button size="compact-sm" variant="default" onClick={() => run(station.screen(false))}>{t('conference.share.stop')}</Button></Notice>}
      {roll.began !== undefined && hello?.kind === 'point' && state.answeredRoll !== roll.began && <Notice tone="warn" icon={IconSpeakerphone} text={t('conference.notice.roll')} role="alert"><Button size="compact-sm" onClick={onPoint}>{t('conference.notice.roll.count')}</Button></Notice>}
    </>
  );
}

function Notice({ tone, icon: Icon, text, role = 'status', children }: { tone?: 'warn' | 'bad' | 'ok'; icon: typeof IconVideo; text: string; role?: 'status' | 'alert'; children?: ReactNode }) {
  return (
    <div className={classes.notice} data-tone={tone}>
      <Icon size={18} stroke={1.7} aria-hidden />
      <span className={classes.noticeText} role={role}>{text}</span>
      {children}
    </div>
  );
}
