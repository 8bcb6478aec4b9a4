/**
 * How a feature folder joins the shell: its index.ts exports `feature`. The
 * shell finds them by itself (src/app/features.ts), so adding a feature
 * changes no file outside its folder.
 */
import type { ComponentType, LazyExoticComponent } from 'react';
import type { MeetingView, Session } from './backend';
import type { Command } from './commands';

type Screen = ComponentType | LazyExoticComponent<ComponentType>;

export interface NavItem {
  path: string;
  /** i18n key. */
  label: string;
  icon: ComponentType<{ size?: number; stroke?: number }>;
  /** Place in the sidebar; 10, 20, … */
  order: number;
  /** Sidebar section: work above, tools below. */
  section?: 'work' | 'tools';
  /** Who has it; everybody when absent. */
  wanted?: (session: Session) => boolean;
  /** A count beside the label: a component that renders NavBadge. */
  badge?: ComponentType;
}

export interface PaletteItem {
  id: string;
  title: string;
  detail?: string;
  run: () => void;
}

/** Free search results inside the palette: documents, people. */
export interface PaletteProvider {
  id: string;
  /** i18n key of the group heading. */
  label: string;
  search: (query: string, signal: AbortSignal) => Promise<PaletteItem[]>;
}

/** A tab on the page of a meeting. */
export interface MeetingTab {
  id: string;
  /** i18n key. */
  label: string;
  /** Place in the strip; 10, 20, … */
  order: number;
  screen: ComponentType<{ meeting: MeetingView }> | LazyExoticComponent<ComponentType<{ meeting: MeetingView }>>;
  /** Which meetings have it; all when absent. */
  wanted?: (meeting: MeetingView, session: Session) => boolean;
}

export interface Feature {
  id: string;
  /** wouter patterns; the more specific first. Screens are lazy. */
  routes?: ReadonlyArray<{ path: string; screen: Screen; /** Fills the window alone: a display on a wall. */ bare?: boolean }>;
  nav?: readonly NavItem[];
  /** Commands that exist on every screen. */
  commands?: readonly Command[];
  palette?: readonly PaletteProvider[];
  meetingTabs?: readonly MeetingTab[];
}
