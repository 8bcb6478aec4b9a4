import { afterEach, describe, expect, test, vi } from 'vitest';
import { CommandRegistry } from './commands';
import { HotkeyMatcher, keyName } from './hotkeys';

function press(init: KeyboardEventInit & { at?: number; target?: Element }): KeyboardEvent {
  const event = new KeyboardEvent('keydown', { bubbles: true, cancelable: true, ...init });
  Object.defineProperty(event, 'timeStamp', { value: init.at ?? 0 });
  (init.target ?? document.body).dispatchEvent(event);
  return event;
}

afterEach(() => document.body.replaceChildren());

describe('CommandRegistry', () => {
  test('the newest registration wins and leaving restores the older one', () => {
    const registry = new CommandRegistry();
    const old = vi.fn();
    const young = vi.fn();
    registry.register([{ id: 'a', label: 'a', group: 'go', run: old }]);
    const leave = registry.register([{ id: 'a', label: 'a', group: 'go', run: young }]);
    registry.run('a');
    leave();
    registry.run('a');
    expect([young.mock.calls.length, old.mock.calls.length]).toEqual([1, 1]);
  });

  test('a predicate that says no hides and refuses', () => {
    const registry = new CommandRegistry();
    registry.register([{ id: 'a', label: 'a', group: 'go', run: vi.fn(), when: () => false }]);
    expect(registry.available()).toEqual([]);
    expect(registry.run('a')).toBe(false);
  });

  test('subscribers hear of changes', () => {
    const registry = new CommandRegistry();
    const heard = vi.fn();
    registry.subscribe(heard);
    registry.register([])();
    expect(heard).toHaveBeenCalledTimes(2);
  });
});

describe('keyName', () => {
  test.each([
    [{ key: 'k', ctrlKey: true }, 'mod+k'],
    [{ key: 'K', metaKey: true, shiftKey: true }, 'mod+shift+k'],
    [{ key: '?', shiftKey: true }, '?'],
    [{ key: 'ArrowDown', shiftKey: true }, 'shift+arrowdown'],
    [{ key: ' ' }, 'space'],
    [{ key: 'đ', code: 'KeyD' }, 'd'],
  ])('%o', (init, want) => expect(keyName(new KeyboardEvent('keydown', init))).toBe(want));
});

describe('HotkeyMatcher', () => {
  function setUp() {
    const registry = new CommandRegistry();
    registry.register([
      { id: 'palette', label: 'p', group: 'help', hotkeys: ['mod+k'], run: vi.fn() },
      { id: 'go.desk', label: 'd', group: 'go', hotkeys: ['g b'], run: vi.fn() },
      { id: 'list.next', label: 'n', group: 'list', hotkeys: ['j'], run: vi.fn() },
    ]);
    return new HotkeyMatcher(registry);
  }

  test('single keys, combinations and sequences', () => {
    const matcher = setUp();
    expect(matcher.match(press({ key: 'j' }))?.id).toBe('list.next');
    expect(matcher.match(press({ key: 'k', ctrlKey: true }))?.id).toBe('palette');
    expect(matcher.match(press({ key: 'g', at: 100 }))).toBeNull();
    expect(matcher.match(press({ key: 'b', at: 400 }))?.id).toBe('go.desk');
  });

  test('a sequence is forgotten after a pause', () => {
    const matcher = setUp();
    matcher.match(press({ key: 'g', at: 100 }));
    expect(matcher.match(press({ key: 'b', at: 5000 }))).toBeNull();
  });

  test('while typing only combinations work', () => {
    const matcher = setUp();
    const input = document.body.appendChild(document.createElement('input'));
    expect(matcher.match(press({ key: 'j', target: input }))).toBeNull();
    expect(matcher.match(press({ key: 'k', ctrlKey: true, target: input }))?.id).toBe('palette');
  });

  test('an open dialog keeps the keys to itself', () => {
    const matcher = setUp();
    document.body.appendChild(document.createElement('div')).setAttribute('aria-modal', 'true');
    expect(matcher.match(press({ key: 'j' }))).toBeNull();
  });
});
