/**
 * The one command registry. Everything a person can do by menu, key or palette
 * is a Command here; menus, hotkeys, the palette and the shortcut help (?) all
 * read this list, so they never disagree.
 */
import { useEffect, useMemo, useSyncExternalStore } from 'react';

export type CommandGroup = 'go' | 'create' | 'document' | 'list' | 'pdf' | 'view' | 'help';

export interface Command {
  /** "desk.open": feature and verb. The last registration of an id wins. */
  id: string;
  /** i18n key of the label. */
  label: string;
  group: CommandGroup;
  /** "mod+k", "g d" (one key after the other), "?"; mod is Ctrl, or ⌘ on a Mac. */
  hotkeys?: readonly string[];
  /** Offered only while true. */
  when?: () => boolean;
  /** Absent for keys that a component handles itself and that only the help lists. */
  run?: () => void;
  /** Keep out of the palette (moving through a list, say). */
  hidden?: boolean;
  /** Also while typing in a field. Combinations with mod always work there. */
  inFields?: boolean;
}

export class CommandRegistry {
  private commands = new Map<string, Command[]>();
  private listeners = new Set<() => void>();
  private snapshot: readonly Command[] = [];

  /** Adds commands until the returned function is called. */
  register(list: readonly Command[]): () => void {
    for (const command of list) {
      this.commands.set(command.id, [...(this.commands.get(command.id) ?? []), command]);
    }
    this.changed();
    return () => {
      for (const command of list) {
        const rest = (this.commands.get(command.id) ?? []).filter((other) => other !== command);
        if (rest.length > 0) this.commands.set(command.id, rest);
        else this.commands.delete(command.id);
      }
      this.changed();
    };
  }

  /** Every registered command, the newest registration of each id. */
  all = (): readonly Command[] => this.snapshot;

  /** Commands that can run now. */
  available(): Command[] {
    return this.snapshot.filter((command) => command.run && (command.when?.() ?? true));
  }

  /** Runs a command by id; false when it is unknown or not possible now. */
  run(id: string): boolean {
    const command = this.snapshot.find((candidate) => candidate.id === id);
    if (!command?.run || !(command.when?.() ?? true)) return false;
    command.run();
    return true;
  }

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  private changed(): void {
    this.snapshot = [...this.commands.values()].flatMap((list) => list.slice(-1));
    for (const listener of this.listeners) listener();
  }
}

export const commands = new CommandRegistry();

/** Registers commands while the component is mounted. Memoise the list. */
export function useCommands(list: readonly Command[]): void {
  useEffect(() => commands.register(list), [list]);
}

/** Every registered command, re-rendering when the list changes. */
export function useAllCommands(): readonly Command[] {
  return useSyncExternalStore(commands.subscribe, commands.all);
}

/** The hotkeys of a command, for a tooltip or a menu; [] when it is not registered. */
export function useHotkeysOf(id: string): readonly string[] {
  const all = useAllCommands();
  return useMemo(() => all.find((command) => command.id === id)?.hotkeys ?? [], [all, id]);
}
