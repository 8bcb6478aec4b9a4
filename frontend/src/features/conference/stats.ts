/** What the browser has measured of the media, between two moments. Pure. */

/** One moment's counters. */
export interface Counted {
  at: number;
  sent: number;
  received: number;
  arrived: number;
  missed: number;
}

export interface Measured {
  /** kbit/s */
  up: number;
  down: number;
  /** Shares, 0 to 1. */
  lossUp: number;
  lossDown: number;
  /** Milliseconds; 0: not known. */
  rtt: number;
  /** kbit/s that the line bears up; 0: not known. */
  bears: number;
  /** What keeps the own picture small. */
  limit: 'none' | 'cpu' | 'bandwidth';
  /** By which way media go; '': not known. */
  route: '' | 'udp' | 'tcp' | 'relay';
}

interface Entry {
  id: string;
  type: string;
  [name: string]: unknown;
}

const number = (value: unknown) => (typeof value === 'number' && Number.isFinite(value) ? value : 0);

/** What has been counted, and what was measured since the last time; nothing yet at the first. */
export function measure(report: Iterable<Entry>, at: number, before?: Counted): { counted: Counted; measured?: Measured } {
  const counted: Counted = { at, sent: 0, received: 0, arrived: 0, missed: 0 };
  const measured: Measured = { up: 0, down: 0, lossUp: 0, lossDown: 0, rtt: 0, bears: 0, limit: 'none', route: '' };
  const entries = new Map([...report].map((entry) => [entry.id, entry]));
  for (const entry of entries.values()) {
    switch (entry.type) {
      case 'outbound-rtp':
        counted.sent += number(entry.bytesSent);
        if (entry.qualityLimitationReason === 'cpu') measured.limit = 'cpu';
        else if (entry.qualityLimitationReason === 'bandwidth' && measured.limit === 'none') measured.limit = 'bandwidth';
        break;
      case 'inbound-rtp':
        counted.received += number(entry.bytesReceived);
        counted.arrived += number(entry.packetsReceived);
        counted.missed += number(entry.packetsLost);
        break;
      case 'remote-inbound-rtp':
        measured.lossUp = Math.max(measured.lossUp, number(entry.fractionLost));
        break;
    }
  }
  const pair = chosenOf(entries);
  if (pair) {
    measured.rtt = Math.round(number(pair.currentRoundTripTime) * 1000);
    measured.bears = Math.round(number(pair.availableOutgoingBitrate) / 1000);
    measured.route = routeOf(entries.get(String(pair.localCandidateId)));
  }
  if (!before || at <= before.at || counted.sent < before.sent || counted.received < before.received) return { counted };
  const seconds = (at - before.at) / 1000;
  measured.up = Math.round(((counted.sent - before.sent) * 8) / 1000 / seconds);
  measured.down = Math.round(((counted.received - before.received) * 8) / 1000 / seconds);
  const missed = Math.max(0, counted.missed - before.missed);
  const arrived = Math.max(0, counted.arrived - before.arrived);
  measured.lossDown = missed > 0 ? missed / (missed + arrived) : 0;
  return { counted, measured };
}

/** The pair of ends that media go between: of several that were agreed on the transport names one, where the browser has transports. */
function chosenOf(entries: ReadonlyMap<string, Entry>): Entry | undefined {
  const all = [...entries.values()];
  const named = all.find(({ type, selectedCandidatePairId }) => type === 'transport' && selectedCandidatePairId !== undefined);
  return (named && entries.get(String(named.selectedCandidatePairId))) ?? all.find(({ type, nominated }) => type === 'candidate-pair' && nominated === true);
}

function routeOf(end: Entry | undefined): Measured['route'] {
  if (!end) return '';
  if (end.candidateType === 'relay') return 'relay';
  return end.protocol === 'tcp' ? 'tcp' : 'udp';
}
