import { useLayoutEffect, useMemo, useRef } from 'react';
import { useCommands, type Command } from '@/lib/commands';
import type { usePens } from './usePens';

interface Parts {
  mayWrite: boolean;
  pens: Pick<ReturnType<typeof usePens>, 'take' | 'drop' | 'busy'>;
  bookmark: () => void;
  search: () => void;
}

/** The keys of the reader; turning pages and zoom are the PdfView's own. */
export function useReaderKeys(parts: Parts) {
  const latest = useRef(parts);
  useLayoutEffect(() => {
    latest.current = parts;
  });
  const list = useMemo<Command[]>(() => {
    const may = () => latest.current.mayWrite;
    return [
      { id: 'reading.highlight', label: 'reading.tool.highlight', group: 'pdf', hotkeys: ['h'], when: may, run: () => latest.current.pens.take('highlight') },
      { id: 'reading.ink', label: 'reading.tool.ink', group: 'pdf', hotkeys: ['i'], when: may, run: () => latest.current.pens.take('ink') },
      { id: 'reading.note', label: 'reading.tool.note', group: 'pdf', hotkeys: ['n'], when: may, run: () => latest.current.pens.take('note') },
      { id: 'reading.bookmark', label: 'reading.bookmark', group: 'pdf', hotkeys: ['b'], when: may, run: () => latest.current.bookmark() },
      { id: 'reading.search', label: 'reading.search', group: 'pdf', hotkeys: ['mod+shift+f'], run: () => latest.current.search() },
      { id: 'reading.drop', label: 'reading.drop', group: 'pdf', hotkeys: ['escape'], hidden: true, when: () => latest.current.pens.busy, run: () => latest.current.pens.drop() },
    ];
  }, []);
  useCommands(list);
}
