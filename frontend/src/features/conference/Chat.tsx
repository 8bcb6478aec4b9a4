import { ActionIcon, Textarea } from '@mantine/core';
import { IconSend } from '@tabler/icons-react';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useKept } from '@/lib/kept';
import { formatClock } from '@/lib/time';
import { notify } from '@/ui';
import { useHall, useStation } from './useHall';
import classes from './hall.module.css';

/** Runes of one line. */
const longest = 1000;

/** What is written to all. The text stays until the host has it. */
export function Chat() {
  const { t } = useTranslation();
  const { hall } = useStation();
  const { chat, talk, hello } = useHall();
  const [text, setText, forget] = useKept(`conference.${hello?.meeting ?? ''}`, '');
  const list = useRef<HTMLDivElement>(null);
  const last = chat.at(-1)?.n;
  useEffect(() => {
    const box = list.current;
    if (box) box.scrollTop = box.scrollHeight;
  }, [last]);
  const send = async () => {
    const words = text.trim().normalize('NFC');
    if (words === '') return;
    try {
      await hall.say(words);
      forget();
      setText('');
    } catch (error) {
      notify.error(error);
    }
  };
  return (
    <>
      <div ref={list} className={classes.chat} role="log" aria-label={t('conference.chat')} tabIndex={-1}>
        {chat.length === 0 && <p className={classes.quiet}>{t('conference.chat.none')}</p>}
        {chat.map((line) => <div key={line.n} className={classes.said}><span className={classes.who}><strong>{line.name}</strong> {formatClock(line.at)}</span><p>{line.text}</p></div>)}
      </div>
      {talk.chat ? (
        <form
          className={classes.write}
          onSubmit={(event) => {
            event.preventDefault();
            void send();
          }}
        >
          <Textarea
            aria-label={t('conference.chat.write')} placeholder={t('conference.chat.write')} autosize minRows={1} maxRows={5} maxLength={longest} value={text} autoFocus
            onChange={(event) => setText(event.currentTarget.value)}
            onKeyDown={(event) => {
              if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
              event.preventDefault();
              void send();
            }}
          />
          <ActionIcon type="submit" variant="light" color="cham" size={34} aria-label={t('conference.chat.send')} disabled={text.trim() === ''}><IconSend size={17} /></ActionIcon>
        </form>
      ) : <p className={classes.quiet}>{t('conference.chat.off')}</p>}
    </>
  );
}
