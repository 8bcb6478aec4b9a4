import { expect, test } from 'vitest';
import { offeredInvitation, readInvitation } from './invitation';

const good = { format: 'khonggiay-invitation-1', code: 'KG-1', addresses: ['may-chu:443'], personName: 'Nguyễn Văn An', officeName: 'UBND xã', expires: 5 };
// jsdom's Blob has no text(); Node's has.
const blob = (text: string) => Object.assign(new Blob([text]), { text: () => Promise.resolve(text) });

test('shows whom the invitation is for', async () =>
  expect(await readInvitation(blob(JSON.stringify(good)))).toMatchObject({ personName: 'Nguyễn Văn An', officeName: 'UBND xã', expires: 5, raw: good }));

test.each(['', '{}', '[]', '{"format":"other","code":"x"}', 'x'.repeat(70_000)])('anything else is refused (%#)', async (text) =>
  expect(await readInvitation(blob(text))).toBeNull());

const address = (text: string) => `/moi/${btoa(String.fromCharCode(...new TextEncoder().encode(text))).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')}`;

test('takes what the program offers', () =>
  expect(offeredInvitation(address(JSON.stringify(good)))).toMatchObject({ personName: 'Nguyễn Văn An', raw: good }));

test.each(['/', '/moi/', '/moi/%%%', address('{}'), address('Ế'), '/van-ban-den'])('no offer: %s', (path) =>
  expect(offeredInvitation(path)).toBeNull());
