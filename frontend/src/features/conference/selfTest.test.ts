import { expect, test } from 'vitest';
import { reportOf, type Found } from './selfTest';

const found: Found = { loudest: 0, mic: true, camera: true, trouble: {}, heard: null, seen: null };

test('a report has what was tested', () => {
  expect(reportOf(found)).toEqual({ mic: 'bad' });
  expect(reportOf({ ...found, loudest: 0.6, heard: true, seen: false, materials: 40 })).toEqual({ mic: 'ok', speaker: 'ok', camera: 'bad', materials: 40 });
  expect(reportOf({ ...found, mic: false, camera: false, trouble: { audio: 'none', camera: 'denied' } })).toEqual({ mic: 'none', camera: 'bad' });
  expect(reportOf({ ...found, mic: false, measured: { up: 100, down: 800, lossUp: 0.012, lossDown: 0.03, rtt: 45, bears: 2400, limit: 'none', route: 'udp' } })).toEqual({ up: 2400, down: 800, rtt: 45, loss: 30 });
});
