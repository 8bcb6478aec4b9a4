import type { HallPrefs } from './prefs';
import type { Track } from './protocol';
import type { Quiet } from './noise';

/** Why a device gives nothing: not allowed, not there, taken by another program. */
export type Trouble = 'denied' | 'none' | 'busy';
export type DeviceKind = 'mic' | 'camera' | 'speaker';

export interface LocalState {
  mic: MediaStreamTrack | null;
  camera: MediaStreamTrack | null;
  screen: MediaStreamTrack | null;
  trouble: Partial<Record<Track, Trouble>>;
  devices: Record<DeviceKind, MediaDeviceInfo[]>;
  /** Devices have been asked for, with whatever outcome. */
  looked: boolean;
  /** The camera was asked for and has not answered yet, which takes seconds on some machines. */
  cameraOpens: boolean;
  /** The network that takes noise out could not be used; the browser's way is. */
  plainNoise: boolean;
}

const atFirst: LocalState = { mic: null, camera: null, screen: null, trouble: {}, devices: { mic: [], camera: [], speaker: [] }, looked: false, cameraOpens: false, plainNoise: false };
const kinds: Record<MediaDeviceKind, DeviceKind> = { audioinput: 'mic', videoinput: 'camera', audiooutput: 'speaker' };

/** Whether this webview can send and receive media at all. */
export const hasMedia = () => typeof RTCPeerConnection === 'function' && navigator.mediaDevices !== undefined;

/** What failed of a device, from what the browser threw. */
export function troubleOf(error: unknown): Trouble {
  const name = error instanceof DOMException ? error.name : '';
  if (name === 'NotFoundError' || name === 'OverconstrainedError') return 'none';
  return name === 'NotReadableError' || name === 'AbortError' ? 'busy' : 'denied';
}

/** The microphone, camera and screen of this machine. */
export class LocalMedia {
  private current = atFirst;
  private readonly watchers = new Set<() => void>();
  private readonly changed: (track: Track) => void;
  private quiet: Quiet | null = null;
  private meter: { context: AudioContext; analyser: AnalyserNode; samples: Float32Array<ArrayBuffer> } | null = null;
  private stopped = false;
  /** Of each device, which opening of it is the last. */
  private readonly turn: Record<Track, number> = { audio: 0, camera: 0, screen: 0 };
  private cameraAsked: { camera: string; answer: Promise<void> } | null = null;

  constructor(changed: (track: Track) => void = () => {}) {
    this.changed = changed;
    navigator.mediaDevices?.addEventListener?.('devicechange', this.list);
  }

  subscribe = (watcher: () => void): (() => void) => {
    this.watchers.add(watcher);
    return () => this.watchers.delete(watcher);
  };

  state = (): LocalState => this.current;

  /** What goes out of a kind. */
  source = (track: Track): MediaStreamTrack | null => (track === 'audio' ? this.quiet?.track ?? this.current.mic : this.current[track]);

  list = async (): Promise<void> => {
    const all = await navigator.mediaDevices?.enumerateDevices().catch(() => []) ?? [];
    const devices: LocalState['devices'] = { mic: [], camera: [], speaker: [] };
    for (const device of all) if (device.deviceId) devices[kinds[device.kind]].push(device);
    this.set({ devices, looked: true });
  };

  async openMic({ mic, noise }: Pick<HallPrefs, 'mic' | 'noise'>): Promise<void> {
    const turn = ++this.turn.audio;
    // The browser's own suppression before a network would take the voice apart.
    const audio = { ...exact(mic), echoCancellation: true, autoGainControl: true, noiseSuppression: noise === 'browser' };
    const track = await this.capture('audio', () => navigator.mediaDevices.getUserMedia({ audio }));
    if (!track) return;
    const quiet = noise === 'network' ? await import('./noise').then(({ quietened }) => quietened(track)).catch(() => null) : null;
    if (turn !== this.turn.audio || this.stopped) {
      quiet?.stop();
      track.stop();
      return;
    }
    const plainNoise = noise === 'network' && quiet === null;
    if (plainNoise) await track.applyConstraints({ ...audio, noiseSuppression: true }).catch(() => {});
    this.dropMic();
    this.quiet = quiet;
    this.listenTo(track);
    this.put('audio', track, { plainNoise });
  }

  /** Shut, the device goes on: opening takes no time, and it is seen that somebody speaks. */
  setMic(on: boolean): void {
    if (this.current.mic) this.current.mic.enabled = on;
  }

  /** Who asks for the one that is opening waits with the others. */
  async openCamera(camera: string): Promise<void> {
    if (this.cameraAsked?.camera !== camera) this.cameraAsked = { camera, answer: this.askCamera(camera) };
    await this.cameraAsked.answer;
  }

  private async askCamera(camera: string): Promise<void> {
    const turn = ++this.turn.camera;
    this.set({ cameraOpens: true });
    const video = { ...exact(camera), width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 25, max: 30 } };
    const track = await this.capture('camera', () => navigator.mediaDevices.getUserMedia({ video }));
    if (turn !== this.turn.camera || this.stopped) {
      track?.stop();
      return;
    }
    this.cameraAsked = null;
    if (!track) {
      this.set({ cameraOpens: false });
      return;
    }
    this.current.camera?.stop();
    track.contentHint = 'motion';
    this.put('camera', track, { cameraOpens: false });
  }

  /** Its light goes out. */
  closeCamera(): void {
    this.turn.camera++;
    this.cameraAsked = null;
    this.current.camera?.stop();
    this.put('camera', null, { cameraOpens: false });
  }

  /** The system asks which window; false when the person chose none. */
  async openScreen(): Promise<boolean> {
    const turn = ++this.turn.screen;
    const track = await this.capture('screen', () => navigator.mediaDevices.getDisplayMedia({ video: { frameRate: { ideal: 8, max: 15 } }, audio: false }));
    if (!track) return false;
    if (turn !== this.turn.screen || this.stopped) {
      track.stop();
      return false;
    }
    track.contentHint = 'detail';
    this.current.screen?.stop();
    this.put('screen', track);
    return true;
  }

  closeScreen(): void {
    this.turn.screen++;
    this.current.screen?.stop();
    if (this.current.screen) this.put('screen', null);
  }

  /** How loud it is at the microphone, 0 to 1. */
  level = (): number => {
    if (!this.meter) return 0;
    const { analyser, samples } = this.meter;
    analyser.getFloatTimeDomainData(samples);
    let sum = 0;
    for (const sample of samples) sum += sample * sample;
    // Speech at the usual distance is about -30 dB.
    const decibels = 10 * Math.log10(sum / samples.length + 1e-10);
    return Math.max(0, Math.min(1, (decibels + 60) / 50));
  };

  stop(): void {
    this.stopped = true;
    navigator.mediaDevices?.removeEventListener?.('devicechange', this.list);
    this.dropMic();
    this.current.camera?.stop();
    this.current.screen?.stop();
    this.current = atFirst;
  }

  private async capture(track: Track, ask: () => Promise<MediaStream>): Promise<MediaStreamTrack | null> {
    try {
      const [got] = (await ask()).getTracks();
      if (!got) throw new DOMException('', 'NotFoundError');
      got.addEventListener('ended', () => this.ended(track, got));
      void this.list(); // names are told only now
      return got;
    } catch (error) {
      // Who does not choose a window has changed his mind.
      if (track !== 'screen') this.set({ looked: true, trouble: { ...this.current.trouble, [track]: troubleOf(error) } });
      return null;
    }
  }

  /** Pulled out, or ended by the browser's own button. */
  private ended(track: Track, source: MediaStreamTrack): void {
    if (track === 'audio' && this.current.mic === source) {
      this.dropMic();
      this.put('audio', null, { trouble: { ...this.current.trouble, audio: 'none' } });
    } else if (track !== 'audio' && this.current[track] === source) this.put(track, null, track === 'camera' ? { trouble: { ...this.current.trouble, camera: 'none' } } : {});
  }

  private put(track: Track, source: MediaStreamTrack | null, more: Partial<LocalState> = {}): void {
    const trouble = source ? { ...this.current.trouble, [track]: undefined } : this.current.trouble;
    this.set({ trouble, [track === 'audio' ? 'mic' : track]: source, ...more });
    this.changed(track);
  }

  private listenTo(track: MediaStreamTrack): void {
    const context = new AudioContext();
    const analyser = context.createAnalyser();
    analyser.fftSize = 1024;
    context.createMediaStreamSource(new MediaStream([track])).connect(analyser);
    this.meter = { context, analyser, samples: new Float32Array(analyser.fftSize) };
  }

  private dropMic(): void {
    this.quiet?.stop();
    this.quiet = null;
    void this.meter?.context.close();
    this.meter = null;
    this.current.mic?.stop();
  }

  private set(change: Partial<LocalState>): void {
    this.current = { ...this.current, ...change };
    for (const watcher of this.watchers) watcher();
  }
}

const exact = (id: string): MediaTrackConstraints => (id ? { deviceId: { ideal: id } } : {});
