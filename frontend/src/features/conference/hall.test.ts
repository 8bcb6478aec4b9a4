import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { ApiError } from '@/lib/errors';
import type { FollowWay, Passed } from '@/lib/followWay';
import { Hall } from './hall';
import type { PeerEvents, Ways } from './peer';
import type { Me, Said, Sends, Ticket, Told } from './protocol';

class FakeSocket {
  static made: FakeSocket[] = [];
  onmessage: ((message: { data: unknown }) => void) | null = null;
  onclose: ((event: { code: number; reason: string }) => void) | null = null;
  readyState: number = WebSocket.OPEN;
  readonly said: Array<Said & { n?: number }> = [];
  readonly url: string;
  constructor(url: string) {
    this.url = url;
    FakeSocket.made.push(this);
  }
  send(frame: string) {
    this.said.push(JSON.parse(frame) as Said);
  }
  tell(told: Told) {
    this.onmessage?.({ data: JSON.stringify(told) });
  }
  end(code = 1006, reason = '') {
    this.readyState = WebSocket.CLOSED;
    this.onclose?.({ code, reason });
  }
  close() {
    this.readyState = WebSocket.CLOSED;
  }
}

class FakePeer {
  static made: FakePeer[] = [];
  audio = [{} as MediaStream];
  video = [{ id: 'v0' } as MediaStream, { id: 'v1' } as MediaStream];
  answers: string[] = [];
  followed: string[] = [];
  closed = false;
  layersTold: unknown[] = [];
  readonly ways: Ways;
  readonly events: PeerEvents;
  constructor(ways: Ways, events: PeerEvents) {
    this.ways = ways;
    this.events = events;
    FakePeer.made.push(this);
  }
  offer = async () => 'v=0 offer';
  answer = async (sdp: string) => void this.answers.push(sdp);
  send = async () => {};
  follow = (frame: string) => void this.followed.push(frame);
  layers = async (told: unknown) => void this.layersTold.push(told);
  stats = async () => new Map() as unknown as RTCStatsReport;
  close = () => {
    this.closed = true;
  };
}

const socket = () => FakeSocket.made.at(-1) as FakeSocket;
const peer = () => FakePeer.made.at(-1) as FakePeer;
const sends = (audio: boolean, camera = false, screen = false): Sends => ({ audio, camera, screen });
const me = (more: Partial<Me> = {}): Me => ({ status: 'TRONG_HOP', may: [], allowed: sends(true, true), sends: sends(false), ...more });
const hello = (): Told['hello'] => ({ station: 's1', kind: 'person', name: 'Trần Thu Hà', role: 'THANH_VIEN', resume: 'm/s1/x', host: 'server', meeting: 'm', audioSlots: 1, videoSlots: 2 });
const offers = () => FakeSocket.made.flatMap(({ said }) => said).flatMap((frame) => ('offer' in frame ? [{ offer: frame.offer }] : []));

let tickets: Array<() => Promise<Ticket>>;
let way: FollowWay & { meeting: string; heard: (it: Passed) => void; passed: Passed[]; closed: boolean };

async function enter(first: Told = {}) {
  const hall = new Hall('m', () => (tickets.shift() ?? (() => Promise.resolve({ ticket: 't', station: 's1', ice: [] })))(), { source: () => null }, {
    open: (url) => new FakeSocket(url) as unknown as WebSocket, peer: (ways, _slots, events) => new FakePeer(ways, events), way: (meeting, heard) => (way = { meeting, heard, passed: [], closed: false, pass: (it) => way.passed.push(it), close: () => void (way.closed = true) }),
  });
  hall.join(sends(false));
  await vi.advanceTimersByTimeAsync(0);
  if (FakeSocket.made.length > 0) socket().tell({ hello: hello(), now: Date.now() + 5000, me: me(), ...first });
  await vi.advanceTimersByTimeAsync(0);
  return hall;
}

beforeEach(() => {
  FakeSocket.made = [];
  FakePeer.made = [];
  tickets = [];
  vi.useFakeTimers();
});
afterEach(() => vi.useRealTimers());

describe('coming in', () => {
  test('with a ticket, then with the token that the host gave, slower each time', async () => {
    const hall = await enter();
    expect(socket().url).toContain('pass=t');
    expect(hall.state()).toMatchObject({ phase: 'room', line: 'up', ahead: 5000 });
    const pauses: number[] = [];
    for (let i = 0; i < 2; i++) {
      socket().end();
      const before = FakeSocket.made.length;
      let waited = 0;
      for (; FakeSocket.made.length === before && waited < 60_000; waited += 500) await vi.advanceTimersByTimeAsync(500);
      pauses.push(waited);
      expect(socket().url).toContain(`resume=${encodeURIComponent('m/s1/x')}`);
    }
    expect(pauses).toEqual([1000, 2000]);
    expect(hall.state().line).toBe('lost');
    socket().end(1013, 'try again later');
    expect(hall.state().line).toBe('alone');
    await vi.advanceTimersByTimeAsync(4000);
    socket().tell({ hello: hello(), me: me() });
    expect(hall.state().line).toBe('up');
    hall.stop();
  });

  test('a token that nobody answers is given up for a ticket, which says why', async () => {
    const hall = await enter();
    tickets = [() => Promise.reject(new ApiError('forbidden', 'conference.locked'))];
    for (let i = 0; i < 3; i++) {
      socket().end();
      await vi.advanceTimersByTimeAsync(9000);
    }
    expect(hall.state()).toMatchObject({ phase: 'ended', ended: 'conference.locked' });
    expect(vi.getTimerCount()).toBe(0);
  });

  test.each(['conference.removed', 'conference.replaced', 'conference.over', 'conference.refused'])('%s ends it for good', async (reason) => {
    const hall = await enter();
    socket().end(1008, reason);
    await vi.advanceTimersByTimeAsync(120_000);
    expect(hall.state()).toMatchObject({ phase: 'ended', ended: reason });
    expect(FakeSocket.made).toHaveLength(1);
    expect(peer().closed).toBe(true);
  });

  test('back with the token of the page before; one that is not good any more leads to the door', async () => {
    const back = () => {
      const hall = new Hall('m', () => Promise.reject(new Error('no ticket is asked for')), { source: () => null }, { open: (url) => new FakeSocket(url) as unknown as WebSocket, peer: (ways, _slots, events) => new FakePeer(ways, events), way: () => ({ pass: () => {}, close: () => {} }) });
      hall.join(sends(false), 'm/s1/x');
      expect(socket().url).toContain(`resume=${encodeURIComponent('m/s1/x')}`);
      return hall;
    };
    const hall = back();
    socket().tell({ hello: hello(), me: me() });
    expect(hall.state()).toMatchObject({ phase: 'room', line: 'up' });
    hall.stop();
    const stranger = back();
    socket().end(1008, 'conference.bad_ticket');
    await vi.advanceTimersByTimeAsync(60_000);
    expect(stranger.state()).toMatchObject({ phase: 'ended', ended: 'conference.bad_ticket' });
    expect(vi.getTimerCount()).toBe(0);
  });

  test('no line yet is no end', async () => {
    tickets = [() => Promise.reject(new ApiError('offline', 'app.unreachable'))];
    const hall = await enter();
    expect(FakeSocket.made).toHaveLength(0);
    expect(hall.state()).toMatchObject({ phase: 'joining', line: 'lost' });
    await vi.advanceTimersByTimeAsync(1000);
    expect(FakeSocket.made).toHaveLength(1);
    hall.stop();
  });

  test('it says every five seconds that it is there, and leaves a host that does not answer', async () => {
    const hall = await enter();
    const first = socket();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(first.said.filter((frame) => 'beat' in frame)).toHaveLength(2);
    await vi.advanceTimersByTimeAsync(12_000);
    expect(FakeSocket.made).toHaveLength(2);
    hall.stop();
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('media', () => {
  test('are offered once it is let in, and not from the lobby', async () => {
    const hall = await enter({ me: me({ status: 'CHO_VAO' }) });
    expect(hall.state().phase).toBe('lobby');
    expect(offers()).toHaveLength(0);
    socket().tell({ me: me({ status: 'DANG_KET_NOI' }) });
    await vi.advanceTimersByTimeAsync(0);
    expect(offers()).toEqual([{ offer: { seq: 1, sdp: 'v=0 offer' } }]);
    socket().tell({ answer: { seq: 1, sdp: 'v=0 answer' }, layers: [{ track: 'camera', wanted: [true, false, false] }] });
    expect(peer().answers).toEqual(['v=0 answer']);
    expect(peer().layersTold).toHaveLength(1);
    hall.sendAtMost(1);
    expect(peer().layersTold.at(-1)).toEqual([{ track: 'camera', wanted: [true, false, false] }]);
    hall.stop();
  });

  test('are offered anew when the host has none of them, and on each new connection', async () => {
    const hall = await enter();
    socket().tell({ link: 'up' });
    socket().tell({ link: 'none' });
    await vi.advanceTimersByTimeAsync(500);
    expect(FakePeer.made).toHaveLength(2);
    expect(FakePeer.made[0]?.closed).toBe(true);
    peer().events.failed();
    peer().events.failed();
    await vi.advanceTimersByTimeAsync(2000);
    expect(FakePeer.made).toHaveLength(3);
    socket().end();
    await vi.advanceTimersByTimeAsync(1000);
    socket().tell({ hello: hello(), me: me() });
    await vi.advanceTimersByTimeAsync(0);
    expect(offers().at(-1)).toEqual({ offer: { seq: 4, sdp: 'v=0 offer' } });
    hall.stop();
  });

  test('go over a relay when the host asks for it, without leaving, and by any way again', async () => {
    const ice = [{ urls: ['turns:hop.example:8443?transport=tcp'], username: 'u', credential: 'c' }];
    const hall = await enter({ ice });
    expect(peer().ways).toEqual({ iceServers: [], iceTransportPolicy: 'all' });
    socket().tell({ link: 'up' });
    const newer = [{ ...ice[0], urls: ice[0]?.urls ?? [], credential: 'd' }];
    socket().tell({ ice: newer });
    expect(FakePeer.made).toHaveLength(1);
    socket().tell({ asked: ['relay', 'camera'] });
    await vi.advanceTimersByTimeAsync(0);
    expect([FakePeer.made.length, FakePeer.made[0]?.closed, peer().ways]).toEqual([2, true, { iceServers: newer, iceTransportPolicy: 'relay' }]);
    expect(offers().at(-1)).toEqual({ offer: { seq: 2, sdp: 'v=0 offer' } });
    expect([FakeSocket.made.length, hall.state().asked]).toEqual([1, ['camera']]);
    socket().tell({ link: 'up' });
    socket().tell({ asked: ['relay'] });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(FakePeer.made).toHaveLength(2);
    socket().tell({ asked: ['direct'] });
    await vi.advanceTimersByTimeAsync(0);
    expect([FakePeer.made.length, peer().ways]).toEqual([3, { iceServers: newer, iceTransportPolicy: 'all' }]);
    hall.stop();
  });

  test('are helped by the servers once they have found no way without', async () => {
    const ice = [{ urls: ['turns:hop.example:8443?transport=tcp'] }];
    const hall = await enter({ ice });
    peer().events.failed();
    await vi.advanceTimersByTimeAsync(500);
    expect(peer().ways).toEqual({ iceServers: ice, iceTransportPolicy: 'all' });
    hall.stop();
  });

  test('have not found a way soon, and are helped; a way is a way while keys are agreed on', async () => {
    const ice = [{ urls: ['turns:hop.example:8443?transport=tcp'] }];
    const hall = await enter({ ice });
    socket().tell({ answer: { seq: 1, sdp: 'v=0' } });
    peer().events.found();
    await vi.advanceTimersByTimeAsync(9000);
    expect(FakePeer.made).toHaveLength(1);
    socket().end();
    await vi.advanceTimersByTimeAsync(1000);
    socket().tell({ hello: hello(), me: me() });
    socket().tell({ answer: { seq: 2, sdp: 'v=0' } });
    await vi.advanceTimersByTimeAsync(2999);
    expect(peer().ways.iceServers).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect([FakePeer.made.length, FakePeer.made[1]?.closed, peer().ways]).toEqual([3, true, { iceServers: ice, iceTransportPolicy: 'all' }]);
    socket().tell({ answer: { seq: 3, sdp: 'v=0' } });
    await vi.advanceTimersByTimeAsync(9000); // there is no more help
    expect(FakePeer.made).toHaveLength(3);
    hall.stop();
    expect(vi.getTimerCount()).toBe(0);
  });

  test('that neither side hears any more are helped by the servers, and come back when the host asks', async () => {
    const ice = [{ urls: ['turns:hop.example:8443?transport=tcp'] }];
    const hall = await enter({ ice });
    socket().tell({ link: 'up' });
    peer().events.state('connected');
    socket().tell({ link: 'lost' }); // the page still hears: its own way is not dead
    socket().tell({ link: 'up' });
    peer().events.state('disconnected');
    expect(FakePeer.made).toHaveLength(1);
    socket().tell({ link: 'lost' });
    await vi.advanceTimersByTimeAsync(0);
    expect([FakePeer.made.length, FakePeer.made[0]?.closed, peer().ways]).toEqual([2, true, { iceServers: ice, iceTransportPolicy: 'all' }]);
    expect(offers().at(-1)?.offer.seq).toBe(2);
    socket().tell({ link: 'up' });
    socket().tell({ asked: ['direct'] });
    await vi.advanceTimersByTimeAsync(0);
    expect([FakePeer.made.length, peer().ways.iceTransportPolicy]).toEqual([3, 'all']);
    socket().end();
    peer().events.state('disconnected'); // without a line there is nobody to offer to
    expect(FakePeer.made).toHaveLength(3);
    hall.stop();
  });

  test('of a host without relays wait for what the browser finds', async () => {
    const hall = await enter();
    socket().tell({ answer: { seq: 1, sdp: 'v=0' } });
    await vi.advanceTimersByTimeAsync(9000);
    socket().tell({ link: 'lost' });
    peer().events.state('disconnected');
    expect(FakePeer.made).toHaveLength(1);
    socket().tell({ asked: ['direct'] });
    expect(FakePeer.made).toHaveLength(1);
    hall.stop();
  });

  test.each([
    ['is not up in time', () => vi.advanceTimersByTimeAsync(10_000)],
    ['fails', async () => peer().events.failed()],
  ])('a relay that %s is no way until the next connection', async (_how, pass) => {
    const ice = [{ urls: ['turns:hop.example:8443?transport=tcp'] }];
    const hall = await enter({ ice, asked: ['relay'] });
    expect(peer().ways.iceTransportPolicy).toBe('relay');
    await pass();
    await vi.advanceTimersByTimeAsync(0);
    expect(peer().ways.iceTransportPolicy).toBe('all');
    const made = FakePeer.made.length;
    socket().tell({ asked: ['relay'] });
    await vi.advanceTimersByTimeAsync(10_000);
    expect(FakePeer.made).toHaveLength(made);
    socket().end();
    await vi.advanceTimersByTimeAsync(1000);
    socket().tell({ hello: hello(), me: me(), asked: ['relay'] });
    await vi.advanceTimersByTimeAsync(0);
    expect(peer().ways.iceTransportPolicy).toBe('relay');
    hall.stop();
    expect(vi.getTimerCount()).toBe(0);
  });

  test('without servers there is no relay to go over', async () => {
    const hall = await enter({ asked: ['relay'] });
    await vi.advanceTimersByTimeAsync(20_000);
    expect(FakePeer.made.map(({ ways }) => ways.iceTransportPolicy)).toEqual(['all']);
    hall.stop();
  });

  test('a refused offer is made again, slower each time', async () => {
    const hall = await enter();
    for (const pause of [500, 2000, 4000]) {
      const refused = socket().said.findLast((frame) => 'offer' in frame);
      socket().tell({ refused: [{ n: refused?.n, reason: 'conference.too_fast' }] });
      const before = offers().length;
      await vi.advanceTimersByTimeAsync(pause - 1);
      expect(offers()).toHaveLength(before);
      await vi.advanceTimersByTimeAsync(1);
      expect(offers()).toHaveLength(before + 1);
    }
    hall.stop();
  });

  test('a picture is what its slot carries', async () => {
    const hall = await enter();
    expect(hall.picture('s9', 'camera')).toBeNull();
    socket().tell({ slots: { audio: ['s9'], video: [{ slot: 1, station: 's9', track: 'camera', height: 0 }] } });
    expect(hall.picture('s9', 'camera')).toEqual({ stream: { id: 'v1' }, height: 0 });
    expect(hall.picture('s9', 'screen')).toBeNull();
    hall.stop();
  });

  test('what is watched is told when it is new, and again to a host that knows nothing', async () => {
    const hall = await enter();
    const want = { station: 's9', track: 'camera' as const, height: 180, rank: 2 };
    const settled = () => vi.advanceTimersByTimeAsync(80);
    hall.watch('stage', [want]);
    await settled();
    hall.watch('stage', []); // another stage is drawn in the place of this one
    hall.watch('stage', [{ ...want }]);
    await settled();
    const watches = () => socket().said.filter((frame) => 'watch' in frame);
    expect(watches()).toEqual([{ watch: [{ slot: 0, ...want }] }]);
    socket().end();
    await vi.advanceTimersByTimeAsync(1000);
    socket().tell({ hello: hello(), me: me() });
    expect(watches()).toHaveLength(1);
    hall.stop();
  });
});

describe('saying', () => {
  test('an act is done, or refused with its reason', async () => {
    const hall = await enter();
    const done = hall.do({ act: 'mute_all', on: true });
    const refused = hall.do({ act: 'stage', station: 's9', on: true });
    const [first, second] = socket().said.filter((frame) => 'do' in frame);
    socket().tell({ done: [first?.n ?? 0], refused: [{ n: second?.n, reason: 'conference.stage_full' }] });
    await expect(done).resolves.toBeUndefined();
    await expect(refused).rejects.toMatchObject({ reason: 'conference.stage_full' });
    const lost = hall.hand(true);
    socket().end();
    await expect(lost).rejects.toMatchObject({ code: 'offline' });
    await expect(hall.hand(true)).rejects.toMatchObject({ code: 'offline' });
    hall.stop();
  });

  test('a microphone that was shut by others stays shut until the person opens it', async () => {
    const hall = await enter();
    hall.want({ audio: true });
    socket().tell({ me: me({ sends: sends(true) }) });
    socket().tell({ me: me({ allowed: sends(false, true) }) });
    expect(hall.state().wants.audio).toBe(false);
    expect(socket().said.filter((frame) => 'sends' in frame).at(-1)).toEqual({ sends: sends(false) });
    socket().tell({ me: me(), asked: ['floor'] });
    expect(hall.state()).toMatchObject({ wants: { audio: false }, asked: ['floor'] });
    hall.heed('floor');
    expect(hall.state().asked).toEqual([]);
    hall.stop();
  });

  test('the roster: rows come, change, go, and begin anew', async () => {
    const hall = await enter();
    const row = (i: string, n = i) => ({ i, n, k: 'point' as const, r: 'THANH_VIEN', s: 'TRONG_HOP' as const, o: 1 });
    socket().tell({ all: true, stations: [row('a'), row('b')] });
    socket().tell({ stations: [row('b', 'B'), row('c')], gone: ['a'] });
    expect([...hall.state().stations.values()].map(({ n }) => n)).toEqual(['B', 'c']);
    socket().tell({ all: true, stations: [row('d')] });
    expect([...hall.state().stations.keys()]).toEqual(['d']);
    socket().tell({ chat: [{ n: 1, station: 'a', name: 'A', text: 'Xin chào', at: 1 }] });
    socket().tell({ chat: [{ n: 1, station: 'a', name: 'A', text: 'Xin chào', at: 1 }, { n: 2, station: 'b', name: 'B', text: 'Vâng', at: 2 }] });
    expect(hall.state().chat.map(({ n }) => n)).toEqual([1, 2]);
    hall.stop();
  });
});

test('the page that all follow goes between the data channel and the screens of this machine', async () => {
  const hall = await enter();
  expect(way.meeting).toBe('m');
  peer().events.followed('{"lead":{},"seq":1}');
  expect(way.passed).toEqual([{ from: 'host', host: 'server', frame: '{"lead":{},"seq":1}' }]);
  way.heard({ from: 'screen', frame: '{"seq":7,"noPoint":true}' });
  way.heard({ from: 'host', host: 'server', frame: '{"lead":{},"seq":2}' }); // another window of the conference
  expect(peer().followed).toEqual(['{"seq":7,"noPoint":true}']);
  socket().tell({ link: 'none' }); // until media are offered anew, what is said is lost
  way.heard({ from: 'screen', frame: '{"seq":8,"noPoint":true}' });
  await vi.advanceTimersByTimeAsync(500);
  way.heard({ from: 'screen', frame: '{"seq":9,"noPoint":true}' });
  expect(FakePeer.made.map(({ followed }) => followed.length)).toEqual([1, 1]);
  hall.stop();
  expect(way.closed).toBe(true);
});
