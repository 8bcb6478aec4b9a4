/** Roots of trust: how fingerprints, states and the form of a new one are put. */
import type { NewRoot, Root, RootOffer } from '@/lib/backend';
import { dayOf, today, type Day } from '@/lib/time';
import type { Tone } from '@/ui';

/** As the API takes them. */
export const mostFileBytes = 256 << 10;

/** A fingerprint in groups of four to be read aloud, so many groups a line. */
export function printLines(sha256: string, line = 4): string[][] {
  const groups = sha256.toUpperCase().match(/.{1,4}/g) ?? [];
  return Array.from({ length: Math.ceil(groups.length / line) }, (_, i) => groups.slice(line * i, line * (i + 1)));
}

export type RootState = 'coming' | 'ended' | 'trusted';
export const tones: Record<RootState, Tone> = { coming: 'info', ended: 'neutral', trusted: 'ok' };

/** Whether a root is trusted at a moment. */
export function stateOf({ since, until }: Pick<Root, 'since' | 'until'>, now: number): RootState {
  if (now < since) return 'coming';
  return now > until ? 'ended' : 'trusted';
}

export type Use = NewRoot['uses'][number];
export const uses: readonly Use[] = ['signature', 'timestamp'];
export const kinds: ReadonlyArray<NewRoot['kind']> = ['official', 'public', 'test'];

/** The form of a root that is being trusted. */
export interface Trusting {
  uses: Use[];
  kind: NewRoot['kind'] | null;
  since: Day | null;
  until: Day | null;
  note: string;
  /** Trusted although it is not self-signed, on purpose. */
  intermediate: boolean;
  /** The fingerprint was compared with what the authority has published. */
  compared: boolean;
}

export function begin(offer: RootOffer): Trusting {
  return { uses: ['signature'], kind: null, since: dayOf(offer.notBefore), until: dayOf(offer.notAfter), note: '', intermediate: false, compared: false };
}

/** The i18n key of what is missing, null when it can be sent. */
export function lacking(form: Trusting, offer: RootOffer): string | null {
  if (form.uses.length === 0) return 'roots.missing.uses';
  if (!form.kind) return 'roots.missing.kind';
  if (form.since && form.until && form.since > form.until) return 'roots.missing.days';
  if (form.note.trim() === '') return 'roots.missing.note';
  if (!offer.selfSigned && !form.intermediate) return 'roots.missing.intermediate';
  return form.compared ? null : 'roots.missing.compared';
}

/** What is asked of the server; days that are the certificate's own are left to it. */
export function orderOf(form: Trusting, offer: RootOffer): NewRoot {
  const own = { since: dayOf(offer.notBefore), until: dayOf(offer.notAfter) };
  return {
    certificate: offer.certificate, sha256: offer.sha256, uses: uses.filter((use) => form.uses.includes(use)), kind: form.kind ?? 'test',
    since: form.since && form.since !== own.since ? form.since : undefined,
    until: form.until && form.until !== own.until ? form.until : undefined,
    intermediate: offer.selfSigned ? undefined : form.intermediate, note: form.note.trim().normalize('NFC'),
  };
}

/** The day that the form for the end of trust begins with: today, or what was chosen before. */
export function endDay(root: Root, now: number = Date.now()): Day {
  const last = dayOf(root.until);
  return last < dayOf(root.notAfter) ? last : today(now);
}

/** The bytes of a file in base64. */
export function base64Of(file: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result).split(',')[1] ?? '');
    reader.onerror = () => reject(reader.error ?? new Error('unreadable'));
    reader.readAsDataURL(file);
  });
}
