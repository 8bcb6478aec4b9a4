import { describe, expect, test } from 'vitest';
import { diagnose, type Sensed } from './network';
import { measure, type Measured } from './stats';
import { atFirst } from './state';

const state = { ...atFirst, line: 'up' as const, link: 'up' as const };
const fine: Measured = { up: 900, down: 2000, lossUp: 0, lossDown: 0, rtt: 40, bears: 3000, limit: 'none', route: 'udp' };
const side = (more: Partial<Sensed>) => {
  const found = diagnose({ online: true, state, measured: fine, ...more });
  return [found.level, found.side, found.name].filter(Boolean).join(' ');
};

test('what is wrong, on whose side', () => {
  expect(side({})).toBe('good good');
  expect(side({ online: false })).toBe('bad offline');
  expect(side({ state: { ...state, line: 'alone' } })).toBe('bad host');
  expect(side({ state: { ...state, line: 'lost' } })).toBe('bad server');
  expect(side({ state: { ...state, link: 'none' } })).toBe('bad media');
  expect(side({ state: { ...state, link: 'connecting' } })).toBe('weak coming');
  expect(side({ measured: { ...fine, lossUp: 0.05 } })).toBe('weak up');
  expect(side({ measured: { ...fine, lossDown: 0.2 } })).toBe('bad down');
  expect(side({ state: { ...state, slots: { audio: [], video: [{ slot: 0, station: 'a', track: 'camera', height: 0 }] } } })).toBe('weak down');
  expect(side({ measured: { ...fine, limit: 'bandwidth', bears: 200 } })).toBe('weak up');
  expect(side({ measured: { ...fine, limit: 'cpu' } })).toBe('weak machine');
  expect(side({ measured: { ...fine, rtt: 900 } })).toBe('weak slow');
  const stations = new Map([['a', { i: 'a', n: 'UBND xã Hòa Bình', k: 'point' as const, r: 'THANH_VIEN', s: 'MAT_TIN_HIEU' as const }]]);
  expect(side({ state: { ...state, stations, view: { ...state.view, chair: 'a' } } })).toBe('weak others UBND xã Hòa Bình');
  expect(side({ state: { ...state, stations } })).toBe('good good');
});

describe('what the browser counts', () => {
  const report = (sent: number, received: number, arrived: number, missed: number) => [
    { id: 'a', type: 'outbound-rtp', bytesSent: sent, qualityLimitationReason: 'bandwidth' },
    { id: 'b', type: 'inbound-rtp', bytesReceived: received, packetsReceived: arrived, packetsLost: missed },
    { id: 'c', type: 'remote-inbound-rtp', fractionLost: 0.02 },
    { id: 'd', type: 'candidate-pair', nominated: true, currentRoundTripTime: 0.042, availableOutgoingBitrate: 1_200_000 },
  ];

  test('is measured between two moments', () => {
    const first = measure(report(0, 0, 0, 0), 1000);
    expect(first.measured).toBeUndefined();
    const second = measure(report(250_000, 500_000, 90, 10), 3000, first.counted);
    expect(second.measured).toEqual({ up: 1000, down: 2000, lossUp: 0.02, lossDown: 0.1, rtt: 42, bears: 1200, limit: 'bandwidth', route: '' });
  });

  test('is that of the way that is taken, and not of one that was', () => {
    const ways = [
      { id: 'old', type: 'candidate-pair', nominated: true, currentRoundTripTime: 0.9, localCandidateId: 'host' },
      { id: 'new', type: 'candidate-pair', nominated: true, currentRoundTripTime: 0.03, localCandidateId: 'turn' },
      { id: 'host', type: 'local-candidate', candidateType: 'host', protocol: 'udp' },
      { id: 'turn', type: 'local-candidate', candidateType: 'relay', protocol: 'udp' },
    ];
    const { counted } = measure(ways, 1000);
    expect(measure(ways, 2000, counted).measured).toMatchObject({ rtt: 900, route: 'udp' }); // where no transport says
    expect(measure([...ways, { id: 't', type: 'transport', selectedCandidatePairId: 'new' }], 2000, counted).measured).toMatchObject({ rtt: 30, route: 'relay' });
    const stream = [{ id: 't', type: 'transport', selectedCandidatePairId: 'p' }, { id: 'p', type: 'candidate-pair', localCandidateId: 'c' }, { id: 'c', type: 'local-candidate', candidateType: 'prflx', protocol: 'tcp' }];
    expect(measure(stream, 2000, counted).measured).toMatchObject({ route: 'tcp' });
  });

  test('a new connection counts from the beginning', () => {
    const { counted } = measure(report(9000, 9000, 50, 0), 1000);
    expect(measure(report(10, 10, 1, 0), 2000, counted).measured).toBeUndefined();
  });
});
