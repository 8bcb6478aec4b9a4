import { render, screen } from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { App } from './App';

const told = vi.hoisted(() => ({ session: {} as Record<string, unknown> }));

vi.mock('@/lib/backend', async (original) => ({
  ...(await original<typeof import('@/lib/backend')>()),
  useSession: () => ({ data: told.session, error: null, refetch: () => {} }),
}));

const sockets: string[] = [];

class FakeSocket {
  closed = false;
  constructor(url: string) {
    sockets.push(url);
  }
  close() {
    this.closed = true;
  }
}

beforeEach(() => {
  sockets.length = 0;
  vi.stubGlobal('WebSocket', FakeSocket);
});
afterEach(() => vi.unstubAllGlobals());

test('before the sign-in no event stream is opened', () => {
  told.session = { needsLogin: true, host: 'server' };
  render(<App />);
  expect(screen.getByText('Mật khẩu', { exact: false })).toBeTruthy();
  expect(sockets).toEqual([]);
});

test('in a session one event stream is opened', () => {
  told.session = { problem: 'device.revoked', host: 'laptop' };
  render(<App />);
  expect(sockets).toHaveLength(1);
  expect(sockets[0]).toContain('/api/events');
});
