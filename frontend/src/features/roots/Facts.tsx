import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { CertificateFacts } from '@/lib/backend';
import { formatDate } from '@/lib/time';
import { printLines } from './roots';
import classes from './roots.module.css';

/** What a certificate says of itself, and the fingerprint by which people know it. */
export function CertificateView({ value }: { value: CertificateFacts }) {
  const { t } = useTranslation();
  return (
    <>
      <dl className={classes.facts}>
        <Fact name="subject"><bdi>{value.subject}</bdi></Fact>
        <Fact name="issuer">{value.selfSigned ? t('roots.self_signed') : <bdi>{value.issuer}</bdi>}</Fact>
        <Fact name="period">{t('roots.span', { from: formatDate(value.notBefore), to: formatDate(value.notAfter) })}</Fact>
        <Fact name="key">{value.key || t('roots.key.unknown')}</Fact>
        <Fact name="serial"><span className={classes.code}>{value.serial}</span></Fact>
      </dl>
      <Print sha256={value.sha256} />
    </>
  );
}

/** A fingerprint to be read aloud against the authority's paper. */
function Print({ sha256 }: { sha256: string }) {
  const { t } = useTranslation();
  return (
    <figure className={classes.print}>
      <figcaption>{t('roots.print')}</figcaption>
      <output className={classes.groups} aria-label={t('roots.print')}>
        {printLines(sha256).map((line, i) => <span key={i}>{line.map((group, n) => <span key={n}>{group} </span>)}</span>)}
      </output>
    </figure>
  );
}

export function Fact({ name, children }: { name: string; children: ReactNode }) {
  const { t } = useTranslation();
  return children ? <div><dt>{t(`roots.fact.${name}`)}</dt><dd>{children}</dd></div> : null;
}
