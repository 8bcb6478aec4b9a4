import { Button } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { usePeople } from '@/lib/people';
import { formatDay, formatMoment, isDay } from '@/lib/time';
import type { Clash } from './fields';
import classes from './conflict.module.css';

interface Props {
  clashes: readonly Clash[];
  /** Called with the names of the fields in which mine is kept. */
  onSettle: (keepMine: ReadonlySet<string>) => void;
  busy?: boolean;
}

/**
 * Somebody else changed the same fields: both texts side by side. One click
 * decides for all of them; with several, each can be chosen apart.
 */
export function ConflictView({ clashes, onSettle, busy }: Props) {
  const { t } = useTranslation();
  const people = usePeople();
  const [mine, setMine] = useState<ReadonlySet<string>>(() => new Set());
  const show = (value: unknown) => {
    if (value === '' || value === null || value === undefined) return t('compose.conflict.empty');
    if (typeof value === 'string' && isDay(value)) return formatDay(value);
    return typeof value === 'boolean' ? t(value ? 'compose.conflict.yes' : 'compose.conflict.no') : String(value);
  };
  const first = clashes[0];
  const several = clashes.length > 1;
  const choose = (field: string, keep: boolean) => {
    const next = new Set(mine);
    if (keep) next.add(field);
    else next.delete(field);
    setMine(next);
  };
  return (
    <section className={classes.conflict} role="alert" aria-label={t('compose.conflict')}>
      <h3 className={classes.title}>{t('compose.conflict')}</h3>
      <p className={classes.text}>{t(several ? 'compose.conflict.text.several' : 'compose.conflict.text', { name: people.name(first?.by) || t('compose.conflict.somebody'), at: formatMoment(first?.at) })}</p>
      {clashes.map((clash) => (
        <fieldset key={clash.field} className={classes.field}>
          <legend>{t(`doc.field.${clash.field}`)}</legend>
          {[false, true].map((own) => (
            <label key={String(own)} className={classes.side}>
              {several && <input type="radio" name={`clash-${clash.field}`} checked={mine.has(clash.field) === own} onChange={() => choose(clash.field, own)} />}
              <span className={classes.who}>{own ? t('compose.conflict.mine') : t('compose.conflict.theirs')}</span>
              <span className={classes.value}>{show(own ? clash.mine : clash.theirs)}</span>
            </label>
          ))}
        </fieldset>
      ))}
      <div className={classes.buttons}>
        <Button variant="default" disabled={busy} onClick={() => onSettle(new Set())}>{t('compose.conflict.keep_theirs')}</Button>
        <Button variant="default" disabled={busy} onClick={() => onSettle(new Set(clashes.map((clash) => clash.field)))}>{t('compose.conflict.keep_mine')}</Button>
        {several && <Button disabled={busy} onClick={() => onSettle(mine)}>{t('compose.conflict.mixed')}</Button>}
      </div>
    </section>
  );
}
