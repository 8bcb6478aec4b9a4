import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { hallPrefs, setHallPrefs } from './prefs';
import type { Me, Said, Sends, Told } from './protocol';
import { OwnStation } from './station';

class FakeTrack extends EventTarget {
  enabled = true;
  readyState = 'live';
  contentHint = '';
  readonly kind: string;
  constructor(kind: string) {
    super();
    this.kind = kind;
  }
  stop() {
    this.readyState = 'ended';
  }
  applyConstraints = async () => {};
}

let tracks: FakeTrack[];
let refuses: string;
const made = (kind: string) => {
  if (refuses) throw new DOMException('', refuses);
  const track = new FakeTrack(kind);
  tracks.push(track);
  return { getTracks: () => [track] };
};

const sends = (audio: boolean, camera: boolean, screen: boolean): Sends => ({ audio, camera, screen });
const me = (allowed: Sends): Me => ({ status: 'TRONG_HOP', may: ['screen'], allowed, sends: sends(false, false, false) });

class FakeSocket {
  static last: FakeSocket;
  onmessage: ((message: { data: unknown }) => void) | null = null;
  onclose = null;
  readyState: number = WebSocket.OPEN;
  readonly said: Array<Said & { n?: number }> = [];
  readonly url: string;
  constructor(url = '') {
    this.url = url;
    FakeSocket.last = this;
  }
  send(frame: string) {
    this.said.push(JSON.parse(frame) as Said);
  }
  tell(told: Told) {
    this.onmessage?.({ data: JSON.stringify(told) });
  }
  close() {}
}

const peer = () => ({ audio: [], video: [], offer: async () => 'v=0', answer: async () => {}, send: async () => {}, layers: async () => {}, follow: () => {}, stats: async () => new Map() as unknown as RTCStatsReport, close: () => {} });
const lastSends = () => FakeSocket.last.said.flatMap((frame) => ('sends' in frame ? [frame.sends] : [])).at(-1);
const lastDo = () => FakeSocket.last.said.findLast((frame) => 'do' in frame);

async function enter(allowed = sends(true, true, true)) {
  const station = new OwnStation('m', async () => ({ ticket: 't', station: 's1', ice: [] }), { open: () => new FakeSocket() as unknown as WebSocket, peer });
  await station.local.openMic(hallPrefs());
  station.join();
  await vi.waitFor(() => expect(FakeSocket.last).toBeDefined());
  FakeSocket.last.tell({ hello: { station: 's1', kind: 'point', name: 'UBND xã Hòa Bình', role: 'TRINH_BAY', resume: 'r', host: 'server', meeting: 'm', audioSlots: 4, videoSlots: 28 }, me: me(allowed), floor: { mode: 'HOI_NGHI' } });
  return station;
}

beforeEach(() => {
  tracks = [];
  refuses = '';
  localStorage.clear();
  setHallPrefs({ noise: 'off', micOn: false, cameraOn: false });
  vi.stubGlobal('AudioContext', class {
    createAnalyser = () => ({ fftSize: 0 });
    createMediaStreamSource = () => ({ connect: () => {} });
    close = async () => {};
  });
  vi.stubGlobal('MediaStream', EventTarget);
  Object.defineProperty(navigator, 'mediaDevices', {
    configurable: true,
    value: Object.assign(new EventTarget(), {
      enumerateDevices: async () => [], getUserMedia: async ({ audio }: MediaStreamConstraints) => made(audio ? 'audio' : 'video'), getDisplayMedia: async () => made('video'),
    }),
  });
});
afterEach(() => {
  vi.unstubAllGlobals();
  Reflect.deleteProperty(navigator, 'mediaDevices');
});

test('the microphone is shut at the door, and opens when it may', async () => {
  const station = await enter();
  expect(tracks[0]?.enabled).toBe(false);
  await station.mic(true);
  expect([tracks[0]?.enabled, lastSends()]).toEqual([true, sends(true, false, false)]);
  FakeSocket.last.tell({ me: me(sends(false, true, false)), floor: { mode: 'HOI_NGHI', mutedAll: true } });
  expect([tracks[0]?.enabled, lastSends()?.audio]).toEqual([false, false]);
  await expect(station.mic(true)).rejects.toMatchObject({ reason: 'conference.silenced' });
  FakeSocket.last.tell({ floor: { mode: 'HOI_NGHI' } });
  await expect(station.mic(true)).rejects.toMatchObject({ reason: 'conference.no_floor' });
  station.stop();
});

test('held to talk, it is shut again and stays shut the next time', async () => {
  const station = await enter();
  await station.talk(true);
  expect(lastSends()?.audio).toBe(true);
  await station.talk(false);
  expect([lastSends()?.audio, hallPrefs().micOn]).toEqual([false, false]);
  await station.mic(true);
  await station.talk(true); // open already: letting go does not shut it
  await station.talk(false);
  expect(lastSends()?.audio).toBe(true);
  station.stop();
});

test('sound only ends camera and screen, and who turns one on ends it', async () => {
  const station = await enter();
  await station.camera(true);
  const shown = station.screen(true);
  await vi.waitFor(() => expect(lastDo()).toMatchObject({ do: { act: 'screen', on: true } }));
  FakeSocket.last.tell({ done: [lastDo()?.n ?? 0], view: { layout: 'CHAIR', since: 0, screen: 's1' } });
  await shown;
  await station.soundOnly(true);
  expect([lastSends(), hallPrefs().audioOnly]).toEqual([sends(false, false, false), true]);
  expect(tracks.slice(1).map(({ readyState }) => readyState)).toEqual(['ended', 'ended']);
  await station.camera(true);
  expect([lastSends()?.camera, hallPrefs().audioOnly]).toEqual([true, false]);
  station.stop();
});

test('a key that is let go before the device has opened leaves it shut', async () => {
  const station = await enter();
  tracks[0]?.dispatchEvent(new Event('ended')); // pulled out
  let open = () => {};
  const plugged = new Promise<void>((resolve) => {
    open = resolve;
  });
  navigator.mediaDevices.getUserMedia = () => plugged.then(() => made('audio') as unknown as MediaStream);
  const held = station.talk(true);
  await station.talk(false);
  open();
  await held;
  expect([tracks.at(-1)?.enabled, station.hall.state().wants.audio, lastSends()?.audio ?? false, hallPrefs().micOn]).toEqual([false, false, false, false]);
  await station.talk(true);
  expect([tracks.at(-1)?.enabled, lastSends()?.audio]).toEqual([true, true]);
  station.stop();
});

test('a camera that is still opening is given up by the key that asked for it, and nobody is told of a fault', async () => {
  const station = await enter();
  const opening: Array<() => void> = [];
  navigator.mediaDevices.getUserMedia = () => new Promise((resolve) => opening.push(() => resolve(made('video') as unknown as MediaStream)));
  const on = station.camera(true);
  const asked = station.local.openCamera(hallPrefs().camera); // the door's preview asks, too
  expect([station.local.state().cameraOpens, opening.length]).toEqual([true, 1]);
  await station.camera(false);
  expect(station.local.state().cameraOpens).toBe(false);
  opening[0]?.();
  await Promise.all([on, asked]);
  expect([tracks.at(-1)?.readyState, station.hall.state().wants.camera]).toEqual(['ended', false]);

  const again = station.camera(true);
  opening[1]?.();
  await again;
  expect([tracks.at(-1)?.readyState, lastSends()?.camera, station.local.state().cameraOpens]).toEqual(['live', true, false]);
  station.stop();
});

test('a page that was reloaded is back with what it sent, but for the screen and what is not allowed any more', async () => {
  const station = new OwnStation('m', () => Promise.reject(new Error('no ticket is asked for')), { open: (url) => new FakeSocket(url) as unknown as WebSocket, peer });
  const back = station.rejoin({ seat: { as: 'person' }, resume: 'm/s1/x', wants: sends(true, true, true), look: 'speaker', at: 0 });
  expect(FakeSocket.last.url).toContain(`resume=${encodeURIComponent('m/s1/x')}`);
  FakeSocket.last.tell({ hello: { station: 's1', kind: 'person', name: 'Trần Thu Hà', role: 'THANH_VIEN', resume: 'm/s1/x', host: 'server', meeting: 'm', audioSlots: 4, videoSlots: 28 }, me: me(sends(true, true, true)), view: { layout: 'CHAIR', since: 1, screen: 's1' } });
  await back;
  expect(station.hall.state().look).toBe('speaker');
  expect([lastSends(), tracks.map(({ readyState, enabled }) => readyState === 'live' && enabled)]).toEqual([sends(true, true, false), [true, true]]);
  expect(lastDo()).toMatchObject({ do: { act: 'screen', station: 's1', on: false } });
  station.stop();
  const silenced = new OwnStation('m', () => Promise.reject(new Error('')), { open: (url) => new FakeSocket(url) as unknown as WebSocket, peer });
  const muted = silenced.rejoin({ seat: { as: 'person' }, resume: 'm/s1/x', wants: sends(true, false, false), look: 'set', at: 0 });
  FakeSocket.last.tell({ hello: { station: 's1', kind: 'person', name: 'Trần Thu Hà', role: 'THANH_VIEN', resume: 'm/s1/x', host: 'server', meeting: 'm', audioSlots: 4, videoSlots: 28 }, me: me(sends(false, true, false)) });
  await muted;
  expect([silenced.hall.state().wants.audio, tracks.at(-1)?.enabled]).toEqual([false, false]);
  silenced.stop();
});

test('a self-test at the door is told once there is somebody to tell', async () => {
  const station = new OwnStation('m', async () => ({ ticket: 't', station: 's1', ice: [] }), { open: () => new FakeSocket() as unknown as WebSocket, peer });
  await station.report({ mic: 'ok', echo: 'bad' });
  station.join();
  const reports = () => FakeSocket.last.said.flatMap((frame) => ('report' in frame ? [frame.report] : []));
  await vi.waitFor(() => expect(FakeSocket.last.said).toEqual([]));
  FakeSocket.last.tell({ hello: { station: 's1', kind: 'person', name: 'Trần Thu Hà', role: 'THANH_VIEN', resume: 'r', host: 'server', meeting: 'm', audioSlots: 4, videoSlots: 28 }, me: { ...me(sends(true, true, true)), status: 'CHO_VAO' } });
  expect(reports()).toEqual([{ mic: 'ok', echo: 'bad' }]);
  FakeSocket.last.tell({ me: me(sends(true, true, true)) });
  expect(reports()).toHaveLength(1);
  station.stop();
});

test('the camera’s light goes out with the picture, and when it is shut by others', async () => {
  const station = await enter();
  await station.camera(true);
  const camera = tracks.at(-1);
  expect([camera?.readyState, lastSends()?.camera]).toEqual(['live', true]);
  FakeSocket.last.tell({ me: me(sends(true, false, true)) });
  expect([camera?.readyState, lastSends()?.camera]).toEqual(['ended', false]);
  await expect(station.camera(true)).rejects.toMatchObject({ reason: 'conference.dark' });
  FakeSocket.last.tell({ me: me(sends(true, true, true)) });
  refuses = 'NotReadableError';
  await expect(station.camera(true)).rejects.toMatchObject({ reason: 'conference.no_camera' });
  expect(station.local.state().trouble.camera).toBe('busy');
  station.stop();
});

test('a screen is shown when the host takes it, and ended where it is ended', async () => {
  const station = await enter();
  const shown = station.screen(true);
  await vi.waitFor(() => expect(lastDo()).toMatchObject({ do: { act: 'screen', station: 's1', on: true } }));
  FakeSocket.last.tell({ done: [lastDo()?.n ?? 0], view: { layout: 'CHAIR', since: 0, screen: 's1' } });
  await shown;
  tracks.at(-1)?.dispatchEvent(new Event('ended')); // by the browser's own button
  await vi.waitFor(() => expect(lastDo()).toMatchObject({ do: { act: 'screen', on: false } }));
  expect(lastSends()?.screen).toBe(false);
  const refused = station.screen(true);
  await vi.waitFor(() => expect(lastDo()).toMatchObject({ do: { on: true } }));
  FakeSocket.last.tell({ refused: [{ n: lastDo()?.n, reason: 'conference.screen_taken' }] });
  await expect(refused).rejects.toMatchObject({ reason: 'conference.screen_taken' });
  expect(tracks.at(-1)?.readyState).toBe('ended');
  station.stop();
});

test('who goes in before his camera has opened is seen once it has', async () => {
  setHallPrefs({ cameraOn: true, micOn: true });
  let open = () => {};
  const asked = new Promise<void>((resolve) => {
    open = resolve;
  });
  const { getUserMedia } = navigator.mediaDevices;
  navigator.mediaDevices.getUserMedia = (wishes) => (wishes?.video ? asked.then(() => getUserMedia(wishes)) : getUserMedia(wishes));
  const station = await enter();
  expect(lastSends()).toEqual(sends(true, false, false));
  open();
  await vi.waitFor(() => expect(lastSends()).toEqual(sends(true, true, false)));
  station.stop();
});
