import { ApiError, asApiError } from '@/lib/errors';
import { openFollowWay, type FollowWay, type OpenWay } from '@/lib/followWay';
import type { Look } from './layout';
import { ConferenceLine, type LineOptions } from './line';
import { MediaPeer, type PeerEvents, type Ways } from './peer';
import { type Asked, askedOf, type Do, type Picture, type Reaction, type Report, type Route, type Said, type Sends, type Ticket, type Told, type Track, type Wish } from './protocol';
import { assignSlots, sameWishes, type Want } from './slots';
import { atFirst, told, type HallState } from './state';

/** What the machine captures; each comes and goes by itself. */
export interface Sources {
  source: (track: Track) => MediaStreamTrack | null;
}

export interface HallOptions extends LineOptions {
  peer?: (ways: Ways, slots: { audio: number; video: number }, events: PeerEvents) => Pick<MediaPeer, 'offer' | 'answer' | 'send' | 'layers' | 'follow' | 'stats' | 'close' | 'audio' | 'video'>;
  way?: OpenWay;
}

type Peer = ReturnType<NonNullable<HallOptions['peer']>>;

/** Milliseconds for which what is watched may change before it is told: a stage that is drawn anew elsewhere loses no picture. */
const settleFor = 80;
/** Milliseconds before media are offered again after a failure; the last for all that follow. */
const offerPauses = [500, 2000, 4000, 8000] as const;
/** Milliseconds within which a relay is a way, or none. */
const relayWithin = 10_000;
/** Milliseconds for which a way is looked for without help; an answer takes one or two trips. */
const aloneFor = 3000;
const tracks: readonly Track[] = ['audio', 'camera', 'screen'];

/**
 * One station's part in a conference: what it knows of it, what it says, and its
 * media. It knows of no screen.
 */
export class Hall {
  private current: HallState = atFirst;
  private readonly line: ConferenceLine;
  private readonly makePeer: NonNullable<HallOptions['peer']>;
  private readonly sources: Sources;
  private readonly meeting: string;
  private readonly openWay: OpenWay;
  /** To the screens of this machine that follow or lead. */
  private way: FollowWay | null = null;
  private readonly watchers = new Set<() => void>();
  private readonly answers = new Map<number, { resolve: () => void; reject: (error: ApiError) => void }>();
  private ice: RTCIceServer[] = [];
  /** Whether media have wanted for a way without those servers: hundreds that need none would hold a relay each. */
  private helped = false;
  /** Whether media go over a relay alone; 'never': that was no way, until the next connection. */
  private relay: boolean | 'never' = false;
  private relayed: ReturnType<typeof setTimeout> | undefined;
  private looking: ReturnType<typeof setTimeout> | undefined;
  /** Nothing comes to the page any more. */
  private silent = false;
  private peer: Peer | null = null;
  private seq = 0;
  private n = 0;
  private failures = 0;
  private offering: ReturnType<typeof setTimeout> | undefined;
  /** By who shows them: the stage, a window for slides. */
  private readonly wants = new Map<string, readonly Want[]>();
  private wishes: Wish[] = [];
  private telling: ReturnType<typeof setTimeout> | undefined;
  /** How many layers of the camera are sent at most. */
  private most = 3;
  /** Which layers of each picture anybody watches, as the host has told. */
  private readonly watched = new Map<Picture, { track: Picture; wanted: boolean[] }>();

  constructor(meeting: string, ticket: () => Promise<Ticket>, sources: Sources, { peer, way, ...options }: HallOptions = {}) {
    this.meeting = meeting;
    this.sources = sources;
    this.openWay = way ?? openFollowWay;
    this.makePeer = peer ?? ((ways, slots, events) => new MediaPeer(ways, slots, events));
    this.line = new ConferenceLine(meeting, ticket, {
      told: (frame) => this.hear(frame),
      ice: (ice) => {
        this.ice = ice;
      },
      lost: (alone) => this.lost(alone),
      ended: (reason) => this.ended(reason),
    }, options);
  }

  subscribe = (watcher: () => void): (() => void) => {
    this.watchers.add(watcher);
    return () => this.watchers.delete(watcher);
  };

  state = (): HallState => this.current;

  join(wants: Sends, resume?: string): void {
    this.set({ ...this.current, wants });
    this.way ??= this.openWay(this.meeting, (it) => it.from === 'screen' && this.peer?.follow(it.frame));
    this.line.start(resume);
  }

  leave(): void {
    this.line.leave();
    this.ended('');
  }

  /** Gives all up without a word: the page goes. */
  stop(): void {
    this.line.stop();
    this.shut();
    this.forget();
  }

  hurry(): void {
    this.line.hurry();
  }

  /** The person's own mute and camera. */
  want(change: Partial<Sends>): void {
    const wants = { ...this.current.wants, ...change };
    if (tracks.every((track) => wants[track] === this.current.wants[track])) return;
    this.set({ ...this.current, wants });
    this.line.send({ sends: wants });
  }

  /** A source has come or gone. */
  sourced(track: Track): void {
    void this.peer?.send(track, this.sources.source(track));
  }

  /** Fewer layers of the camera cost a weak machine less. */
  sendAtMost(layers: number): void {
    this.most = layers;
    void this.peer?.layers([...this.watched.values()], layers);
  }

  /** What one place of the screen shows, instead of all before. */
  watch(place: string, wants: readonly Want[]): void {
    if (wants.length > 0) this.wants.set(place, wants);
    else this.wants.delete(place);
    this.telling ??= setTimeout(() => this.tellWishes(), settleFor);
  }

  hand = (on: boolean) => this.ask({ hand: on });
  say = (text: string) => this.ask({ chat: text });
  react = (kind: Reaction) => this.ask({ react: kind });
  report = (report: Report) => this.ask({ report });

  /** Has the host find out what the line bears, which takes seconds. */
  measure = () => this.ask({ measure: true });
  count = async (headcount: number): Promise<void> => {
    await this.ask({ headcount });
    this.set({ ...this.current, answeredRoll: this.current.roll.began ?? 0 });
  };
  do = (act: Do) => this.ask({ do: act });

  setLook(look: Look): void {
    this.set({ ...this.current, look });
  }

  /** The person has seen what was asked of him. */
  heed(asked: Asked): void {
    this.set({ ...this.current, asked: this.current.asked.filter((each) => each !== asked) });
  }

  /** The picture of a station, when a slot carries it. */
  picture(station: string, track: Picture): { stream: MediaStream; height: number } | null {
    const shown = this.current.slots.video.find((each) => each.station === station && each.track === track);
    const stream = shown && this.peer?.video[shown.slot];
    return stream ? { stream, height: shown.height } : null;
  }

  /** The streams of sound that are heard together. */
  sound(): readonly MediaStream[] {
    return this.peer?.audio ?? [];
  }

  async stats(): Promise<RTCStatsReport | null> {
    return this.peer?.stats() ?? null;
  }

  private ask(said: Said): Promise<void> {
    const n = ++this.n;
    return new Promise((resolve, reject) => {
      if (this.line.send(said, n)) this.answers.set(n, { resolve, reject });
      else reject(new ApiError('offline', 'conference.no_line'));
    });
  }

  private hear(frame: Told): void {
    if (frame.hello) {
      this.forget();
      this.dropPeer();
      this.failures = 0;
      this.relay = false;
      this.wishes = [];
      this.watched.clear();
    }
    const before = this.current;
    this.set(this.given(told(before, frame, Date.now())));
    if (frame.hello) this.line.send({ sends: this.current.wants });
    if (frame.ice) this.ice = frame.ice;
    this.take(askedOf(frame).route);
    for (const n of frame.done ?? []) this.answered(n);
    for (const { n, reason } of frame.refused ?? []) this.answered(n ?? 0, reason);
    if (frame.answer?.seq === this.seq) this.answerPeer(frame.answer.sdp);
    for (const layers of frame.layers ?? []) this.watched.set(layers.track, layers);
    if (frame.layers) void this.peer?.layers(frame.layers, this.most);
    if (frame.link === 'up') {
      this.failures = 0;
      this.settleRelay();
    }
    if (frame.link === 'none' && this.peer) this.again();
    this.leaveDead();
    if (this.current.phase === 'room' && !this.peer && this.offering === undefined) this.offer();
    if (frame.hello || before.phase !== this.current.phase) this.tellWishes();
  }

  /** Another route: what the host does not see up soon would be worse than any. Back by any way goes who was helped, also who has asked for it himself. */
  private take(route: Route | undefined): void {
    const relay = route === 'relay';
    if (route === undefined || this.relay === 'never' || (relay ? this.relay || this.ice.length === 0 : !this.helped)) return;
    this.relay = relay;
    this.helped ||= relay;
    this.dropPeer();
  }

  private answerPeer(sdp: string): void {
    const { peer } = this;
    if (!peer) return;
    void peer.answer(sdp).catch(() => this.again());
    if (!this.helped && this.ice.length > 0) this.looking = setTimeout(() => this.help(), aloneFor);
  }

  /** Neither side hears the other, though the line to the host holds: it is not worth waiting until the browser gives up. */
  private leaveDead(): void {
    if (!this.silent || this.current.link !== 'lost' || this.current.line !== 'up' || this.ice.length === 0) return;
    this.help();
  }

  /** Looks for a way anew, with the servers' help. */
  private help(): void {
    this.helped = true;
    this.dropPeer();
    this.offer();
  }

  private settleRelay(): void {
    clearTimeout(this.relayed);
    this.relayed = undefined;
  }

  private noRelay(): void {
    this.relay = 'never';
    this.dropPeer();
    this.offer();
  }

  /** What was let through and is not any more is not sent by itself when it may be again. */
  private given(next: HallState): HallState {
    const before = this.current.me?.allowed;
    const now = next.me?.allowed;
    if (!before || !now || before === now) return next;
    const lost = tracks.filter((track) => before[track] && !now[track] && next.wants[track]);
    if (lost.length === 0) return next;
    const wants = { ...next.wants, ...Object.fromEntries(lost.map((track) => [track, false])) };
    this.line.send({ sends: wants });
    return { ...next, wants };
  }

  private answered(n: number, reason?: string): void {
    const waiting = this.answers.get(n);
    this.answers.delete(n);
    if (reason === undefined) waiting?.resolve();
    else waiting?.reject(new ApiError('conflict', reason));
  }

  private offer(): void {
    this.offering = undefined;
    const { hello } = this.current;
    if (!hello || this.current.phase !== 'room') return;
    const seq = ++this.seq;
    const relayed = this.relay === true;
    if (relayed) this.relayed = setTimeout(() => this.noRelay(), relayWithin);
    const peer = this.makePeer({ iceServers: this.helped ? this.ice : [], iceTransportPolicy: relayed ? 'relay' : 'all' }, { audio: hello.audioSlots, video: hello.videoSlots }, {
      received: () => this.changed(),
      found: () => clearTimeout(this.looking),
      failed: () => {
        this.helped = true;
        if (this.relayed === undefined) this.again();
        else this.noRelay();
      },
      state: (state) => {
        this.silent = state === 'disconnected';
        this.leaveDead();
        this.changed();
      },
      followed: (frame) => this.way?.pass({ from: 'host', host: hello.host, frame }),
    });
    this.peer = peer;
    this.changed();
    void (async () => {
      for (const track of tracks) await peer.send(track, this.sources.source(track));
      const sdp = await peer.offer();
      if (this.peer !== peer) return;
      await this.ask({ offer: { seq, sdp } });
    })().catch((error: unknown) => {
      // Without a line the next connection offers by itself.
      if (this.peer === peer && asApiError(error).code !== 'offline') this.again();
    });
  }

  /** Offers anew, slower each time. */
  private again(): void {
    if (this.offering !== undefined) return;
    this.dropPeer();
    this.offering = setTimeout(() => this.offer(), offerPauses[Math.min(this.failures, offerPauses.length - 1)]);
    this.failures++;
  }

  private tellWishes(): void {
    clearTimeout(this.telling);
    this.telling = undefined;
    const { hello, phase } = this.current;
    if (!hello || phase !== 'room') return;
    const wishes = assignSlots(this.wishes, [...this.wants.values()].flat(), hello.videoSlots);
    if (!sameWishes(wishes, this.wishes) && this.line.send({ watch: wishes })) this.wishes = wishes;
  }

  private lost(alone: boolean): void {
    this.forget();
    this.set({ ...this.current, line: alone ? 'alone' : 'lost' });
  }

  private ended(reason: string): void {
    this.shut();
    this.forget();
    this.set({ ...this.current, phase: 'ended', ended: reason, line: 'lost' });
  }

  /** Without a connection: who waits for an answer waits in vain, and the next one is told anew what is watched. */
  private forget(): void {
    clearTimeout(this.telling);
    this.telling = undefined;
    const waiting = [...this.answers.values()];
    this.answers.clear();
    for (const { reject } of waiting) reject(new ApiError('offline', 'conference.no_line'));
  }

  private shut(): void {
    this.dropPeer();
    this.way?.close();
    this.way = null;
  }

  private dropPeer(): void {
    clearTimeout(this.offering);
    clearTimeout(this.looking);
    this.silent = false;
    this.settleRelay();
    this.offering = undefined;
    this.peer?.close();
    this.peer = null;
  }

  private set(next: HallState): void {
    if (next === this.current) return;
    this.current = next;
    for (const watcher of this.watchers) watcher();
  }

  /** The media have changed, which are no part of the state. */
  private changed(): void {
    this.set({ ...this.current });
  }
}
