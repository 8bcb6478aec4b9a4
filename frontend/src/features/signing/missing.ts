import type { SignKind } from '@/lib/backend';
import { mustAccept, presignState } from './presign';
import { isPlaced, type Signing } from './useSigning';

/** Why no document can be signed just now. */
export function noneReady({ items }: Signing, kind: SignKind): 'searching' | 'looking' | 'presign' | 'documents' {
  if (items.some((item) => item.searching)) return 'searching';
  const states = items.filter((item) => isPlaced(item, kind)).map((item) => presignState(item.presign, kind));
  return states.includes('looking') ? 'looking' : states.some(mustAccept) ? 'presign' : 'documents';
}
