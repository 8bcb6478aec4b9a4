import { IconListCheck } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { ageText } from '@/features/signing';
import type { RevocationList } from '@/lib/backend';
import { formatBytes, formatFacts } from '@/lib/format';
import { formatMoment } from '@/lib/time';
import { StatusPill } from '@/ui';
import classes from './roots.module.css';

/** What the server knows of revocation: how old each list is, and whether it may ask for newer ones. */
export function Lists({ lists, asks, now }: { lists: readonly RevocationList[]; asks: string; now: number }) {
  const { t } = useTranslation();
  return (
    <section className={classes.lists} aria-label={t('roots.lists')}>
      <h3>{t('roots.lists')}</h3>
      <p className={classes.note}>{t(`roots.asks.${asks}`)}</p>
      {lists.length === 0 ? <p className={classes.note}>{t('roots.lists.none')}</p> : (
        <ul className={classes.list}>
          {lists.map((list) => (
            <li key={list.url} className={classes.crl} title={list.url}>
              <IconListCheck size={18} stroke={1.6} aria-hidden />
              <div>
                <div className={classes.name}><bdi>{list.issuer || list.url}</bdi></div>
                <div className={classes.note}>
                  {formatFacts(
                    `CRL ${ageText(Math.max(0, (now - list.made) / 1000))}`,
                    list.next ? t('roots.lists.next', { at: formatMoment(list.next) }) : t('roots.lists.no_next'),
                    t('roots.lists.fetched', { at: formatMoment(list.fetched) }), formatBytes(list.size),
                  )}
                </div>
              </div>
              <StatusPill tone={now > list.until ? 'warn' : 'ok'}>{t(now > list.until ? 'roots.lists.old' : 'roots.lists.fresh')}</StatusPill>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
