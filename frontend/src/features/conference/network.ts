/** What is wrong with the line, and on whose side. Pure. */
import type { Measured } from './stats';
import type { HallState } from './state';

export interface Trouble {
  level: 'good' | 'weak' | 'bad';
  /** Which words say it: conference.net.<side>. */
  side: 'good' | 'offline' | 'host' | 'server' | 'media' | 'coming' | 'up' | 'down' | 'slow' | 'machine' | 'others';
  /** Of `others`. */
  name?: string;
}

export interface Sensed {
  online: boolean;
  state: Pick<HallState, 'line' | 'link' | 'slots' | 'stations' | 'view' | 'floor' | 'hello'>;
  measured?: Measured;
}

const weakLoss = 0.04;
const badLoss = 0.12;
const weakTrip = 400;

const levelOf = (loss: number): Trouble['level'] => (loss >= badLoss ? 'bad' : 'weak');

/** The nearest cause first: what is wrong here explains what is seen of the others. */
export function diagnose({ online, state, measured }: Sensed): Trouble {
  if (!online) return { level: 'bad', side: 'offline' };
  if (state.line === 'alone') return { level: 'bad', side: 'host' };
  if (state.line !== 'up') return { level: 'bad', side: 'server' };
  if (state.link === 'lost' || state.link === 'none') return { level: 'bad', side: 'media' };
  if (state.link === 'connecting') return { level: 'weak', side: 'coming' };
  if (measured && measured.lossUp >= weakLoss) return { level: levelOf(measured.lossUp), side: 'up' };
  if (measured && measured.lossDown >= weakLoss) return { level: levelOf(measured.lossDown), side: 'down' };
  if (state.slots.video.some(({ height }) => height === 0)) return { level: 'weak', side: 'down' };
  if (measured?.limit === 'bandwidth' && measured.bears > 0 && measured.bears < 500) return { level: 'weak', side: 'up' };
  if (measured?.limit === 'cpu') return { level: 'weak', side: 'machine' };
  if (measured && measured.rtt >= weakTrip) return { level: 'weak', side: 'slow' };
  const lost = [...(state.floor.holders ?? []), state.view.chair ?? ''].map((id) => state.stations.get(id)).find((row) => row?.s === 'MAT_TIN_HIEU' && row.i !== state.hello?.station);
  return lost ? { level: 'weak', side: 'others', name: lost.n } : { level: 'good', side: 'good' };
}
