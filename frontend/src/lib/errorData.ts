import i18next from 'i18next';
import { formatBytes } from './format';
import { formatDay, formatMoment, isDay } from './time';

type NameOf = (id: string) => string;
let nameOf: NameOf = (id) => id;

/** Tells how ids of people and units are spoken; the directory calls it when it is there. */
export function speakIdsBy(names: NameOf): void {
  nameOf = names;
}

const people = new Set(['by', 'person', 'receiver', 'lead', 'unit', 'organ']);
/** The server's scheduler acts under this id. */
const system = 'system';
const moments = new Set(['at', 'start', 'end']);

/** The data of a refusal in words: names for ids, moments, days, states and fields as people read them. */
export function speak(data: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(data).map(([name, value]) => [name, speakOne(name, value)]));
}

/** Names of fields, "subject,dueDate", in words. */
export function fieldList(names: string): string {
  return names.split(',').map((name) => i18next.t(`doc.field.${name}`)).join(', ');
}

/** Steps that changed a draft, each with what it changed, who did it and when. */
function changeList(changes: readonly unknown[]): string {
  return changes.map((change) => {
    const { step, text, by, at } = change as { step: string; text: string; by: string; at: number };
    const what = [i18next.t(`history.${step}`), text && (step === 'document.edit' ? `(${fieldList(text)})` : `(${text})`)].filter(Boolean).join(' ');
    return [what, speakOne('by', by), speakOne('at', at)].join(', ');
  }).join('; ');
}

function speakOne(name: string, value: unknown): unknown {
  if (name === 'changes' && Array.isArray(value)) return changeList(value);
  if (name === 'maxBytes' && typeof value === 'number') return formatBytes(value);
  if (moments.has(name) && typeof value === 'number') return formatMoment(value);
  if (typeof value !== 'string') return value;
  if (people.has(name)) return value === system ? i18next.t('doc.system') : nameOf(value) || value;
  if (isDay(value)) return formatDay(value);
  const key = { state: `state.${value}`, type: `type.${value}`, field: `doc.field.${value}`, step: `did.${value}` }[name];
  return key && i18next.exists(key) ? i18next.t(key) : value;
}
