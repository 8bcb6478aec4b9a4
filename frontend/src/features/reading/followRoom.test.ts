import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Passed } from '@/lib/followWay';
import { FollowRoom } from './followRoom';
import { placeOf, type Asked, type Told } from './relay';

class FakeSocket {
  static made: FakeSocket[] = [];
  onmessage: ((message: { data: unknown }) => void) | null = null;
  onclose: ((event: { code: number; reason: string }) => void) | null = null;
  readyState: number = WebSocket.OPEN;
  readonly said: Asked[] = [];
  constructor() {
    FakeSocket.made.push(this);
  }
  send(frame: string) {
    this.said.push(JSON.parse(frame) as Asked);
  }
  tell(told: Told) {
    this.onmessage?.({ data: JSON.stringify(told) });
  }
  end(code = 1006, reason = '') {
    this.readyState = WebSocket.CLOSED;
    this.onclose?.({ code, reason });
  }
  close() {
    this.end(1005);
  }
}

/** The way beside the line, and what a room passes over it. */
class FakeWay {
  static last: FakeWay;
  readonly said: Array<Asked & { seq: number }> = [];
  closed = false;
  readonly heard: (it: Passed) => void;
  constructor(heard: (it: Passed) => void) {
    this.heard = heard;
    FakeWay.last = this;
  }
  pass(it: Passed) {
    this.said.push(JSON.parse(it.frame) as Asked & { seq: number });
  }
  close() {
    this.closed = true;
  }
  tell(told: Told, host = 'server') {
    this.heard({ from: 'host', host, frame: JSON.stringify(told) });
  }
}

const last = () => FakeSocket.made.at(-1) as FakeSocket;
const way = () => FakeWay.last;
const bare = (said: readonly Asked[]) => said.map((asked) => Object.fromEntries(Object.entries(asked).filter(([name]) => name !== 'seq')));
const numbers = (said: readonly Asked[]) => said.flatMap((asked) => ('seq' in asked ? [asked.seq] : []));
const spot = (page: number) => placeOf('a', 1, { page, part: 0, side: 0, zoom: 1 });

function enter() {
  const room = new FollowRoom('m', 'me', () => false, { open: () => new FakeSocket() as unknown as WebSocket, random: () => 1, way: (_, heard) => new FakeWay(heard) });
  room.start();
  return room;
}

beforeEach(() => {
  FakeSocket.made = [];
  vi.useFakeTimers();
});
afterEach(() => vi.useRealTimers());

describe('the line', () => {
  test('comes back slower each time, and quickly again after a host has answered', () => {
    const room = enter();
    const pauses: number[] = [];
    for (let i = 0; i < 8; i++) {
      const before = FakeSocket.made.length;
      last().end();
      let waited = 0;
      for (; FakeSocket.made.length === before && waited < 120_000; waited += 500) vi.advanceTimersByTime(500);
      pauses.push(waited);
    }
    expect(pauses).toEqual([1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]);
    last().tell({ host: 'server', rank: 0, lead: {}, here: 1 });
    last().end();
    vi.advanceTimersByTime(1000);
    expect(FakeSocket.made).toHaveLength(10);
    room.stop();
    vi.advanceTimersByTime(600_000);
    expect(FakeSocket.made).toHaveLength(10);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('a meeting that is not live is asked again when it has changed', () => {
    const room = enter();
    last().tell({ host: 'server', rank: 0, lead: { by: 'chair' }, here: 2 });
    last().end(1008, 'room.closed');
    expect(room.state()).toMatchObject({ line: 'off', by: '' });
    vi.advanceTimersByTime(30_000);
    expect(FakeSocket.made).toHaveLength(1);
    room.changed();
    room.changed();
    vi.advanceTimersByTime(2000);
    expect(FakeSocket.made).toHaveLength(2);
    vi.advanceTimersByTime(120_000);
    expect(FakeSocket.made).toHaveLength(2);
    room.stop();
  });

  test('many changes ask once for the rank', () => {
    const room = enter();
    last().tell({ host: 'server', rank: 0, lead: {}, here: 1 });
    for (let i = 0; i < 10; i++) room.changed();
    vi.advanceTimersByTime(10_000);
    expect(last().said).toEqual([{ rank: true }]);
    last().tell({ rank: 1 });
    expect(room.state().rank).toBe(1);
    room.stop();
  });
});

describe('leading', () => {
  function leads() {
    const room = enter();
    last().tell({ host: 'server', rank: 2, lead: {}, here: 3 });
    room.stand(spot(1)); // nobody is told before it leads
    room.take();
    last().tell({ lead: { by: 'me' } });
    return room;
  }

  test('its place goes out when it has the lead, then each newest one', () => {
    const room = leads();
    vi.advanceTimersByTime(200);
    expect(bare(last().said)).toEqual([{ take: true }, { place: spot(1) }]);
    last().tell({ lead: { by: 'me', place: spot(1) } });
    for (let page = 2; page < 30; page++) room.stand(spot(page));
    vi.advanceTimersByTime(200);
    expect(bare(last().said.slice(2))).toEqual([{ place: spot(2) }, { place: spot(29) }]);
    room.stop();
  });

  test('the pointer is slowed, kept over a new page, and taken away', () => {
    const room = leads();
    vi.advanceTimersByTime(200);
    for (let x = 0; x < 500; x++) room.point({ page: 1, x, y: 0 });
    vi.advanceTimersByTime(200);
    expect(bare(last().said.slice(2))).toEqual([{ point: { page: 1, x: 0, y: 0 } }, { point: { page: 1, x: 499, y: 0 } }]);
    room.stand(spot(2));
    vi.advanceTimersByTime(200);
    room.point(null);
    room.point(null);
    vi.advanceTimersByTime(200);
    expect(bare(last().said.slice(4))).toEqual([{ place: spot(2) }, { point: { page: 1, x: 499, y: 0 } }, { noPoint: true }]);
    room.stop();
  });

  test('a lead that was lost with the line is taken again, one that another has is not', () => {
    const room = leads();
    vi.advanceTimersByTime(200);
    last().end();
    vi.advanceTimersByTime(1000);
    last().tell({ host: 'server', rank: 2, lead: {}, here: 3 });
    last().tell({ lead: { by: 'me' } });
    vi.advanceTimersByTime(200);
    expect(bare(last().said)).toEqual([{ take: true }, { place: spot(1) }]);
    last().end();
    vi.advanceTimersByTime(1000);
    last().tell({ host: 'server', rank: 2, lead: { by: 'chair' }, here: 3 });
    room.stand(spot(5));
    vi.advanceTimersByTime(200);
    expect(last().said).toEqual([]);
    room.stop();
  });

  test('after the end nothing is told', () => {
    const room = leads();
    room.stand(spot(4));
    room.release();
    vi.advanceTimersByTime(500);
    expect(last().said.at(-1)).toEqual({ release: true });
    room.stop();
  });
});

test('only the pointer is new on the page that it is on', () => {
  const room = enter();
  last().tell({ host: 'server', rank: 0, here: 2, lead: { by: 'chair', place: spot(1), point: { page: 2, x: 10, y: 20 } } });
  const state = room.state();
  expect([room.pointOn(1), room.pointOn(2)]).toEqual([null, { page: 2, x: 10, y: 20 }]);
  last().tell({ lead: { by: 'chair', place: spot(1), point: { page: 1, x: 11, y: 20 } } });
  expect([room.pointOn(1), room.pointOn(2)]).toEqual([{ page: 1, x: 11, y: 20 }, null]);
  expect(room.state()).toBe(state);
  last().tell({ lead: {} });
  expect(room.pointOn(1)).toBeNull();
  room.stop();
});

describe('beside the line', () => {
  const lead = (page: number, x?: number) => ({ by: 'chair', place: spot(page), ...(x !== undefined && { point: { page, x, y: 0 } }) });
  function follows() {
    const room = enter();
    last().tell({ host: 'server', rank: 0, here: 2, lead: lead(1), seq: 100 });
    return room;
  }
  const seen = (room: FollowRoom) => [room.state().place?.page, room.pointOn(room.state().place?.page ?? 0)?.x];

  test('the newest is shown by whichever way it comes, and no older one after it', () => {
    const room = follows();
    way().tell({ lead: lead(3), seq: 103 });
    expect(seen(room)).toEqual([3, undefined]);
    last().tell({ lead: lead(2), seq: 102, here: 5 });
    expect(seen(room)).toEqual([3, undefined]);
    expect(room.state().here).toBe(5);
    way().tell({ lead: lead(2, 7), seq: 101 });
    expect(seen(room)).toEqual([3, undefined]);
    last().tell({ lead: lead(3, 8), seq: 104 });
    way().tell({ lead: lead(3), seq: 103 });
    expect(seen(room)).toEqual([3, 8]);
    room.stop();
  });

  test('a line that loses, doubles and mixes up leads to the last place', () => {
    const random = sequence(7);
    for (let run = 0; run < 200; run++) {
      const room = follows();
      const shown: number[] = [];
      room.subscribe(() => shown.push(room.state().place?.page ?? 0));
      // Each is told by both ways; the last is repeated until it has come.
      const frames = Array.from({ length: 20 }, (_, i) => ({ lead: lead(i + 2), seq: 101 + i }));
      const beside = shuffled([...frames, ...frames].filter(() => random() > 0.4), random);
      const line = frames.filter(() => random() > 0.5); // a host skips for who is behind, and keeps the order
      while (beside.length + line.length > 0) {
        const [from, tell] = random() < 0.5 ? [beside, (told: Told) => way().tell(told)] as const : [line, (told: Told) => last().tell(told)] as const;
        const told = from.shift();
        if (told) tell(told);
      }
      way().tell(frames.at(-1) as Told);
      expect(shown.at(-1)).toBe(21);
      expect(shown).toEqual(shown.toSorted((a, b) => a - b));
      room.stop();
    }
  });

  test('what is told again wakes nobody', () => {
    const room = follows();
    const woken = vi.fn();
    way().tell({ lead: lead(2), seq: 101 });
    room.subscribe(woken);
    for (let i = 0; i < 10; i++) way().tell({ lead: lead(2), seq: 101 });
    expect(woken).not.toHaveBeenCalled();
    for (const frame of ['', '[]', '{"seq":200}', '{"lead":{"by":"x"}}']) way().heard({ from: 'host', host: 'server', frame });
    expect(woken).not.toHaveBeenCalled();
    room.stop();
  });

  test('it is followed while the line is lost, and says nothing of the line', () => {
    const room = follows();
    last().end();
    way().tell({ lead: lead(5), seq: 120 });
    expect(room.state()).toMatchObject({ line: 'lost', rank: 0, here: 2 });
    expect(seen(room)).toEqual([5, undefined]);
    vi.advanceTimersByTime(1000);
    last().tell({ host: 'server', rank: 1, here: 1, lead: lead(4), seq: 119 });
    expect(room.state()).toMatchObject({ line: 'on', rank: 1, here: 1 });
    expect(seen(room)).toEqual([5, undefined]);
    room.stop();
  });

  test('another host counts for itself, and is the only one that is followed', () => {
    const room = follows();
    way().tell({ lead: lead(9), seq: 900 }, 'laptop');
    expect(seen(room)).toEqual([1, undefined]);
    last().end();
    vi.advanceTimersByTime(1000);
    last().tell({ host: 'laptop', rank: 0, here: 2, lead: lead(6), seq: 50 });
    way().tell({ lead: lead(2), seq: 101 }, 'server');
    expect(seen(room)).toEqual([6, undefined]);
    room.stop();
  });

  function leads() {
    const room = enter();
    last().tell({ host: 'server', rank: 2, lead: {}, here: 3, seq: 100 });
    room.stand(spot(1));
    room.take();
    last().tell({ lead: { by: 'me' }, seq: 101 });
    vi.advanceTimersByTime(200);
    return room;
  }

  test('a leader is told both ways under the same number, and again beside the line for five seconds', () => {
    const room = leads();
    room.stand(spot(2));
    room.point({ page: 2, x: 5, y: 5 });
    expect(way().said).toEqual(last().said.filter((asked) => 'seq' in asked));
    const [first, line] = [way().said.length, last().said.length];
    vi.advanceTimersByTime(60_000);
    const again = bare(way().said.slice(first));
    expect(again.filter((asked) => 'place' in asked)).toEqual(Array.from({ length: 10 }, () => ({ place: spot(2) })));
    expect(again.filter((asked) => 'point' in asked)).toEqual(Array.from({ length: 10 }, () => ({ point: { page: 2, x: 5, y: 5 } })));
    expect(last().said).toHaveLength(line);
    const all = numbers(way().said);
    expect(all).toEqual([...new Set(all)].toSorted((a, b) => a - b));
    expect(all[0]).toBeGreaterThan(1e12);
    room.stop();
    expect(way().closed).toBe(true);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('who leads no more, or leads in another window, repeats nothing', () => {
    for (const ends of [
      (room: FollowRoom) => room.release(),
      () => last().tell({ lead: { by: 'chair' }, seq: 110 }),
      () => way().tell({ lead: { by: 'chair' }, seq: 110 }),
      () => way().heard({ from: 'screen', frame: '{}' }),
    ]) {
      const room = leads();
      room.stand(spot(2));
      ends(room);
      const before = way().said.length;
      vi.advanceTimersByTime(10_000);
      expect(way().said).toHaveLength(before);
      room.stop();
    }
  });

  test('whether the own lead has ended or its line has broken is for the line to say', () => {
    const room = leads();
    way().tell({ lead: {}, seq: 130 });
    expect(room.state()).toMatchObject({ wants: true, by: 'me' });
    last().end();
    vi.advanceTimersByTime(1000);
    last().tell({ host: 'server', rank: 2, here: 2, lead: {}, seq: 130 });
    expect(last().said).toEqual([{ take: true }]);
    last().tell({ lead: { by: 'me' }, seq: 131 });
    way().tell({ lead: {}, seq: 132 });
    last().tell({ lead: {}, seq: 132 });
    expect(room.state()).toMatchObject({ wants: false, by: '' });
    room.stop();
  });
});

/** Numbers from 0 to 1 that look random, the same each time. */
function sequence(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

function shuffled<T>(list: readonly T[], random: () => number): T[] {
  return list.map((value) => ({ value, at: random() })).toSorted((a, b) => a.at - b.at).map(({ value }) => value);
}
