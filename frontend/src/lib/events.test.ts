import { QueryClient } from '@tanstack/react-query';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { EventStream, type ChangeEvent } from './events';
import { keysOf, followEvents, keys } from './queries';

class FakeSocket {
  static made: FakeSocket[] = [];
  onopen: (() => void) | null = null;
  onmessage: ((message: { data: unknown }) => void) | null = null;
  onclose: (() => void) | null = null;
  closed = false;
  constructor() {
    FakeSocket.made.push(this);
  }
  close() {
    this.closed = true;
    this.onclose?.();
  }
}

function setUp() {
  const refused = vi.fn();
  const stream = new EventStream({ url: 'ws://127.0.0.1/api/events', open: () => new FakeSocket() as unknown as WebSocket, refused });
  const heard: ChangeEvent[] = [];
  stream.onChange((event) => heard.push(event));
  stream.start();
  return { stream, heard, refused, last: () => FakeSocket.made.at(-1) as FakeSocket };
}

beforeEach(() => {
  FakeSocket.made = [];
  vi.useFakeTimers();
});
afterEach(() => vi.useRealTimers());

describe('EventStream', () => {
  test('tells what changed and ignores what it cannot read', () => {
    const { heard, last, stream } = setUp();
    last().onopen?.();
    last().onmessage?.({ data: '{"entity":"document","ids":["a"]}' });
    last().onmessage?.({ data: 'ping' });
    last().onmessage?.({ data: '{"other":1}' });
    expect(stream.state()).toBe('open');
    expect(heard).toEqual([{ entity: '*' }, { entity: 'document', ids: ['a'] }]);
  });

  test('reconnects slower and slower, then says that anything may have changed', () => {
    const { heard, last } = setUp();
    last().onopen?.();
    last().onclose?.();
    vi.advanceTimersByTime(499);
    expect(FakeSocket.made).toHaveLength(1);
    vi.advanceTimersByTime(1);
    expect(FakeSocket.made).toHaveLength(2);
    last().onclose?.();
    vi.advanceTimersByTime(999);
    expect(FakeSocket.made).toHaveLength(2);
    vi.advanceTimersByTime(1);
    last().onopen?.();
    expect(heard).toEqual([{ entity: '*' }, { entity: '*' }]);
  });

  test('says when it was not let in, and not when a connection broke', () => {
    const { last, refused } = setUp();
    last().onopen?.();
    last().onclose?.();
    expect(refused).not.toHaveBeenCalled();
    vi.advanceTimersByTime(500);
    last().onclose?.();
    expect(refused).toHaveBeenCalledTimes(1);
  });

  test('starts again after a stop', () => {
    const { stream, last } = setUp();
    last().onopen?.();
    stream.stop();
    stream.start();
    expect(FakeSocket.made).toHaveLength(2);
    last().onopen?.();
    expect(stream.state()).toBe('open');
  });

  test('stop closes and stays closed', () => {
    const { stream, last } = setUp();
    last().onopen?.();
    stream.stop();
    vi.advanceTimersByTime(60_000);
    expect(last().closed).toBe(true);
    expect(FakeSocket.made).toHaveLength(1);
  });
});

describe('followEvents', () => {
  test('a changed document makes its page, the lists, the desk and search stale', async () => {
    const { stream, last } = setUp();
    const client = new QueryClient({ defaultOptions: { queries: { staleTime: Infinity } } });
    const seen = [keys.document('a'), keys.document('b'), keys.documents({ direction: 'incoming' }), keys.desk(), keys.directory()];
    followEvents(stream, client);
    last().onopen?.();
    await vi.advanceTimersByTimeAsync(100);
    for (const key of seen) client.setQueryData(key, 1);
    last().onmessage?.({ data: '{"entity":"document","ids":["a"]}' });
    await vi.advanceTimersByTimeAsync(100);
    expect(seen.map((key) => client.getQueryState(key)?.isInvalidated)).toEqual([true, false, true, true, false]);
  });

  test('an unknown entity makes everything stale', () => expect(keysOf({ entity: '*' })).toBeNull());
});
