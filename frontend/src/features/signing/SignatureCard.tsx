import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { FileSignature } from '@/lib/backend';
import { formatDate, formatMoment } from '@/lib/time';
import { StatusPill } from '@/ui';
import { Reasons } from './Reasons';
import { integrityOf, periodOf, timeOf, tones } from './verdict';
import { changeText, explain, levelText, revocationText } from './words';
import classes from './signing.module.css';

/** One signature or time stamp: the answer first, then what it rests on. */
export function SignatureCard({ signature, n }: { signature: FileSignature; n: number }) {
  const { t } = useTranslation();
  const { signer, issuer, certificate, revocation, algorithms, indication } = signature;
  const stamp = signature.kind === 'timestamp';
  const name = signer?.name || t('sign.nobody');
  return (
    <article className={classes.card} data-tone={tones[indication]} aria-label={t('sign.card', { n, name })}>
      <div className={classes.head}>
        <h3 className={classes.name}><bdi>{name}</bdi></h3>
        <StatusPill tone={tones[indication]}>{t(`sign.${stamp ? 'stamp' : 'indication'}.${indication}`)}</StatusPill>
      </div>
      <Reasons of={explain(signature)} />
      <dl className={classes.facts}>
        <Fact name="kind">{t(`sign.kind.${signature.kind}`)}</Fact>
        <Fact name={stamp ? 'authority' : 'signer'}>{signer && <bdi title={signer.subject}>{signer.name}</bdi>}</Fact>
        <Fact name="organisation">{signer?.organisation && <bdi>{signer.organisation}</bdi>}</Fact>
        <Fact name="unit">{signer?.unit && <bdi>{signer.unit}</bdi>}</Fact>
        <Fact name="issuer">{issuer && <bdi title={issuer.subject}>{issuer.name}</bdi>}</Fact>
        <Fact name={stamp ? 'stamped' : 'time'}><Time signature={signature} /></Fact>
        <Fact name="integrity"><Integrity signature={signature} /></Fact>
        <Fact name="period">{certificate && <Period signature={signature} from={certificate.not_before} to={certificate.not_after} />}</Fact>
        <Fact name="revocation">{revocation && revocationText(revocation)}</Fact>
        <Fact name="serial">{certificate && <span className={classes.code}>{certificate.serial}</span>}</Fact>
        <Fact name="level">{signature.level && levelText(signature.level)}</Fact>
        <Fact name="algorithms">{algorithms && `${algorithms.hash}, ${algorithms.key}`}</Fact>
      </dl>
    </article>
  );
}

/** A row, unless nothing is known. */
function Fact({ name, children }: { name: string; children: ReactNode }) {
  const { t } = useTranslation();
  return children ? <div><dt>{t(`sign.fact.${name}`)}</dt><dd>{children}</dd></div> : null;
}

/** When it was signed, and by whose clock. */
function Time({ signature }: { signature: FileSignature }) {
  const { t } = useTranslation();
  const { timestamp, claimed_time: claimed, kind: what } = signature;
  const { kind, at } = timeOf(signature);
  const own = claimed && kind !== 'claimed' && what !== 'timestamp' ? formatMoment(Date.parse(claimed)) : '';
  return (
    <>
      <span>{t(`sign.time.${kind}`, { at: formatMoment(at), by: timestamp?.by })}</span>
      {timestamp && !timestamp.trusted && <span className={classes.quiet}>{t('sign.time.untrusted', { at: formatMoment(Date.parse(timestamp.time)), by: timestamp.by })}</span>}
      {own && <span className={classes.quiet}>{t('sign.time.claimed.also', { at: own })}</span>}
    </>
  );
}

/** Whether what was signed is as it was, how much that is, and what came after. */
function Integrity({ signature }: { signature: FileSignature }) {
  const { t } = useTranslation();
  const { covers, changes = [] } = signature;
  const extent = covers.whole_file ? 'whole' : covers.revision > 0 ? 'part' : 'none';
  return (
    <>
      <strong>{t(`sign.integrity.${integrityOf(signature)}`)}</strong>
      <span>{t(`sign.covers.${extent}`, { n: covers.revision, of: covers.of })}</span>
      {changes.length > 0 && (
        <ul className={classes.changes} aria-label={t('sign.changes')}>
          {changes.map((change, i) => (
            <li key={i} data-refused={!change.allowed || undefined}>
              <span>{t('sign.changes.at', { n: change.revision, what: changeText(change) })}</span>
              <StatusPill tone={change.allowed ? 'neutral' : 'bad'}>{t(change.allowed ? 'sign.changes.allowed' : 'sign.changes.refused')}</StatusPill>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

function Period({ signature, from, to }: { signature: FileSignature; from: string; to: string }) {
  const { t } = useTranslation();
  const period = periodOf(signature);
  const claimed = period === 'within' && timeOf(signature).kind === 'claimed';
  return (
    <>
      <span>{t('sign.period', { from: formatDate(Date.parse(from)), to: formatDate(Date.parse(to)) })}</span>
      {period !== 'unknown' && <span className={classes.quiet}>{t(`sign.period.${period}${claimed ? '.claimed' : ''}`)}</span>}
    </>
  );
}
