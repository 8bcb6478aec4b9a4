import type { Command } from '@/lib/commands';
import type { NavItem } from '@/lib/feature';
import { setPrefs } from '@/lib/prefs';
import { navigate } from '@/lib/router';

interface Parts {
  show: (overlay: 'palette' | 'sync' | 'help') => void;
  nav: readonly NavItem[];
}

/** g and a letter for the places everybody goes to. */
const goKeys: Record<string, string> = {
  'nav.desk': 'g b', 'nav.incoming': 'g d', 'nav.outgoing': 'g i', 'nav.scans': 'g q', 'nav.to_sign': 'g y', 'nav.drafts': 'g t', 'nav.search': 'g k', 'nav.directory': 'g h', 'nav.settings': 'g c',
};

/** The field in the top bar. */
export const searchFieldId = 'tim-nhanh';

/** Commands of the frame itself. */
export function shellCommands({ show, nav }: Parts): Command[] {
  return [
    { id: 'shell.palette', label: 'command.palette', group: 'help', hotkeys: ['mod+k'], inFields: true, hidden: true, run: () => show('palette') },
    { id: 'shell.help', label: 'command.help', group: 'help', hotkeys: ['?'], run: () => show('help') },
    {
      id: 'shell.search', label: 'command.search', group: 'go', hotkeys: ['/'],
      run: () => {
        const field = document.getElementById(searchFieldId);
        if (field instanceof HTMLInputElement) {
          field.focus();
          field.select();
        }
      },
    },
    { id: 'shell.sync', label: 'command.sync', group: 'view', hotkeys: ['g s'], run: () => show('sync') },
    { id: 'shell.sidebar', label: 'command.sidebar', group: 'view', hotkeys: ['mod+b'], run: toggleSidebar },
    ...nav.map((item): Command => ({
      id: `go.${item.path}`, label: item.label, group: 'go', hotkeys: goKeys[item.label] ? [goKeys[item.label] ?? ''] : undefined, run: () => navigate(item.path),
    })),
  ];
}

export function toggleSidebar(): void {
  const narrow = document.querySelector('[data-sidebar="narrow"]') !== null;
  setPrefs({ sidebar: narrow ? 'open' : 'narrow' });
}
