import { Button } from '@mantine/core';
import { IconVolume } from '@tabler/icons-react';
import { useCallback, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useHallPrefs } from './prefs';
import { useHall, useStation } from './useHall';
import classes from './hall.module.css';

/** All that is heard. A browser that wants a click first is given one. */
export function Sound() {
  const { t } = useTranslation();
  useHall(); // other streams come with another connection
  const { hall } = useStation();
  const [blocked, setBlocked] = useState(0);
  const box = useRef<HTMLDivElement>(null);
  const onBlocked = useCallback(() => setBlocked((count) => count + 1), []);
  const play = () => {
    setBlocked(0);
    for (const audio of box.current?.querySelectorAll('audio') ?? []) void audio.play().catch(onBlocked);
  };
  return (
    <div ref={box}>
      {hall.sound().map((stream, i) => <Voice key={i} stream={stream} onBlocked={onBlocked} />)}
      {blocked > 0 && <div className={classes.blocked} role="alert"><span>{t('conference.sound.blocked')}</span><Button size="compact-md" leftSection={<IconVolume size={16} aria-hidden />} onClick={play}>{t('conference.sound.play')}</Button></div>}
    </div>
  );
}

function Voice({ stream, onBlocked }: { stream: MediaStream; onBlocked: () => void }) {
  const ref = useRef<HTMLAudioElement>(null);
  const { speaker } = useHallPrefs();
  useEffect(() => {
    const audio = ref.current;
    if (!audio) return;
    audio.srcObject = stream;
    void audio.play().catch((error: unknown) => {
      if (error instanceof DOMException && error.name === 'NotAllowedError') onBlocked();
    });
    return () => {
      audio.srcObject = null;
    };
  }, [stream, onBlocked]);
  useEffect(() => {
    void ref.current?.setSinkId?.(speaker).catch(() => {}); // the device is gone: the system's choice stays
  }, [speaker]);
  // What people say has no text yet.
  // oxlint-disable-next-line jsx-a11y/media-has-caption
  return <audio ref={ref} autoPlay />;
}
