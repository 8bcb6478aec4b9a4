/** How far the digital signatures of a document are, as plain functions. */
import type { Doc, SignatureInfo, SignKind, Verdict } from '@/lib/backend';
import type { Tone } from '@/ui';

/** Keys under "signing.state": judged bad, not enough evidence, at the server, without a time-stamp, good. */
export type SignState = 'failed' | 'unsure' | 'judging' | 'unstamped' | 'good';

export const stateTones: Record<SignState, Tone> = { failed: 'bad', unsure: 'warn', judging: 'warn', unstamped: 'warn', good: 'ok' };

/** From the worst. */
const order: readonly SignState[] = ['failed', 'unsure', 'judging', 'unstamped', 'good'];

export function signState(verdict: Verdict | undefined): SignState {
  if (!verdict) return 'judging';
  if (verdict.indication === 'TOTAL-FAILED') return 'failed';
  if (verdict.indication !== 'TOTAL-PASSED') return 'unsure';
  return verdict.stamped ? 'good' : 'unstamped';
}

/** How many of the two signatures are there digitally, and the worst that is known of them; undefined without any. */
export function signaturesState(doc: Pick<Doc, 'signatures'>): { count: number; state: SignState } | undefined {
  const digital = newest(doc).filter((signature) => signature.digital);
  if (digital.length === 0) return undefined;
  const states = digital.map(({ verdict }) => signState(verdict));
  return { count: digital.length, state: order.find((state) => states.includes(state)) ?? 'judging' };
}

/** The last signature of each kind: what was signed before and sent back does not count. */
function newest({ signatures }: Pick<Doc, 'signatures'>): SignatureInfo[] {
  return ([1, 2] as const).flatMap((kind) => signatures.filter((signature) => signature.kind === kind).toSorted((a, b) => a.at - b.at).at(-1) ?? []);
}

export function lastSignature(doc: Pick<Doc, 'signatures'>, kind: 1 | 2): SignatureInfo | undefined {
  return newest(doc).find((signature) => signature.kind === kind);
}

/** Why the agency's key may not sign yet: a key of words, by the rules of document.seal. */
export function sealProblem(doc: Pick<Doc, 'signatures' | 'bookNumber'>): string | undefined {
  const person = lastSignature(doc, 1);
  if (lastSignature(doc, 2)) return 'error.sign.sealed_already';
  if (!person?.digital) return 'error.seal.not_digital';
  if (!doc.bookNumber) return 'error.seal.no_number';
  if (!person.verdict) return 'error.seal.not_judged';
  return person.verdict.indication === 'TOTAL-PASSED' ? undefined : 'error.seal.first_not_good';
}

/** Why no copy may be certified: a key of words, by the rules of document.copy. */
function copyProblem(doc: Doc): string | undefined {
  const main = doc.files.find((file) => file.newest && file.role === 0);
  if (main?.media !== 'application/pdf') return 'error.sign.not_pdf';
  if (main.verdict) return main.verdict.indication === 'TOTAL-FAILED' ? 'error.copy.source_not_good' : undefined;
  return doc.direction === 'incoming' ? 'error.copy.source_not_judged' : undefined;
}

export const actionOf: Record<SignKind, string> = { person: 'document.sign', organ: 'document.seal', initial: 'document.initial', copy: 'document.copy' };

/** Why the document cannot be signed now: a key of words. The rules are the domain's; here they are said more exactly. */
export function signProblem(doc: Doc, kind: SignKind): string | undefined {
  const answer = doc.actions.find((info) => info.action === actionOf[kind]);
  if (answer?.allow) return undefined;
  const reason = answer?.reason ?? 'can.unknown_action';
  if (reason !== 'can.nothing_to_do') return reason;
  const pdf = doc.files.some((file) => file.newest && file.role === 0 && file.media === 'application/pdf');
  if (kind === 'organ') return sealProblem(doc) ?? reason;
  if (kind === 'copy') return copyProblem(doc) ?? reason;
  return !pdf ? 'error.sign.not_pdf' : kind === 'initial' ? 'error.initial.already' : reason;
}
