import { act, render, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { useState } from 'react';
import { describe, expect, test, vi } from 'vitest';
import { ApiError } from '@/lib/errors';
import { commands } from '@/lib/commands';
import { ConfirmDialog, Due, Failure, focusUnlessWriting, FormFrame, Kbd, Loaded, NavBadge, Palette, TabStrip, UrgencyMark, useTabKeys } from '.';
import { Theme } from './theme/Theme';

const show = (node: React.ReactNode) => render(<Theme locale="vi">{node}</Theme>);

describe('marks', () => {
  test('urgency is a word, not only a colour', () => {
    show(<><UrgencyMark level={3} /><UrgencyMark level={0} /></>);
    expect(screen.getByText('Hỏa tốc')).toBeDefined();
    expect(screen.queryByText('Thường')).toBeNull();
  });
  test.each([
    [{ daysLeft: 3 }, 'còn 3 ngày làm việc'],
    [{ daysLeft: 0 }, 'hạn hôm nay'],
    [{ daysLeft: -2, overdue: true }, 'quá hạn 2 ngày làm việc'],
    [{ daysLeft: -2, overdue: true, closed: true }, '26/11/2026'],
    [{}, '26/11/2026'],
  ])('due %o', (props, words) => {
    show(<Due day="2026-11-26" {...props} />);
    expect(screen.getByText(words)).toBeDefined();
  });
  test('a count of nothing is not shown', () => {
    show(<><NavBadge count={0} /><NavBadge count={1234} /></>);
    expect(screen.getByText('999+')).toBeDefined();
    expect(screen.queryByText('0')).toBeNull();
  });
  test('keys', () => {
    show(<Kbd keys="mod+k" />);
    expect(screen.getAllByText(/Ctrl|⌘|K/)).toHaveLength(2);
  });
});

describe('focus', () => {
  const list = <div role="listbox" tabIndex={0} aria-label="list" />;
  test('a list that has come takes it', () => {
    show(list);
    focusUnlessWriting(screen.getByLabelText('list'));
    expect(document.activeElement).toBe(screen.getByLabelText('list'));
  });
  test('but not from a form, which has it as soon as it is there', () => {
    show(<>{list}<FormFrame title="form" submit="send" onSubmit={() => {}} onClose={() => {}}><input aria-label="words" /></FormFrame></>);
    expect(document.activeElement).toBe(screen.getByLabelText('words'));
    focusUnlessWriting(screen.getByLabelText('list'));
    expect(document.activeElement).toBe(screen.getByLabelText('words'));
  });
});

describe('tabs', () => {
  const tabs = [{ id: 'work', label: 'Xử lý' }, { id: 'fields', label: 'Thông tin' }, { id: 'files', label: 'Tệp', count: 2 }];
  function Strip() {
    const [value, setValue] = useState('work');
    useTabKeys(['doc.tab.work', 'doc.tab.fields', 'doc.tab.files'], (at) => setValue(tabs[at]?.id ?? ''));
    return <><TabStrip label="strip" tabs={tabs} value={value} onChange={setValue} panel="side" /><div role="tabpanel" id="side" aria-labelledby={`side-${value}`}>{value}</div></>;
  }
  const chosen = () => screen.getByRole('tab', { selected: true });

  test('one stop for the Tab key; arrows, Home and End choose and take the focus along', async () => {
    show(<><Strip /><button type="button">after</button></>);
    await userEvent.tab();
    for (const [keys, name] of [['{ArrowRight}', 'Thông tin'], ['{End}', 'Tệp2'], ['{ArrowRight}', 'Xử lý'], ['{ArrowLeft}', 'Tệp2'], ['{Home}', 'Xử lý']] as const) {
      await userEvent.keyboard(keys);
      expect(chosen().textContent).toBe(name);
      expect(document.activeElement).toBe(chosen());
    }
    await userEvent.tab();
    expect(document.activeElement).toBe(screen.getByText('after'));
  });
  test('keys with Alt or Ctrl are the browser\'s', async () => {
    show(<Strip />);
    await userEvent.tab();
    await userEvent.keyboard('{Alt>}{ArrowRight}{/Alt}{Control>}{End}{/Control}');
    expect(chosen().textContent).toBe('Xử lý');
  });
  test('numbers choose, too, and the panel is named by its tab', async () => {
    show(<Strip />);
    act(() => void commands.run('view.tab.3'));
    expect(screen.getByRole('tabpanel', { name: /Tệp/ }).textContent).toBe('files');
    expect(chosen().getAttribute('aria-controls')).toBe('side');
  });
  test('a list that comes under them does not take the focus', async () => {
    show(<><Strip /><div role="listbox" tabIndex={0} aria-label="list" /></>);
    await userEvent.tab();
    focusUnlessWriting(screen.getByLabelText('list'));
    expect(document.activeElement).toBe(chosen());
  });
});

describe('states', () => {
  test('a failure is words and a way out', async () => {
    const retry = vi.fn();
    show(<Failure error={new ApiError('forbidden', 'x')} onRetry={retry} />);
    await userEvent.click(screen.getByRole('button', { name: 'Thử lại' }));
    expect(screen.getByRole('alert').textContent).toContain('Không có quyền');
    expect(retry).toHaveBeenCalledOnce();
  });
  test('old data stays on the screen while a refresh fails', () => {
    show(<Loaded query={{ data: 'Công văn', error: new ApiError('offline', 'x'), isPending: false, refetch: vi.fn() }}>{(data) => <p>{data}</p>}</Loaded>);
    expect(screen.getByText('Công văn')).toBeDefined();
  });
});

describe('ConfirmDialog', () => {
  test('a refusal is told and the words are kept', async () => {
    const onConfirm = vi.fn(() => Promise.reject(new ApiError('conflict', 'x')));
    const onClose = vi.fn();
    show(<ConfirmDialog opened title="Trả lại?" confirm="Trả lại" reason={{ label: 'Lý do', required: true }} onConfirm={onConfirm} onClose={onClose} />);
    const button = await screen.findByRole('button', { name: 'Trả lại' });
    expect((button as HTMLButtonElement).disabled).toBe(true);
    await userEvent.type(screen.getByLabelText(/Lý do/), '  Nhầm nơi nhận ');
    await userEvent.click(button);
    await screen.findByRole('alert');
    expect(onConfirm).toHaveBeenCalledWith('Nhầm nơi nhận');
    expect(onClose).not.toHaveBeenCalled();
    expect((screen.getByLabelText(/Lý do/) as HTMLTextAreaElement).value).toContain('Nhầm nơi nhận');
  });
});

describe('Palette', () => {
  test('finds commands without accents, and what providers find', async () => {
    const run = vi.fn();
    const leave = commands.register([
      { id: 'a', label: 'nav.incoming', group: 'go', run },
      { id: 'b', label: 'nav.directory', group: 'go', run: vi.fn() },
      { id: 'c', label: 'nav.drafts', group: 'go', run: vi.fn(), when: () => false },
    ]);
    const providers = [{ id: 'p', label: 'palette.people', search: (q: string) => Promise.resolve([{ id: 'x', title: `Người ${q}`, run: vi.fn() }]) }];
    const onClose = vi.fn();
    show(<Palette opened onClose={onClose} providers={providers} />);
    await userEvent.type(await screen.findByRole('combobox'), 'van ban den');
    expect(screen.getAllByRole('option').map((option) => option.textContent)).toEqual(['Văn bản đến']);
    await screen.findByRole('option', { name: /Người van ban den/ });
    await userEvent.keyboard('{Enter}');
    expect(onClose).toHaveBeenCalled();
    await waitFor(() => expect(run).toHaveBeenCalledOnce());
    leave();
  });
});
