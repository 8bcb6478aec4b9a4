import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

const css = readFileSync('src/ui/theme/tokens.css', 'utf8');

const [lightPart = '', darkPart = ''] = css.split(":root[data-mantine-color-scheme='dark']");

function tokens(text: string): Map<string, string> {
  return new Map([...text.matchAll(/(--kg-[\w-]+):\s*(#[0-9a-f]{6});/g)].map(([, name = '', value = '']) => [name, value]));
}

function luminance(hex: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return part <= 0.040_45 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: string, b: string): number {
  const [low = 0, high = 0] = [luminance(a), luminance(b)].toSorted((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
}

const surfaces = ['bg', 'sidebar', 'surface', 'surface-2', 'sunken', 'hover', 'selected'];
const pairs: Array<[text: string, on: string[], least: number]> = [
  ['text', [...surfaces, 'hoatoc-row', 'muted-soft', 'mark'], 7],
  ['text-2', [...surfaces, 'hoatoc-row', 'muted-soft'], 4.5],
  ['text-3', surfaces, 4.5],
  ['accent-text', [...surfaces, 'accent-soft'], 4.5],
  ['on-accent', ['accent', 'accent-hover'], 4.5],
  ['on-hoatoc', ['hoatoc'], 4.5],
  ['thuongkhan', ['thuongkhan-soft', 'surface'], 4.5],
  ['khan', ['khan-soft', 'surface'], 4.5],
  ['ok', ['ok-soft', 'surface', 'hover'], 4.5],
  ['warn', ['warn-soft', 'surface', 'hover', 'selected', 'surface-2'], 4.5],
  ['bad', ['bad-soft', 'surface', 'hover', 'selected', 'hoatoc-row'], 4.5],
  ['info', ['info-soft', 'surface'], 4.5],
  ['control', ['surface'], 3],
  ['focus', ['surface', 'bg', 'selected'], 3],
  ['on-stage', ['stage', 'stage-2'], 7],
  ['on-stage-2', ['stage', 'stage-2'], 4.5],
];

describe.each([['light', tokens(lightPart)], ['dark', tokens(darkPart)]])('%s', (_, palette) => {
  const value = (name: string) => palette.get(`--kg-${name}`) ?? '#777777';
  test.each(pairs.flatMap(([text, on, least]) => on.map((surface) => [text, surface, least] as const)))('%s on %s', (text, surface, least) => {
    expect(palette.has(`--kg-${text}`) && palette.has(`--kg-${surface}`)).toBe(true);
    expect(contrast(value(text), value(surface))).toBeGreaterThanOrEqual(least);
  });
});

test('both schemes name the same colours', () =>
  expect([...tokens(darkPart).keys()].toSorted()).toEqual([...tokens(lightPart).keys()].toSorted()));
