import { Fragment } from 'react';
import { useHotkeysOf } from '@/lib/commands';
import classes from './marks.module.css';

const mac = /Mac|iPhone|iPad/.test(navigator.platform);
const names: Record<string, string> = {
  mod: mac ? '⌘' : 'Ctrl', shift: '⇧', alt: mac ? '⌥' : 'Alt', arrowup: '↑', arrowdown: '↓', arrowleft: '←', arrowright: '→',
  enter: 'Enter', space: 'Space', escape: 'Esc', home: 'Home', end: 'End', pageup: 'PgUp', pagedown: 'PgDn', delete: 'Del', '[': '[', ']': ']',
};

/** A key, a combination ("mod+k") or a sequence ("g d") as key caps. */
export function Kbd({ keys }: { keys: string }) {
  return (
    <span className={classes.keys}>
      {keys.split(' ').map((press, i) => (
        <Fragment key={`${press}${i}`}>
          {press.split(/(?<=.)\+(?=.)/).map((key) => (
            <kbd key={key} className={classes.kbd}>{names[key] ?? key.toUpperCase()}</kbd>
          ))}
        </Fragment>
      ))}
    </span>
  );
}

/** The first hotkey of a command, or nothing. */
export function CommandKbd({ id }: { id: string }) {
  const [first] = useHotkeysOf(id);
  return first ? <Kbd keys={first} /> : null;
}
