import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Claim, Doc, InitialInfo, SignatureInfo, Verdict } from '@/lib/backend';
import { formatFacts } from '@/lib/format';
import { formatMoment } from '@/lib/time';
import { StatusPill } from '@/ui';
import { signState, stateTones } from './state';
import { levelText, verdictText } from './words';
import classes from './digital.module.css';

/** The digital signatures and initials of a document: who, with what, what the server says of them, and since when that is proven. */
export function DigitalSignatures({ doc }: { doc: Doc }) {
  const { t } = useTranslation();
  const digital = doc.signatures.filter((signature) => signature.digital);
  return (
    <>
      {digital.length > 0 && <ul className={classes.list} aria-label={t('signing.digital')}>{digital.map((signature) => <SignatureItem key={signature.key} doc={doc} signature={signature} />)}</ul>}
      {doc.initials.length > 0 && (
        <>
          <h4 className={classes.title}>{t('signing.initials')}</h4>
          <ul className={classes.list} aria-label={t('signing.initials')}>{doc.initials.map((initial) => <InitialItem key={initial.key} initial={initial} />)}</ul>
        </>
      )}
    </>
  );
}

function SignatureItem({ doc, signature }: { doc: Doc; signature: SignatureInfo }) {
  const { t } = useTranslation();
  const { claim, verdict } = signature;
  const file = doc.files.find((candidate) => candidate.key === signature.file);
  return (
    <li className={classes.item}>
      <Head name={signature.kind === 2 ? doc.unit.name : signature.by.name} sub={t(`doc.signature.${signature.kind}`)} verdict={verdict} />
      <Facts claim={claim} verdict={verdict}>
        <Fact name={t('signing.fact.given')}>{formatFacts(signature.kind === 2 && signature.by.name, formatMoment(signature.at))}</Fact>
        <Fact name={t('signing.fact.file')}>{file && t('signing.fact.file.version', { name: file.name, n: file.version })}</Fact>
      </Facts>
    </li>
  );
}

function InitialItem({ initial }: { initial: InitialInfo }) {
  const { t } = useTranslation();
  return (
    <li className={classes.item}>
      <Head name={initial.by.name} sub={t(initial.current ? 'signing.initial.current' : 'signing.initial.older', { n: initial.revision })} verdict={initial.verdict} initial />
      <Facts claim={initial.claim} verdict={initial.verdict} initial>
        <Fact name={t('signing.fact.given')}>{formatMoment(initial.at)}</Fact>
      </Facts>
    </li>
  );
}

function Head({ name, sub, verdict, initial }: { name: string; sub: string; verdict: Verdict | undefined; initial?: boolean }) {
  const { t } = useTranslation();
  const state = signState(verdict);
  // An initial stands beside the file and is not time-stamped.
  const shown = initial && state === 'unstamped' ? 'good' : state;
  return (
    <div className={classes.head}>
      <div><strong><bdi>{name}</bdi></strong><span className={classes.quiet}>{sub}</span></div>
      <StatusPill tone={stateTones[shown]}>{t(`signing.state.${shown}`)}</StatusPill>
    </div>
  );
}

function Facts({ claim, verdict, initial, children }: { claim: Claim | undefined; verdict: Verdict | undefined; initial?: boolean; children: ReactNode }) {
  const { t } = useTranslation();
  return (
    <dl className={classes.facts}>
      <Fact name={t('sign.fact.signer')}>{claim?.subject && <bdi>{claim.subject}</bdi>}</Fact>
      <Fact name={t('sign.fact.issuer')}>{claim?.issuer && <bdi>{claim.issuer}</bdi>}</Fact>
      <Fact name={t('signing.fact.key')}>{claim && t(`signing.key.kind.${claim.key}`)}</Fact>
      {children}
      <Fact name={t('signing.verdict')}>{verdict ? verdictText(verdict) : t('signing.verdict.none')}</Fact>
      {!initial && <Fact name={t('sign.fact.stamped')}>{verdict?.stamped ? formatMoment(verdict.stamped) : t('signing.unstamped')}</Fact>}
      {!initial && <Fact name={t('sign.fact.level')}>{verdict?.level && levelText(verdict.level)}</Fact>}
    </dl>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return children ? <div><dt>{name}</dt><dd>{children}</dd></div> : null;
}
