/**
 * The answers of the validator in sentences. Its codes are keys under "sign.";
 * one that has no words yet gets a sentence with the code in it, never silence.
 */
import i18next from 'i18next';
import type { FileChange, FileSignature, Finding, Revocation, SignatureReport, Verdict } from '@/lib/backend';
import { formatFacts } from '@/lib/format';
import { formatMoment } from '@/lib/time';
import { isNote, signersOf } from './verdict';

/** The words of the first key that has some. */
function say(keys: readonly string[], data: Record<string, unknown>, otherwise = 'sign.unknown'): string {
  return i18next.t(keys.find((key) => i18next.exists(key)) ?? otherwise, data);
}

type What = Pick<FileChange, 'kind'> & Partial<Pick<FileChange, 'page' | 'field'>>;

/** "Nội dung trang 2": what was changed, and where when that is known. */
export function changeText({ kind, page, field }: What): string {
  const name = `sign.change.${kind}`;
  return say([...(page ? [`${name}.page`] : []), ...(field ? [`${name}.field`] : []), name], { page, field: formatFacts(field), code: kind }, 'sign.change.unknown');
}

/** A finding in a sentence. `sub` is the reason of the signature's answer, which tells one mismatch from another. */
export function findingText({ code, data = {} }: Finding, sub = ''): string {
  if (code === 'changed_after_signing' && typeof data.kind === 'string') {
    const what = { kind: data.kind, page: Number(data.page) || undefined, field: String(data.field ?? '') || undefined };
    return say([...(what.page ? [`sign.forged.${what.kind}.page`] : []), `sign.forged.${what.kind}`, 'sign.forged'], { ...what, what: changeText(what) });
  }
  const reason = typeof data.reason === 'string' ? data.reason : '';
  const why = reason ? say([`sign.reason.${reason}`], { code: reason }) : '';
  // Names from a foreign file may run from right to left: they turn nothing around them.
  const who = typeof data.certificate === 'string' ? formatFacts(data.certificate) : '';
  const field = typeof data.field === 'string' ? formatFacts(data.field) : '';
  const name = `sign.finding.${code}`;
  return say([`${name}.${sub}`, ...(why && who ? [`${name}.who`] : []), ...(why ? [`${name}.why`] : []), name], { ...data, code, why, who, field });
}

/** Reasons that say less than the finding behind them. */
const general = new Set(['FORMAT_FAILURE', 'SIG_CONSTRAINTS_FAILURE', 'SIGNED_DATA_NOT_FOUND', 'HASH_FAILURE', 'SIG_CRYPTO_FAILURE']);

export interface Explanation {
  /** Why the answer is what it is. */
  reason: string;
  /** What else counts. */
  more: string[];
  /** What was noticed and changes nothing. */
  notes: string[];
}

type Judged = Pick<SignatureReport, 'indication' | 'sub_indication' | 'findings'> & Partial<Pick<FileSignature, 'kind'>>;

/** The answer about a signature or a file with its reasons. */
export function explain({ indication, sub_indication: sub = '', findings = [], kind }: Judged): Explanation {
  const texts = (list: readonly Finding[]) => [...new Set(list.map((finding) => findingText(finding, sub)))];
  const grave = texts(findings.filter((finding) => !isNote(finding)));
  const notes = texts(findings.filter(isNote));
  if (indication === 'TOTAL-PASSED') return { reason: i18next.t(kind === 'timestamp' ? 'sign.passed.stamp' : 'sign.passed'), more: grave, notes };
  const [first] = grave;
  if (first && (general.has(sub) || !sub)) return { reason: first, more: grave.slice(1), notes };
  return { reason: say([`sign.sub.${sub}`], { code: sub || indication }), more: grave, notes };
}

/** One line about a file: what is wrong with it, how many signatures it has, and whose. */
export function summaryOf(report: SignatureReport): string {
  const worst = [report, ...report.signatures].filter(({ indication, findings = [] }) => indication === 'TOTAL-FAILED' && findings.some((finding) => !isNote(finding)));
  const wrong = worst[0] ?? (report.signatures.length === 0 ? report : undefined);
  const stamps = report.signatures.filter(({ kind }) => kind === 'timestamp').length;
  const count = report.signatures.length - stamps;
  return formatFacts(
    wrong && explain(wrong).reason.replace(/\.$/, ''), count > 0 && i18next.t('sign.count', { count }), signersOf(report).join(', '), stamps > 0 && i18next.t('sign.stamps', { count: stamps }),
  );
}

/** "cách đây 9 ngày". */
export function ageText(seconds: number): string {
  if (seconds < 3600) return i18next.t('sign.age.fresh');
  if (seconds < 86_400) return i18next.t('sign.age.hours', { count: Math.floor(seconds / 3600) });
  return i18next.t('sign.age.days', { count: Math.floor(seconds / 86_400) });
}

/** "Chưa bị thu hồi · CRL cách đây 9 ngày · kèm trong tệp". The age is as of now, whatever moment was asked about. */
export function revocationText({ state, since, source, origin, this_update: made, age_seconds: age }: Revocation, now = Date.now()): string {
  const at = since ? formatMoment(Date.parse(since)) : '';
  const known = say([...(at ? [`sign.revocation.${state}.since`] : []), `sign.revocation.${state}`], { at, code: state });
  const seconds = made ? Math.max(0, (now - Date.parse(made)) / 1000) : age;
  const answer = source && `${source.toUpperCase()}${seconds === undefined ? '' : ` ${ageText(seconds)}`}`;
  return formatFacts(known, answer, origin && say([`sign.origin.${origin}`], { code: origin }));
}

/** The server's verdict in a sentence: its reason when it is not good. */
export function verdictText({ indication, sub = '' }: Verdict): string {
  return indication === 'TOTAL-PASSED' ? i18next.t('sign.passed') : say([`sign.sub.${sub}`], { code: sub || indication });
}

/** What the file holds for whoever checks a signature later (ETSI EN 319 142-1). */
export function levelText(level: string): string {
  return say([`sign.level.${level}`], { level }, 'sign.level.other');
}
