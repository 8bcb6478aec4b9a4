import { QueryClient, QueryObserver } from '@tanstack/react-query';
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

  test('changes that keep coming do not begin a list over and over', async () => {
    const { stream, last } = setUp();
    const client = new QueryClient({ defaultOptions: { queries: { staleTime: Infinity, retry: false } } });
    followEvents(stream, client);
    last().onopen?.();
    await vi.advanceTimersByTimeAsync(100);
    let begun = 0;
    let broken = 0;
    const observer = new QueryObserver(client, {
      queryKey: keys.documents({}),
      queryFn: ({ signal }) => {
        begun++;
        signal.addEventListener('abort', () => broken++);
        return new Promise((resolve) => setTimeout(() => resolve(begun), 300));
      },
    });
    const forget = observer.subscribe(() => {});
    await vi.advanceTimersByTimeAsync(400);
    for (let i = 0; i < 20; i++) {
      last().onmessage?.({ data: `{"entity":"document","ids":["${i}"]}` });
      await vi.advanceTimersByTimeAsync(100);
    }
    await vi.advanceTimersByTimeAsync(1000);
    expect(broken).toBe(0);
    expect(begun).toBeGreaterThan(4);
    expect(observer.getCurrentResult()).toMatchObject({ data: begun, isFetching: false });
    forget();
  });

  test('a request that hangs holds nothing up for ever', async () => {
    const { stream, last } = setUp();
    const client = new QueryClient({ defaultOptions: { queries: { staleTime: Infinity, retry: false } } });
    followEvents(stream, client);
    last().onopen?.();
    await vi.advanceTimersByTimeAsync(100);
    let begun = 0;
    const observer = new QueryObserver(client, { queryKey: keys.desk(), queryFn: () => (++begun === 1 ? Promise.resolve(1) : new Promise<number>(() => {})) });
    const forget = observer.subscribe(() => {});
    await vi.advanceTimersByTimeAsync(10);
    for (let i = 0; i < 2; i++) {
      last().onmessage?.({ data: '{"entity":"desk"}' });
      await vi.advanceTimersByTimeAsync(11_000);
    }
    expect(begun).toBe(3);
    forget();
  });

  test('whom the province trusts makes verdicts stale, and nothing else', () => expect(keysOf({ entity: 'signatures' })).toEqual([['signatures']]));

  test('an unknown entity makes everything stale', () => expect(keysOf({ entity: '*' })).toBeNull());
});
