import { Button } from '@mantine/core';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { usePeople } from '@/lib/people';
import { formatMoment } from '@/lib/time';
import type { Draft } from './autosave';
import { joinRich, parseRich, plainRich, writeRich } from './rich';
import classes from './conclusions.module.css';

/** Two people wrote at once: both texts side by side, and nothing is lost until the person has chosen. */
export function Conflict({ draft, onChoose }: { draft: Draft; onChoose: (text: string) => void }) {
  const { t } = useTranslation();
  const people = usePeople();
  const { theirs } = draft;
  const section = useRef<HTMLElement>(null);
  useEffect(() => {
    if (theirs) section.current?.scrollIntoView({ block: 'nearest' });
  }, [theirs]);
  if (!theirs) return null;
  const both = writeRich(joinRich(parseRich(theirs.text), parseRich(draft.text)));
  const name = people.name(theirs.by);
  return (
    <section ref={section} className={classes.conflict} role="alert" aria-label={t('minutes.conflict')}>
      <h3 className={classes.conflictTitle}>{t('minutes.conflict')}</h3>
      <p className={classes.note}>{t('minutes.conflict.text', { name, at: formatMoment(theirs.at) })}</p>
      <div className={classes.pair}>
        <div><h4>{t('minutes.conflict.mine')}</h4><pre className={classes.words}>{plainRich(parseRich(draft.text))}</pre></div>
        <div><h4>{t('minutes.conflict.theirs', { name })}</h4><pre className={classes.words}>{plainRich(parseRich(theirs.text))}</pre></div>
      </div>
      <div className={classes.buttons}>
        <Button size="compact-md" onClick={() => onChoose(both)}>{t('minutes.conflict.both')}</Button>
        <Button size="compact-md" variant="default" onClick={() => onChoose(draft.text)}>{t('minutes.conflict.keep_mine')}</Button>
        <Button size="compact-md" variant="default" onClick={() => onChoose(theirs.text)}>{t('minutes.conflict.take_theirs')}</Button>
      </div>
    </section>
  );
}
