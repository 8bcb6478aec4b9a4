/**
 * What a report of the validator means to a person, as plain functions: whether
 * there is anything to say, what is whole, when a signature was made. The words
 * are in words.ts.
 */
import type { FileSignature, Finding, SignatureReport } from '@/lib/backend';
import type { Tone } from '@/ui';

export const tones: Record<SignatureReport['indication'], Tone> = { 'TOTAL-PASSED': 'ok', INDETERMINATE: 'warn', 'TOTAL-FAILED': 'bad' };

/** Findings that change no answer: whoever wants to know reads them last. */
const notes = new Set([
  'usage_rights', 'sloppy_file', 'hidden_bytes', 'broken_object', 'not_pades', 'cms_note', 'weak', 'certificate_warning', 'timestamp_untrusted', 'certification_unlisted',
]);

export const isNote = ({ code }: Finding) => notes.has(code);

/** A file without signatures that has nothing wrong with it is as most files are: nothing is said of it. */
export function isPlain({ signatures, findings = [] }: SignatureReport): boolean {
  return signatures.length === 0 && findings.every((finding) => finding.code === 'unsigned' || isNote(finding));
}

/** The words for the answer about a file. Where no signature was found, none is called wrong. */
export function answerKey({ indication, signatures }: SignatureReport): string {
  return signatures.length === 0 && indication === 'TOTAL-FAILED' ? 'sign.file.unsound' : `sign.indication.${indication}`;
}

/** Who signed, each once and in order; time stamps of the file are nobody's signature. */
export function signersOf({ signatures }: SignatureReport): string[] {
  return [...new Set(signatures.filter(({ kind }) => kind !== 'timestamp').flatMap(({ signer }) => signer?.name || []))];
}

export type Integrity = 'whole' | 'broken' | 'unknown';

/** Findings about whom a signature comes from and when, which say nothing about what it covers. */
const aboutTrust = new Set(['certificate', 'no_signed_attributes', 'value_over_unsorted_attributes', 'timestamp_invalid', 'timestamp_order', 'no_signing_certificate_attribute']);
/** Findings after which nobody has compared the file with the signature. */
const uncompared = new Set(['contents_junk', 'crypto', 'sub_filter_unknown', 'interrupted', 'unreadable', 'limit', 'encrypted', 'internal', 'permission_malformed']);
const mismatches = new Set(['HASH_FAILURE', 'SIG_CRYPTO_FAILURE']);

/** Whether what was signed is still as it was. What cannot be told is never called whole. */
export function integrityOf({ findings = [], sub_indication: sub = '', signer }: FileSignature): Integrity {
  const grave = findings.filter((finding) => !isNote(finding) && !aboutTrust.has(finding.code));
  if (mismatches.has(sub) || grave.some(({ code }) => !uncompared.has(code))) return 'broken';
  return grave.length > 0 || !signer ? 'unknown' : 'whole';
}

/** Whose time it is that a signature is known by. */
export type TimeKind = 'stamped' | 'proven' | 'claimed' | 'none';

/** The best known time of a signature. A time stamp that nobody trusts proves nothing. */
export function timeOf({ timestamp, proven_time: proven, claimed_time: claimed }: FileSignature): { kind: TimeKind; at: number } {
  if (timestamp?.trusted) return { kind: 'stamped', at: Date.parse(timestamp.time) };
  if (proven) return { kind: 'proven', at: Date.parse(proven) };
  return claimed ? { kind: 'claimed', at: Date.parse(claimed) } : { kind: 'none', at: 0 };
}

/** Where the time of signing lies in the period of the certificate. */
export function periodOf(signature: FileSignature): 'within' | 'before' | 'after' | 'unknown' {
  const { at } = timeOf(signature);
  if (!signature.certificate || !at) return 'unknown';
  if (at < Date.parse(signature.certificate.not_before)) return 'before';
  return at > Date.parse(signature.certificate.not_after) ? 'after' : 'within';
}
