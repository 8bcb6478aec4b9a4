import { IconDeviceMobile, IconFileDigit, IconUsb } from '@tabler/icons-react';
import type { UseQueryResult } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { SigningKey, SigningKeys, SigningToken, SignKind } from '@/lib/backend';
import { reasonText } from '@/lib/errors';
import { formatFacts } from '@/lib/format';
import { formatDate } from '@/lib/time';
import { Failure, Loading, StatusPill } from '@/ui';
import { canSign, keysFor, triesKey } from './choice';
import { LookAgain } from './LookAgain';
import classes from './keys.module.css';

interface Props {
  query: Pick<UseQueryResult<SigningKeys>, 'data' | 'error' | 'refetch'>;
  kind: SignKind;
  /** Of the chosen key. */
  value: string | undefined;
  onChange: (id: string) => void;
}

/** The keys on this machine as a choice; without any, what to do about it. */
export function KeyChoice({ query, kind, value, onChange }: Props) {
  const { t } = useTranslation();
  const { data } = query;
  const offered = keysFor(data?.keys ?? [], kind);
  if (!data) return query.error ? <Failure error={query.error} onRetry={() => void query.refetch()} /> : <Loading lines={3} label={t('signing.keys.looking')} />;
  return (
    <fieldset className={classes.group}>
      <legend className="kg-sr">{t('signing.keys')}</legend>
      <div className={classes.head}><strong>{t('signing.keys')}</strong><LookAgain /></div>
      {offered.map((key) => (
        <label key={key.id} className={classes.key} data-blocked={canSign(key) ? undefined : true}>
          <input type="radio" name="signing-key" value={key.id} checked={key.id === value} disabled={!canSign(key)} onChange={() => onChange(key.id)} />
          <KeyFacts value={key} />
        </label>
      ))}
      {offered.length === 0 && <NoKeys />}
      <EmptyTokens tokens={data.empty} />
      {offered.length === 0 && <Libraries keys={data} />}
    </fieldset>
  );
}

const icons = { token: IconUsb, file: IconFileDigit, remote: IconDeviceMobile };

/** Whose key it is, where it lies and until when it holds. */
export function KeyFacts({ value }: { value: SigningKey }) {
  const { t } = useTranslation();
  const { token } = value;
  const tries = triesKey(token);
  const Icon = icons[value.kind];
  return (
    <span className={classes.facts}>
      <span className={classes.subject}>
        <bdi>{value.subject}</bdi>
        {value.kind === 'file' && <StatusPill tone="warn">{t('signing.key.file')}</StatusPill>}
        {tries && <StatusPill tone={tries === 'low' ? 'warn' : 'bad'}>{t(`signing.pin.${tries}`)}</StatusPill>}
      </span>
      {value.organization && <bdi>{value.organization}</bdi>}
      <span className={classes.where}><Icon size={14} stroke={1.7} aria-hidden />{value.remote ? t('signing.key.remote', { provider: value.remote.provider }) : <bdi>{formatFacts(token.label, token.serial, token.maker)}</bdi>}</span>
      <span>{t('signing.key.issuer', { name: value.issuer })}</span>
      <span>{t('signing.key.period', { from: formatDate(value.from), to: formatDate(value.to) })}</span>
      <span className={classes.serial}>{t('signing.key.serial', { serial: value.serial })}</span>
      {value.refused && <span className={classes.refused}>{reasonText('invalid', value.refused)}</span>}
    </span>
  );
}

function NoKeys() {
  const { t } = useTranslation();
  return (
    <div className={classes.none} role="status">
      <strong>{t('signing.keys.none')}</strong>
      <ol>
        <li>{t('signing.keys.none.plug')}</li>
        <li>{t('signing.keys.none.driver')}</li>
        <li>{t('signing.keys.none.wait')}</li>
      </ol>
    </div>
  );
}

/** Tokens that were found and hold nothing to sign with. */
export function EmptyTokens({ tokens }: { tokens: readonly SigningToken[] }) {
  const { t } = useTranslation();
  if (tokens.length === 0) return null;
  return (
    <ul className={classes.empty} aria-label={t('signing.keys.empty')}>
      {tokens.map((token) => <li key={`${token.label}${token.serial ?? ''}`}>{t('signing.keys.empty.token', { name: formatFacts(token.label, token.serial) })}</li>)}
    </ul>
  );
}

/** Makers' libraries that were looked for, and what came of it. */
export function Libraries({ keys }: { keys: Pick<SigningKeys, 'libraries'> }) {
  const { t } = useTranslation();
  return (
    <details className={classes.libraries}>
      <summary>{t('signing.libraries', { count: keys.libraries.length })}</summary>
      {keys.libraries.length === 0 && <p>{t('signing.libraries.none')}</p>}
      <ul>
        {keys.libraries.map(({ path, name, problem }) => (
          <li key={path} data-problem={problem ? true : undefined}>
            <bdi>{name || path}</bdi>
            {name && <code>{path}</code>}
            <span>{problem ? reasonText('invalid', problem) : t('signing.libraries.works')}</span>
          </li>
        ))}
      </ul>
    </details>
  );
}
