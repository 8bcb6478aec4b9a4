import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api, type DuplicateQuery } from '@/lib/backend';
import { formatFacts } from '@/lib/format';
import { Link, paths } from '@/lib/router';
import { formatDay } from '@/lib/time';
import { StatePill } from '@/ui';
import classes from './entry.module.css';

/** Warns while typing when the document may be in the book already. */
export function Duplicates({ query }: { query: DuplicateQuery }) {
  const { t } = useTranslation();
  const [asked] = useDebouncedValue(query, 350);
  const worth = Boolean(asked.symbol || (asked.subject?.length ?? 0) >= 12 || asked.sha256?.length);
  const { data } = useQuery({
    queryKey: ['documents', 'duplicates', asked],
    queryFn: ({ signal }) => api.duplicates(asked, signal),
    enabled: worth,
    placeholderData: (previous) => previous,
  });
  if (!worth || !data || data.length === 0) return null;
  return (
    <section className={classes.warning} role="status" aria-label={t('compose.duplicates')}>
      <h3>{t('compose.duplicates')}</h3>
      <ul>
        {data.slice(0, 4).map((hit) => (
          <li key={hit.id}>
            <Link href={paths.document(hit.id, hit.direction)} className={classes.hit}>
              {formatFacts(hit.symbol, formatDay(hit.issuedDate), hit.organName)} – <bdi>{hit.subject}</bdi>
              <span className={classes.why}>{t(`compose.duplicates.${hit.why}`)} <StatePill state={hit.state} hollow /></span>
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}
