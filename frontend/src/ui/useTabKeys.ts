import { useEffect, useMemo, useRef } from 'react';
import { useCommands, type Command } from '@/lib/commands';

/** The keys 1, 2, 3 … choose a tab; labels are i18n keys, under which the help and the palette list them. */
export function useTabKeys(labels: readonly string[], choose: (at: number) => void): void {
  const latest = useRef(choose);
  useEffect(() => {
    latest.current = choose;
  });
  const list = labels.join(' ');
  useCommands(useMemo<Command[]>(
    () => list.split(' ').map((label, i) => ({ id: `view.tab.${i + 1}`, label, group: 'view', hotkeys: [String(i + 1)], run: () => latest.current(i) })),
    [list],
  ));
}
