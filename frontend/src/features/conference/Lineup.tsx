import { ActionIcon, Button } from '@mantine/core';
import { IconArrowUp, IconX } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { nameOf } from './state';
import { useActs } from './useActs';
import { useHall } from './useHall';
import classes from './console.module.css';

/** Who speaks, and who comes next: by the meeting's record first, then by hand. */
export function Lineup() {
  const { t } = useTranslation();
  const act = useActs();
  const state = useHall();
  const { floor } = state;
  const given = new Set(floor.given);
  const queue = floor.next ?? [];
  const [first] = floor.upcoming ?? [];
  const move = (at: number) => act('next', { stations: queue.toSpliced(at, 1).toSpliced(at - 1, 0, queue[at] ?? '') });
  return (
    <section className={classes.lineup} aria-label={t('conference.lineup')}>
      <h2 className={classes.head}>{t('conference.lineup.floor')}</h2>
      <ul className={classes.list}>
        {(floor.holders ?? []).map((id) => (
          <li key={id}><span className={classes.grow}>{nameOf(state, id)}</span>{given.has(id) && <Button size="compact-xs" variant="default" onClick={() => act('floor', { station: id, on: false })}>{t('conference.act.floor_take')}</Button>}</li>
        ))}
        {(floor.holders ?? []).length === 0 && <li className={classes.quiet}>{t('conference.lineup.nobody')}</li>}
      </ul>
      <h2 className={classes.head}>{t('conference.lineup.next')}</h2>
      <ol className={classes.list}>
        {(floor.upcoming ?? []).map((id) => {
          const at = queue.indexOf(id);
          return (
            <li key={id}>
              <span className={classes.grow}>{nameOf(state, id)}</span>
              {id === first && <Button size="compact-xs" onClick={() => act('floor', { station: id, on: true })}>{t('conference.act.floor')}</Button>}
              {at > 0 && <ActionIcon size={24} aria-label={t('conference.lineup.earlier', { name: nameOf(state, id) })} onClick={() => move(at)}><IconArrowUp size={14} /></ActionIcon>}
              {at >= 0 && <ActionIcon size={24} aria-label={t('conference.lineup.drop', { name: nameOf(state, id) })} onClick={() => act('next', { stations: queue.filter((other) => other !== id) })}><IconX size={14} /></ActionIcon>}
            </li>
          );
        })}
        {(floor.upcoming ?? []).length === 0 && <li className={classes.quiet}>{t('conference.lineup.none')}</li>}
      </ol>
    </section>
  );
}
