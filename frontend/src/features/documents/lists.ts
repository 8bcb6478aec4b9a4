/** The lists, their tabs, and the filter that lives in the address. */
import type { DocumentFilter } from '@/lib/backend';
import { isDay } from '@/lib/time';

export type ListId = 'incoming' | 'outgoing' | 'drafts';
type Group = NonNullable<DocumentFilter['group']>;

export interface Tab {
  id: string;
  group?: Group;
  /** All its documents are in the same state. */
  oneState?: boolean;
}

export const tabs: Record<ListId, readonly Tab[]> = {
  incoming: [
    { id: 'waiting', group: 'waiting', oneState: true }, { id: 'registered', group: 'registered' }, { id: 'submitted', group: 'submitted', oneState: true },
    { id: 'processing', group: 'processing' }, { id: 'done', group: 'done', oneState: true }, { id: 'returned', group: 'returned' }, { id: 'all' },
  ],
  outgoing: [
    { id: 'issued', group: 'issued' }, { id: 'to_number', group: 'to_number' }, { id: 'to_sign', group: 'to_sign', oneState: true },
    { id: 'cancelled', group: 'cancelled' }, { id: 'all' },
  ],
  drafts: [
    { id: 'drafts', group: 'drafts' }, { id: 'checking', group: 'waiting' }, { id: 'sent_back', group: 'returned', oneState: true },
    { id: 'to_sign', group: 'to_sign', oneState: true }, { id: 'to_number', group: 'to_number' },
  ],
};

/**
 * The tab with which a list begins. Văn thư begin with what comes in; others, who never see that, with the first tab that
 * holds something.
 */
export function firstTab(list: ListId, posts: readonly { role: string }[], counts: Partial<Record<Group, number>> | undefined): string | undefined {
  if (!counts || posts.some((post) => post.role === 'clerk')) return undefined;
  return tabs[list].find((tab) => tab.group && counts[tab.group])?.id;
}

export interface ListState {
  tab: string;
  q?: string;
  type?: string;
  urgency?: number;
  from?: string;
  to?: string;
  overdue?: boolean;
  unread?: boolean;
  mine?: boolean;
  assigned?: boolean;
  sort?: NonNullable<DocumentFilter['sort']>;
  desc?: boolean;
}

const names: Record<keyof ListState, string> = {
  tab: 'nhom', q: 'tim', type: 'loai', urgency: 'khan', from: 'tu', to: 'den', overdue: 'qua-han', unread: 'chua-doc', mine: 'cua-toi',
  assigned: 'giao-toi', sort: 'xep', desc: 'nguoc',
};
const sorts = ['arrived', 'moved', 'issued', 'due', 'number', 'urgency'] as const;

/** Reads the address; what cannot be understood is left out. `first` is the tab when none is named. */
export function stateOf(list: ListId, search: string, first?: string): ListState {
  const query = new URLSearchParams(search);
  const text = (name: keyof ListState) => query.get(names[name])?.trim() || undefined;
  const flag = (name: keyof ListState) => (query.get(names[name]) === '1' ? true : undefined);
  const day = (name: keyof ListState) => {
    const value = text(name);
    return value && isDay(value) ? value : undefined;
  };
  const known = tabs[list];
  const tab = known.find((candidate) => candidate.id === text('tab'))?.id ?? known.find((candidate) => candidate.id === first)?.id ?? known[0]?.id ?? '';
  const urgency = text('urgency');
  return {
    tab,
    q: text('q')?.normalize('NFC'),
    type: text('type'),
    urgency: urgency && /^[0-3]$/.test(urgency) ? Number(urgency) : undefined,
    from: day('from'),
    to: day('to'),
    overdue: flag('overdue'),
    unread: flag('unread'),
    mine: flag('mine'),
    assigned: flag('assigned'),
    sort: sorts.find((sort) => sort === text('sort')),
    desc: flag('desc'),
  };
}

/** The address of a list in a state. */
export function addressOf(path: string, state: ListState): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(state)) {
    if (value === undefined || value === false || value === '') continue;
    query.set(names[name as keyof ListState], value === true ? '1' : String(value));
  }
  const text = query.toString();
  return text ? `${path}?${text}` : path;
}

/** What is asked of the API. */
export function filterOf(list: ListId, state: ListState): DocumentFilter {
  return {
    direction: list === 'incoming' ? 'incoming' : 'outgoing',
    group: tabs[list].find((tab) => tab.id === state.tab)?.group,
    q: state.q,
    type: state.type ? [state.type] : undefined,
    urgency: state.urgency === undefined ? undefined : [state.urgency],
    from: state.from,
    to: state.to,
    overdue: state.overdue,
    unread: state.unread,
    mine: state.mine,
    assigned: state.assigned,
    sort: state.sort ?? (list === 'incoming' ? undefined : 'moved'),
    desc: state.desc,
  };
}

/** Whether anything but the tab narrows the list. */
export function isNarrowed({ tab: _tab, sort: _sort, desc: _desc, ...rest }: ListState): boolean {
  return Object.values(rest).some((value) => value !== undefined && value !== false);
}
