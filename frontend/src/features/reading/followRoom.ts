import { openFollowWay, type FollowWay, type OpenWay, type Passed } from '@/lib/followWay';
import { atFirst, next, standOf, type Follow, type Happens } from './follow';
import { Pace } from './pace';
import { parseTold, type Lead, type Place, type Point, type Told } from './relay';
import { RelayLine, type Options } from './relayLine';
import { Telling } from './telling';

/** Milliseconds between two of a kind: a host takes 40 frames a second of both. */
const placePace = 100;
const pointPace = 50;

export interface RoomOptions extends Options {
  way?: OpenWay;
}

/** A screen's part in a meeting's live side: what it knows, and what it says. */
export class FollowRoom {
  private current: Follow = atFirst;
  private shown: Point | null = null;
  private stood: Place | null = null;
  private pointed: Point | null = null;
  private readonly me: string;
  private readonly elsewhere: (lead: Lead) => boolean;
  private readonly meeting: string;
  private readonly line: RelayLine;
  private readonly openWay: OpenWay;
  /** Beside the line: the data channel of a conference on this machine. */
  private way: FollowWay | null = null;
  private readonly telling: Telling;
  /** Who numbers the leads, and the newest that was heard. */
  private host = '';
  private seq = 0;
  private readonly places: Pace<Place>;
  private readonly points: Pace<Point | null>;
  private readonly watchers = new Set<() => void>();

  /** elsewhere says whether the person came for something else than what is led through. */
  constructor(meeting: string, me: string, elsewhere: (lead: Lead) => boolean, { way, ...options }: RoomOptions = {}) {
    this.meeting = meeting;
    this.me = me;
    this.elsewhere = elsewhere;
    this.line = new RelayLine(meeting, { told: (told) => this.told(told), lost: () => this.happens({ what: 'lost' }), closed: () => this.closed() }, options);
    this.openWay = way ?? openFollowWay;
    this.telling = new Telling((asked) => this.line.send(asked), (asked) => this.way?.pass({ from: 'screen', frame: JSON.stringify(asked) }));
    this.places = new Pace(placePace, (place) => this.say(() => {
      this.telling.say({ place });
      if (this.pointed) this.points.give(this.pointed); // which another page has taken away
    }));
    this.points = new Pace(pointPace, (point) => this.say(() => this.telling.say(point ? { point } : { noPoint: true })));
  }

  start = (): void => {
    this.way ??= this.openWay(this.meeting, (it) => this.passed(it));
    this.line.start();
  };

  stop = (): void => {
    this.line.stop();
    this.way?.close();
    this.way = null;
    this.host = '';
    this.seq = 0;
    this.places.stop();
    this.points.stop();
    this.closed();
  };

  subscribe = (watcher: () => void): (() => void) => {
    this.watchers.add(watcher);
    return () => this.watchers.delete(watcher);
  };

  state = (): Follow => this.current;

  /** Where the leader points, when it is on that page. */
  pointOn = (page: number): Point | null => (this.shown?.page === page ? this.shown : null);

  /** The meeting's records have changed. */
  changed = (): void => this.line.changed();

  moved = (): void => this.happens({ what: 'moved' });
  own = (): void => this.happens({ what: 'own' });
  follow = (): void => this.happens({ what: 'follow' });

  take = (): void => {
    this.happens({ what: 'take' });
    this.line.send({ take: true });
  };

  release = (): void => {
    this.happens({ what: 'release' });
    this.places.stop();
    this.points.stop();
    this.line.send({ release: true });
  };

  /** Where this screen is; told to all while it leads. */
  stand = (place: Place): void => {
    this.stood = place;
    this.places.give(place);
  };

  /** Where its pointer is; null takes it away. */
  point = (at: Point | null): void => {
    if (at === null && this.pointed === null) return;
    this.pointed = at;
    this.points.give(at);
  };

  /** What the line brings, of which a lead may be older than what came beside it. */
  private told(frame: Told): void {
    if (frame.host !== undefined && frame.host !== this.host) {
      this.host = frame.host;
      this.seq = 0;
    }
    const { seq = this.seq } = frame;
    const told: Told = { ...frame };
    if (seq < this.seq) delete told.lead;
    this.seq = Math.max(this.seq, seq);
    if (told.lead) this.shown = told.lead.point ?? null;
    this.happens({ what: 'told', told, elsewhere: told.lead !== undefined && this.elsewhere(told.lead) }, told.lead !== undefined);
    if (!told.lead) return;
    const { wants, by } = this.current;
    if (wants && by === '' && told.host !== undefined) this.line.send({ take: true });
    else this.begin();
  }

  /** What came beside the line: the newest lead of the same host, once. */
  private passed(it: Passed): void {
    if (it.from === 'screen') { // another window of the person leads, and does not hear this one contradict
      this.telling.stop();
      return;
    }
    const { lead, seq = 0 } = parseTold(it.frame) ?? {};
    if (!lead || seq <= this.seq || (this.host !== '' && it.host !== this.host)) return;
    this.host = it.host;
    this.seq = seq;
    this.shown = lead.point ?? null;
    this.happens({ what: 'led', lead, elsewhere: this.elsewhere(lead) }, true);
    this.begin();
  }

  /** Who has been given the lead says where he is. */
  private begin(): void {
    const { wants, by, place } = this.current;
    if (wants && by === this.me && !place && this.stood) this.places.give(this.stood);
  }

  private closed(): void {
    this.shown = null;
    this.happens({ what: 'closed' });
  }

  private say(it: () => void): void {
    if (standOf(this.current, this.me) === 'leads') it();
  }

  private happens(event: Happens, always = false): void {
    const before = this.current;
    this.current = next(before, event, this.me);
    if (standOf(this.current, this.me) !== 'leads') this.telling.stop();
    if (always || this.current !== before) for (const watcher of this.watchers) watcher();
  }
}
