import { commands as registry, type Command, type CommandRegistry } from './commands';

const sequencePause = 1200;

/** The name of a key press as hotkeys are written: "mod+shift+k", "?", "arrowdown". */
export function keyName(event: KeyboardEvent): string {
  let key = event.key.toLowerCase();
  // A Vietnamese input method may turn a letter into a marked one; the place on the keyboard decides then.
  if (key.length === 1 && key > '~' && event.code.startsWith('Key')) key = event.code.slice(3).toLowerCase();
  if (key === ' ') key = 'space';
  const mod = event.ctrlKey || event.metaKey;
  // Shift is part of a printable symbol ("?"), and spelled out for letters and named keys.
  const shift = event.shiftKey && (key.length > 1 || /[a-z]/.test(key));
  return `${mod ? 'mod+' : ''}${event.altKey ? 'alt+' : ''}${shift ? 'shift+' : ''}${key}`;
}

/** True when the person is writing. */
function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable) return true;
  if (target instanceof HTMLInputElement) return !['checkbox', 'radio', 'button', 'submit', 'range'].includes(target.type);
  return target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement;
}

/** Keys that buttons and links use themselves. */
function belongsToControl(name: string, target: EventTarget | null): boolean {
  return (name === 'enter' || name === 'space') && target instanceof HTMLElement && target.closest('button,a,[role="button"],[role="option"],[role="menuitem"],[role="tab"]') !== null;
}

/** Turns key presses into commands, key sequences ("g d") included. */
export class HotkeyMatcher {
  private pending = '';
  private pendingAt = 0;
  private readonly source: CommandRegistry;

  constructor(source: CommandRegistry = registry) {
    this.source = source;
  }

  /** The command that a key press means, or null. */
  match(event: KeyboardEvent): Command | null {
    if (event.defaultPrevented || event.isComposing || ['Control', 'Shift', 'Alt', 'Meta'].includes(event.key)) return null;
    const name = keyName(event);
    const typing = isTyping(event.target);
    if (belongsToControl(name, event.target)) return null;
    const inModal = document.querySelector('[aria-modal="true"]') !== null;
    const usable = this.source.available().filter((command) => {
      if (inModal) return false;
      return !typing || command.inFields || name.startsWith('mod+');
    });
    const started = event.timeStamp - this.pendingAt < sequencePause ? this.pending : '';
    this.pending = '';
    const sequence = started ? `${started} ${name}` : '';
    const hit = (key: string) => usable.findLast((command) => command.hotkeys?.includes(key));
    const found = (sequence && hit(sequence)) || hit(name);
    if (found) return found;
    if (!typing && usable.some((command) => command.hotkeys?.some((key) => key.startsWith(`${name} `)))) {
      this.pending = name;
      this.pendingAt = event.timeStamp;
    }
    return null;
  }
}

/** Listens on the window until the returned function is called. */
export function listenForHotkeys(target: Window = window, matcher = new HotkeyMatcher()): () => void {
  const onKey = (event: KeyboardEvent) => {
    const command = matcher.match(event);
    if (!command) return;
    event.preventDefault();
    command.run?.();
  };
  target.addEventListener('keydown', onKey);
  return () => target.removeEventListener('keydown', onKey);
}
