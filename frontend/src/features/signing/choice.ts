/** Which key is taken, and what its token says of the PIN. */
import type { SigningKey, SigningKeys, SigningToken, SignKind } from '@/lib/backend';
import { fold } from '@/lib/fold';

/** Made with the agency's key. */
const ofAgency = (kind: SignKind): boolean => kind === 'organ' || kind === 'copy';

/** The keys that may be offered: the agency's is never at a provider (NĐ 30/2020, Điều 32). */
export const keysFor = (keys: readonly SigningKey[], kind: SignKind): SigningKey[] => keys.filter((key) => !ofAgency(kind) || key.kind !== 'remote');

const places: Record<SigningKey['kind'], number> = { token: 2, remote: 1, file: 0 };

/**
 * The key that is offered first: one that can sign, of whom the names are, in a
 * token rather than at a provider, and there rather than in a file. A key that bears another name is never chosen by
 * itself where one is that bears the right one.
 */
export function firstKey({ keys }: Pick<SigningKeys, 'keys'>, kind: SignKind, names: { person?: string; organ?: string }): SigningKey | undefined {
  const wanted = fold((ofAgency(kind) ? names.organ : names.person) ?? '').trim();
  const rank = (key: SigningKey) => (wanted && fold(key.subject).includes(wanted) ? 4 : 0) + places[key.kind];
  return keysFor(keys, kind).filter(canSign).toSorted((a, b) => rank(b) - rank(a))[0];
}

export const canSign = (key: SigningKey): boolean => !key.refused && key.token.pin !== 'none';

/** Words for the tries that are left, under "signing.pin"; nothing while there is no reason to worry. */
export function triesKey({ pin }: Pick<SigningToken, 'pin'>): 'low' | 'final' | 'none' | undefined {
  return pin === 'unknown' ? undefined : pin;
}
