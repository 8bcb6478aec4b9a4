import { ApiError } from '@/lib/errors';
import type { Seated } from './comeback';
import { Hall, type HallOptions } from './hall';
import { LocalMedia } from './local';
import { hallPrefs, setHallPrefs } from './prefs';
import type { Report, Ticket, Track } from './protocol';
import { isSilenced, nothing } from './state';
import { measure, type Counted, type Measured } from './stats';

/** Milliseconds between two looks at what the browser counts. */
const lookEvery = 2000;

/** This machine as a station: its devices and its part in the conference, kept in step. */
export class OwnStation {
  readonly local: LocalMedia;
  readonly hall: Hall;
  measured: Measured | undefined;
  /** It takes the place of a page that was here before. */
  back = false;
  /** That page showed its screen, which this one cannot go on with unasked. */
  private stale = false;
  /** A self-test at the door, which the host is told once there is one. */
  private tested: Report | null = null;
  private counted: Counted | undefined;
  private readonly looking: ReturnType<typeof setInterval>;
  private readonly unwatch: () => void;
  /** The microphone is open for as long as a key is held. */
  private held = false;
  /** Which wish about the microphone is the last: a device may take its time to open. */
  private micTurn = 0;
  private cameraTurn = 0;

  constructor(meeting: string, ticket: () => Promise<Ticket>, options?: HallOptions) {
    this.local = new LocalMedia((track) => {
      this.hall.sourced(track);
      this.follow();
    });
    this.hall = new Hall(meeting, ticket, this.local, options);
    this.unwatch = this.hall.subscribe(() => this.obey());
    this.looking = setInterval(() => void this.look(), lookEvery);
    window.addEventListener('online', this.hurry);
  }

  join(): void {
    const { micOn, cameraOn, lowCpu, audioOnly } = hallPrefs();
    this.hall.sendAtMost(lowCpu ? 1 : 3);
    const { mic, camera, trouble } = this.local.state();
    const sees = cameraOn && !audioOnly;
    if (!sees) this.local.closeCamera();
    const audio = micOn && mic !== null;
    this.local.setMic(audio);
    this.hall.join({ audio, camera: sees && camera !== null, screen: false });
    // Who was faster than his devices has them when they have opened.
    if (micOn && !mic && !trouble.audio) void this.mic(true).catch(() => {});
    if (sees && !camera && !trouble.camera) void this.camera(true).catch(() => {});
  }

  /** Takes the place of a page that was here before; its devices are opened meanwhile. */
  async rejoin({ resume, wants, look }: Seated): Promise<void> {
    this.hall.sendAtMost(hallPrefs().lowCpu ? 1 : 3);
    this.back = true;
    this.hall.setLook(look);
    this.stale = wants.screen;
    this.hall.join(nothing, resume);
    const as = (track: Track) => {
      const { me } = this.hall.state();
      this.hall.want({ [track]: wants[track] && this.local.source(track) !== null && (me?.allowed[track] ?? true) });
      this.local.setMic(this.hall.state().wants.audio);
    };
    await this.local.openMic(hallPrefs());
    as('audio');
    if (!wants.camera) return;
    await this.local.openCamera(hallPrefs().camera);
    as('camera');
  }

  /** What a self-test has found; at the door it waits until somebody hears it. */
  report = async (report: Report): Promise<void> => {
    if (this.hall.state().phase === 'joining') this.tested = report;
    else await this.hall.report(report);
  };

  leave(): void {
    this.hall.leave();
    this.stop();
  }

  stop(): void {
    clearInterval(this.looking);
    window.removeEventListener('online', this.hurry);
    this.unwatch();
    this.hall.stop();
    this.local.stop();
  }

  /** Opens or shuts the microphone; refused with words when it may not be open. */
  mic = async (on: boolean): Promise<void> => {
    const turn = ++this.micTurn;
    const state = this.hall.state();
    if (on && state.me && !state.me.allowed.audio) throw new ApiError('conflict', isSilenced(state) ? 'conference.silenced' : 'conference.no_floor');
    if (on && !this.local.state().mic) await this.local.openMic(hallPrefs());
    if (turn !== this.micTurn) {
      this.local.setMic(this.hall.state().wants.audio);
      return;
    }
    if (on && !this.local.state().mic) throw new ApiError('conflict', 'conference.no_mic');
    this.local.setMic(on);
    this.hall.want({ audio: on });
    setHallPrefs({ micOn: on });
  };

  /** Open while a key is held, and then as it was before. */
  talk = async (on: boolean): Promise<void> => {
    if (on && this.hall.state().wants.audio) return;
    if (!on && !this.held) return;
    this.held = on;
    await this.mic(on);
    setHallPrefs({ micOn: false });
  };

  /** Starts or ends the picture; what is still opening is given up by the same key. */
  camera = async (on: boolean): Promise<void> => {
    const turn = ++this.cameraTurn;
    const allowed = this.hall.state().me?.allowed.camera ?? true;
    if (on && !allowed) throw new ApiError('conflict', 'conference.dark');
    if (on) await this.local.openCamera(hallPrefs().camera);
    else this.local.closeCamera();
    if (turn !== this.cameraTurn) return; // he has changed his mind meanwhile
    if (on && !this.local.state().camera) throw new ApiError('conflict', 'conference.no_camera');
    this.hall.want({ camera: on });
    setHallPrefs(on ? { cameraOn: on, audioOnly: false } : { cameraOn: on });
  };

  /** No picture comes and none goes; who shows one after that has changed his mind. */
  soundOnly = async (on: boolean): Promise<void> => {
    setHallPrefs({ audioOnly: on });
    if (!on) return;
    await this.camera(false);
    await this.screen(false);
  };

  /** Shows a window of this machine to all. */
  screen = async (on: boolean): Promise<void> => {
    if (!on) {
      this.local.closeScreen();
      return;
    }
    if (!(await this.local.openScreen())) return;
    setHallPrefs({ audioOnly: false });
    this.stale = false;
    this.hall.want({ screen: true });
    try {
      await this.hall.do({ act: 'screen', station: this.hall.state().hello?.station, on: true });
    } catch (error) {
      this.local.closeScreen();
      throw error;
    }
  };

  /** Devices that were chosen anew are used at once. */
  chooseMic = async (mic: string): Promise<void> => {
    setHallPrefs({ mic });
    if (this.local.state().mic) await this.reopenMic();
  };

  chooseCamera = async (camera: string): Promise<void> => {
    setHallPrefs({ camera });
    const { camera: open, cameraOpens } = this.local.state();
    if (open) await this.local.openCamera(camera);
    else if (cameraOpens) await this.camera(true);
  };

  reopenMic = async (): Promise<void> => {
    await this.local.openMic(hallPrefs());
    this.local.setMic(this.hall.state().wants.audio);
  };

  private readonly hurry = () => this.hall.hurry();

  /** A source that has gone is not sent any more. */
  private follow(): void {
    const { mic, camera, screen } = this.local.state();
    const { wants, view, hello } = this.hall.state();
    this.hall.want({ audio: wants.audio && mic !== null, camera: wants.camera && camera !== null, screen: wants.screen && screen !== null });
    if (wants.screen && !screen && view.screen === hello?.station) this.endScreen();
  }

  private endScreen(): void {
    this.stale = false;
    void this.hall.do({ act: 'screen', station: this.hall.state().hello?.station, on: false }).catch(() => {}); // it is seen to be gone in any case
  }

  /** What the host does not let through any more is not captured any more, either. */
  private obey(): void {
    const { wants, phase, line, view, hello } = this.hall.state();
    if (phase === 'joining') return;
    if (this.tested && line === 'up') {
      const report = this.tested;
      this.tested = null;
      void this.hall.report(report).catch(() => {}); // the host asks again
    }
    if (this.stale && view.screen === hello?.station) this.endScreen();
    this.local.setMic(wants.audio);
    if (!wants.camera && this.local.state().camera) this.local.closeCamera();
    if (!wants.screen && this.local.state().screen) this.local.closeScreen();
  }

  private async look(): Promise<void> {
    const report = await this.hall.stats().catch(() => null);
    if (!report) {
      this.counted = this.measured = undefined;
      return;
    }
    const { counted, measured } = measure([...report.values()], Date.now(), this.counted);
    this.counted = counted;
    if (measured) this.measured = measured;
  }
}
