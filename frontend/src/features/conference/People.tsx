import { TextInput } from '@mantine/core';
import { IconHandStop, IconMicrophone, IconMicrophoneOff, IconPlugConnectedX, IconSearch, IconVideo } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { fold } from '@/lib/fold';
import { formatFacts } from '@/lib/format';
import { inOrder } from './layout';
import { has, lets, type Row } from './protocol';
import { useHall } from './useHall';
import classes from './hall.module.css';

/** Who is in the room; raised hands first, in the order in which they were raised. */
export function People() {
  const { t } = useTranslation();
  const { stations } = useHall();
  const [words, setWords] = useState('');
  const order = useMemo(() => inOrder(stations), [stations]);
  const shown = useMemo(() => {
    const wanted = fold(words).split(/\s+/).filter(Boolean);
    return order.filter((row) => wanted.every((word) => fold(row.n).includes(word))).toSorted((a, b) => (a.h ?? Infinity) - (b.h ?? Infinity) || (a.o ?? 0) - (b.o ?? 0));
  }, [order, words]);
  const heads = order.reduce((sum, row) => sum + (row.c ?? (row.k === 'point' ? 0 : 1)), 0);
  return (
    <>
      <TextInput size="xs" aria-label={t('conference.people.find')} placeholder={t('conference.people.find')} leftSection={<IconSearch size={14} aria-hidden />} value={words} onChange={(event) => setWords(event.currentTarget.value)} />
      <p className={classes.quiet} role="status">{formatFacts(t('conference.people.stations', { count: order.length }), t('conference.people.heads', { count: heads }))}</p>
      <ul className={classes.people}>{shown.map((row) => <Person key={row.i} row={row} />)}</ul>
      {shown.length === 0 && <p className={classes.quiet}>{t('conference.people.none')}</p>}
    </>
  );
}

function Person({ row }: { row: Row }) {
  const { t } = useTranslation();
  const heard = has(row.l, lets.audio);
  return (
    <li className={classes.person} data-hand={row.h ? true : undefined}>
      {row.h ? <IconHandStop size={16} stroke={1.8} role="img" aria-label={t('conference.tile.hand')} data-hand-icon /> : null}
      <span className={classes.personName}>
        <span>{row.n}</span>
        <span className={classes.quiet}>{formatFacts(t(`meeting.role.${row.r}`), row.k === 'point' && row.c ? t('conference.people.heads', { count: row.c }) : undefined)}</span>
      </span>
      {row.s === 'MAT_TIN_HIEU' && <IconPlugConnectedX size={16} stroke={1.8} role="img" aria-label={t('conference.tile.lost')} />}
      {has(row.l, lets.camera) && <IconVideo size={16} stroke={1.8} role="img" aria-label={t('conference.camera.on')} />}
      {heard ? <IconMicrophone size={16} stroke={1.8} role="img" aria-label={t('conference.mic.on')} /> : <IconMicrophoneOff size={16} stroke={1.8} role="img" aria-label={t('conference.tile.muted')} />}
    </li>
  );
}
