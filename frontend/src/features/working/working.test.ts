import { describe, expect, it } from 'vitest';
import type { Doc, FileInfo, WorkCopy } from '@/lib/backend';
import { copyOf, paperOf, paperState, replaces, textOf } from './working';

const file = (key: number, name: string, role: number, change: Partial<FileInfo> = {}): FileInfo => ({
  key, name, role, first: key, version: 1, size: 1, sha256: String(key), newest: true, here: true,
  media: name.endsWith('.pdf') ? 'application/pdf' : 'application/vnd.openxmlformats-officedocument.wordprocessingml.document', ...change,
});
const draft = (...files: FileInfo[]) => ({ id: 'd1', direction: 'outgoing', files }) as unknown as Doc;

describe('the text of a draft', () => {
  it('is the newest main file until there is a PDF, then the draft beside it', () => {
    expect(textOf(draft(file(1, 'a.docx', 0)))?.key).toBe(1);
    expect(textOf(draft(file(3, 'a.pdf', 0), file(2, 'phụ lục.docx', 1), file(1, 'a.ODT', 2)))?.key).toBe(1);
    expect(textOf(draft(file(1, 'a.docx', 0, { newest: false }), file(2, 'a.docx', 0)))?.key).toBe(2);
  });
  it('is none of an incoming document, of a PDF or of attachments alone', () => {
    expect(textOf({ ...draft(file(1, 'a.docx', 0)), direction: 'incoming' })).toBeUndefined();
    expect(textOf(draft(file(1, 'a.pdf', 0), file(2, 'b.docx', 1)))).toBeUndefined();
  });
});

describe('a new file of a draft', () => {
  const cases: Array<[string, Doc, string, ReturnType<typeof replaces>]> = [
    ['the first', draft(), 'a.docx', { role: 0, replaces: undefined }],
    ['a text for the text', draft(file(1, 'a.docx', 0)), 'b.docx', { role: 0, replaces: 1 }],
    ['a PDF for the PDF', draft(file(1, 'a.pdf', 0)), 'b.pdf', { role: 0, replaces: 1 }],
    ['a scan for a text that has no PDF yet', draft(file(1, 'a.docx', 0)), 'b.pdf', { role: 0, replaces: 1 }],
    ['a text beside its PDF', draft(file(2, 'a.pdf', 0), file(1, 'a.docx', 2)), 'b.docx', { role: 2, replaces: 1 }],
    ['a PDF beside its text', draft(file(2, 'a.pdf', 0), file(1, 'a.docx', 2)), 'b.pdf', { role: 0, replaces: 2 }],
    ['a text for a PDF that came without one', draft(file(1, 'a.pdf', 0)), 'a.docx', { role: 2 }],
  ];
  it.each(cases)('%s', (_what, doc, name, want) => expect(replaces(doc, name)).toEqual(want));
});

describe('the working copy', () => {
  const copy = (change: Partial<WorkCopy>) => ({ id: 'x', document: 'd1', file: 1, name: 'a.docx', opened: 1, ...change }) as WorkCopy;
  it('belongs to the document by its file, whatever version it holds', () => {
    const doc = draft(file(1, 'cũ.docx', 2, { newest: false }), file(2, 'a.docx', 2, { first: 1, version: 2 }), file(3, 'a.pdf', 0, { source: 1, stale: true }));
    expect(copyOf(doc, [copy({ document: 'd2' }), copy({ id: 'mine', name: 'cũ.docx' })])?.id).toBe('mine');
    expect(copyOf(doc, [copy({ document: 'd2' })])).toBeUndefined();
    expect(paperOf(doc)?.key).toBe(3);
    expect(paperState(doc)).toEqual({ stale: true, of: 1, newest: 2 });
    expect(paperState(draft(file(1, 'a.pdf', 0))).stale).toBe(false);
  });
});
