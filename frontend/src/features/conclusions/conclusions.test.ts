import { describe, expect, test } from 'vitest';
import { begin, isDirty, next, wantsSaving, type Draft, type Happening } from './autosave';
import { cleanRich, joinRich, paragraphsOf, parseRich, plainRich, sameRich, writeRich } from './rich';

const run = (start: Draft, ...events: Happening[]) => events.reduce(next, start);

describe('autosave', () => {
  const start = begin('a', 3);
  const theirs = { text: 'c', revision: 4, by: 'p1', at: 9 };

  test('what is typed while a save is under way is saved next', () => {
    const during = run(start, { type: 'typed', text: 'b' }, { type: 'sent' }, { type: 'typed', text: 'bb' });
    expect(wantsSaving(during)).toBe(false);
    const after = next(during, { type: 'kept', revision: 4, at: 5 });
    expect(after).toMatchObject({ saved: 'b', text: 'bb', revision: 4, savedAt: 5 });
    expect(wantsSaving(after)).toBe(true);
  });

  test('a failure keeps the text and asks to be tried again', () => {
    const failed = run(start, { type: 'typed', text: 'b' }, { type: 'sent' }, { type: 'failed', error: 'x' });
    expect(failed).toMatchObject({ text: 'b', failed: 'x' });
    expect(wantsSaving(failed)).toBe(true);
  });

  test('of two writers nobody loses: nothing is saved until the person has chosen', () => {
    const clash = run(start, { type: 'typed', text: 'b' }, { type: 'sent' }, { type: 'clashed', theirs });
    expect(wantsSaving(clash)).toBe(false);
    expect(clash.text).toBe('b');
    expect(wantsSaving(next(clash, { type: 'typed', text: 'bb' }))).toBe(false);
    const mine = next(clash, { type: 'chose', text: 'b' });
    expect(mine).toMatchObject({ text: 'b', saved: 'c', revision: 4 });
    expect(wantsSaving(mine)).toBe(true);
    expect(isDirty(next(clash, { type: 'chose', text: 'c' }))).toBe(false);
  });

  test('what others write is shown at once, but never over what was typed', () => {
    expect(next(start, { type: 'arrived', text: 'z', revision: 4 })).toMatchObject({ text: 'z', revision: 4 });
    expect(next(start, { type: 'arrived', text: 'z', revision: 3 })).toBe(start);
    const typed = next(start, { type: 'typed', text: 'b' });
    expect(next(typed, { type: 'arrived', text: 'z', revision: 4 })).toBe(typed);
  });
});

describe('rich text', () => {
  const text = '{"type":"doc","content":[{"type":"orderedList","attrs":{"start":1,"type":null},"content":[{"type":"listItem","content":[{"type":"paragraph","attrs":{"textAlign":null},"content":[{"type":"text","marks":[{"type":"bold"}],"text":"Một"}]}]}]},{"type":"paragraph","content":[{"text":"Hai","type":"text"},{"type":"hardBreak"},{"text":"dòng","type":"text"}]}]}';

  test('only what the records take is written', () => {
    expect(writeRich(parseRich(text))).toBe('{"type":"doc","content":[{"type":"orderedList","attrs":{"start":1},"content":[{"type":"listItem","content":[{"type":"paragraph","content":[{"type":"text","marks":[{"type":"bold"}],"text":"Một"}]}]}]},{"type":"paragraph","content":[{"type":"text","text":"Hai"},{"type":"hardBreak"},{"type":"text","text":"dòng"}]}]}');
    expect(sameRich(text, writeRich(cleanRich(parseRich(text))))).toBe(true);
  });

  test('words, and what is no text', () => {
    expect(plainRich(parseRich(text))).toBe('Một\nHai\ndòng');
    expect(plainRich(parseRich('<p>'))).toBe('');
    expect(plainRich(joinRich(parseRich(text), { type: 'doc', content: paragraphsOf(['Ba', '']) }))).toBe('Một\nHai\ndòng\nBa\n');
  });
});
