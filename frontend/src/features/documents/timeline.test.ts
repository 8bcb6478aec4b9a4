import { expect, test } from 'vitest';
import { makeDirective, makeDoc, makeTask, start } from './testDoc';
import { depthOf, timelineOf } from './timeline';

const by = { id: 'p', name: 'Người' };
const doc = makeDoc({
  directives: [makeDirective(10, [makeTask('a')], { reminders: [{ by, at: start + 90 }] }), makeDirective(30, [makeTask('b')], { parent: 10 })],
  remarks: [{ key: 20, by, at: start + 20, text: 'Ý kiến' }],
  extensions: [{ key: 40, by, at: start + 40, new: '2026-12-01', actions: [] }],
  history: [
    { key: 1, name: 'document.arrive', by, at: start },
    { key: 10, name: 'document.direct', by, at: start + 10, text: 'Giao thực hiện' },
    { key: 40, name: 'document.ask_extension', by, at: start + 40, text: 'Xin thêm' },
    { key: 50, name: 'document.answer', by, at: start + 50, text: 'Đã làm' },
    { key: 60, name: 'document.decide_extension', by, at: start + 60 },
  ],
});

test('one story, newest first, each thing told once', () =>
  expect(timelineOf(doc).map((entry) => entry.id)).toEqual(['m10.0', 's50', 'e40', 'd30', 'r20', 'd10', 's1']));

test('only what somebody wrote', () => expect(timelineOf(doc, 'words').map((entry) => entry.id)).toEqual(['m10.0', 's50', 'e40', 'd30', 'r20', 'd10']));

test('a directive that passes another on stands under it', () => {
  const [first, second] = doc.directives;
  expect([first && depthOf(doc, first), second && depthOf(doc, second)]).toEqual([0, 1]);
});

test('saves of one file in a row are told once, by whom and how many; another between them parts them', () => {
  const save = (key: number, change = {}) => ({ key, name: 'document.add_file', by, at: start + key, text: 'a.docx', ...change });
  const history = [save(1), save(2), save(3, { text: 'b.docx' }), save(4), save(5), save(6), save(7, { by: { id: 'q', name: 'Khác' } })];
  const told = timelineOf(makeDoc({ history })).map((entry) => [entry.id, entry.kind === 'step' ? entry.times : undefined]);
  expect(told).toEqual([['s7', undefined], ['s6', 3], ['s3', undefined], ['s2', 2]]);
});
