import { expect, test } from 'vitest';
import en from './en.json';
import vi from './vi.json';

const sources = import.meta.glob<string>('../../**/*.{ts,tsx}', { eager: true, query: '?raw', import: 'default' });
const plural = /_(one|other)$/;
const known = new Set(Object.keys(vi).map((key) => key.replace(plural, '')));

/** Whole keys in t('…'), label: '…' and the like; keys put together at run time are named by their screens' tests. */
function usedKeys(source: string): string[] {
  return [...source.matchAll(/\b(?:t\(\s*|label: |key: )'([a-z]+(?:\.\w+)+)'/g)].map(([, key = '']) => key);
}

test('every key in use has words', () => {
  const missing = Object.entries(sources)
    .filter(([path]) => !path.includes('.test.'))
    .flatMap(([path, source]) => usedKeys(source).filter((key) => !known.has(key)).map((key) => `${path}: ${key}`));
  expect(missing).toEqual([]);
});

test('both languages say the same things, with the same data', () => {
  expect(Object.keys(en).toSorted()).toEqual(Object.keys(vi).toSorted());
  const data = (text: string) => [...text.matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name).filter((name) => name !== 'count').toSorted();
  for (const [key, text] of Object.entries(vi)) expect([key, data((en as Record<string, string>)[key] ?? '')]).toEqual([key, data(text)]);
});

test('counted texts have both forms', () => {
  for (const [key] of Object.entries(vi).filter(([name, text]) => plural.test(name) && text.includes('{{count}}'))) {
    expect(vi).toHaveProperty([key.replace(plural, '_one')]);
    expect(vi).toHaveProperty([key.replace(plural, '_other')]);
  }
});

test('words are NFC and not empty', () => {
  for (const text of [...Object.values(vi), ...Object.values(en)]) {
    expect(text).toBe(text.normalize('NFC'));
    expect(text.trim()).not.toBe('');
  }
});

/** In "Đã {{text}}", in a list of what waits, after somebody's name. */
test('what was done is named without “Đã”, which the sentence brings', () => {
  for (const [key, text] of Object.entries(vi).filter(([name]) => name.startsWith('did.'))) expect([key, text]).toEqual([key, text.replace(/^Đã /, '')]);
});
