import { expect, test } from 'vitest';
import { echoMark, lineOf, reportOf, type Found } from './selfTest';

const found: Found = { loudest: 0, mic: true, camera: true, trouble: {}, heard: null, seen: null };

test('a report has what was tested', () => {
  expect(reportOf(found)).toEqual({ mic: 'bad' });
  expect(reportOf({ ...found, loudest: 0.6, heard: true, seen: false, materials: 40 })).toEqual({ mic: 'ok', speaker: 'ok', camera: 'bad', materials: 40 });
  expect(reportOf({ ...found, mic: false, camera: false, trouble: { audio: 'none', camera: 'denied' } })).toEqual({ mic: 'none', camera: 'bad' });
  expect(reportOf({ ...found, mic: false, measured: { up: 400, down: 800, lossUp: 0.012, lossDown: 0.03, rtt: 45, bears: 2400, limit: 'none', route: 'udp' } })).toEqual({ up: 2400, down: 800, rtt: 45, loss: 30 });
});

test('a line over which nothing flowed has no figures', () => {
  const idle = { up: 0, down: 0, lossUp: 0, lossDown: 0, rtt: 0, bears: 300, limit: 'none' as const, route: 'udp' as const };
  expect(lineOf(idle)).toEqual({});
  expect(lineOf(idle, 2400)).toEqual({ down: 2400 }); // but the host has measured it
  expect(reportOf({ ...found, mic: false, measured: { ...idle, up: 32, down: 40, rtt: 20 } })).toEqual({ rtt: 20, loss: 0 });
});

test('an echo is what is left of the own tone above the room', () => {
  const quiet = [0.05, 0.1, 0.08];
  expect(echoMark(quiet, [0.1, 0.5, 0.12])).toBe('ok'); // the first moment, before it is cancelled
  expect(echoMark(quiet, [0.4, 0.5, 0.45])).toBe('bad');
  expect(echoMark([0.4, 0.42, 0.41], [0.45, 0.44, 0.4])).toBe('ok'); // the room is as loud
  expect([echoMark([], [0.5]), echoMark(quiet, [])]).toEqual([undefined, undefined]);
  expect(reportOf({ ...found, mic: false, echo: 'bad' })).toEqual({ echo: 'bad' });
});
