/**
 * What was found in a file before it is signed, as plain functions: what keeps
 * it from being signed, what the person must have looked at, and in which words.
 */
import i18next from 'i18next';
import type { PresignFinding, PresignReport, SignKind } from '@/lib/backend';
import { reasonText } from '@/lib/errors';
import { formatFacts } from '@/lib/format';
import type { Tone } from '@/ui';

/** The answer about a file; undefined while it is being looked at. */
export type Presign = { report: PresignReport } | { error: unknown } | undefined;

/** From what stops signing to nothing. A file that could not be looked at is "unknown". */
export type PresignState = 'looking' | 'blocks' | 'unknown' | 'warns' | 'tells' | 'clean';

export const presignTones: Record<PresignState, Tone> = { looking: 'neutral', blocks: 'bad', unknown: 'warn', warns: 'warn', tells: 'neutral', clean: 'neutral' };

/** Findings that say nothing about the file: looked at again, it may be answered. */
const unanswered = new Set(['interrupted', 'unreadable']);

/** An initial stands beside the file: what keeps a signature out of it does not keep it. */
export function presignState(presign: Presign, kind: SignKind): PresignState {
  if (!presign) return 'looking';
  if ('error' in presign) return 'unknown';
  const { findings } = presign.report;
  const worst = (severity: PresignFinding['severity']) => findings.some((finding) => finding.severity === severity);
  if (findings.some(({ code }) => unanswered.has(code))) return 'unknown';
  if (worst('blocks')) return kind === 'initial' ? 'warns' : 'blocks';
  return worst('warns') ? 'warns' : worst('tells') ? 'tells' : 'clean';
}

/** What the person has to agree to before the file is signed. */
export const mustAccept = (state: PresignState) => state === 'warns' || state === 'unknown';

/** Whether what was found lets the file be signed. */
export function presignAllows(presign: Presign, kind: SignKind, accepted: boolean): boolean {
  const state = presignState(presign, kind);
  return state === 'clean' || state === 'tells' || mustAccept(state) && accepted;
}

/** A finding in a sentence. A code that has no words yet is named, never passed over. */
export function presignText({ code, field, data = {} }: Pick<PresignFinding, 'code' | 'field' | 'data'>): string {
  if (code === 'refused' && typeof data.reason === 'string') return reasonText('invalid', `sign.refused_${data.reason}`, { field });
  const name = `presign.finding.${code}`;
  const given = Object.fromEntries(Object.entries(data).map(([key, value]) => [key, typeof value === 'string' ? formatFacts(value) : value]));
  const of = field ? 'field' : ['name', 'uri'].find((known) => typeof data[known] === 'string' && data[known] !== '');
  const key = [...(of ? [`${name}.${of}`] : []), name].find((candidate) => i18next.exists(candidate)) ?? 'presign.finding.unknown';
  return i18next.t(key, { ...given, code, field: formatFacts(field) });
}

/** Findings that say the same, with the pages on which they were found. */
export interface Line {
  severity: PresignFinding['severity'];
  text: string;
  pages: number[];
  count: number;
}

/** Lines from the gravest, each sentence once. What the scan has only counted is counted along. */
export function presignLines({ findings, left = {} }: PresignReport): Line[] {
  const lines = new Map<string, Line>();
  const waiting = { ...left };
  for (const finding of findings) {
    const text = presignText(finding);
    const key = `${finding.severity} ${text}`;
    const line = lines.get(key) ?? { severity: finding.severity, text, pages: [], count: 0 };
    if (finding.page && !line.pages.includes(finding.page)) line.pages.push(finding.page);
    line.count += 1 + (waiting[finding.code] ?? 0);
    delete waiting[finding.code];
    lines.set(key, line);
  }
  return [...lines.values()];
}
