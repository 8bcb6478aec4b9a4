import { useMemo } from 'react';
import { notify } from '@/ui';
import type { Act, Do } from './protocol';
import { useStation } from './useHall';

/** Acts of those who lead, each with what is refused in words. */
export function useActs(): (act: Act, more?: Omit<Do, 'act'>) => void {
  const { hall } = useStation();
  return useMemo(() => (act, more) => void hall.do({ act, ...more }).catch((error: unknown) => notify.error(error)), [hall]);
}
