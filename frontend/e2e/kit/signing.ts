/** Keys, documents and verdicts for the screens that sign. */
import type { ActionInfo, DeskItem, Doc, DocRow, SignatureInfo, SigningKey, SigningKeys, SigningRequest, Verdict } from '../../src/lib/api/model';
import { makeRows, now, session } from './fixtures';

const unit = { id: 'xa0', name: 'Ủy ban nhân dân xã Đồng Tâm' };
const me = { id: session.person?.id ?? '', name: session.person?.name ?? '' };

const key = (change: Partial<SigningKey>): SigningKey => ({
  id: 'k1', kind: 'token', subject: me.name, organization: unit.name, issuer: 'Cơ quan chứng thực số Sơn Giang', serial: '4f1a09c2d77be003', certificate: 'ab'.repeat(32),
  from: Date.parse('2026-01-05T00:00:00Z'), to: Date.parse('2031-01-05T00:00:00Z'), token: { label: 'Thẻ của Chủ tịch', serial: '0107443312', maker: 'Bit4id', pin: 'unknown' }, ...change,
});

export const mine = key({});
export const keys: SigningKeys = {
  keys: [
    mine,
    key({ id: 'k2', kind: 'file', token: { label: 'thu-nghiem.p12', pin: 'unknown' }, serial: '0a' }),
    key({ id: 'k3', subject: 'Trần Văn Dũng', refused: 'test.unworded', token: { label: 'Thẻ cũ', serial: '99', pin: 'none' }, to: Date.parse('2026-02-01T00:00:00Z'), serial: '0b' }),
  ],
  libraries: [{ path: '/usr/lib/libbit4xpki.so', name: 'Bit4id xPKI' }, { path: '/usr/lib/libeTPkcs11.so', problem: 'test.unworded' }], empty: [],
};
export const noKeys: SigningKeys = { ...keys, keys: [], empty: [{ label: 'Thẻ trắng', serial: '5', pin: 'unknown' }] };
export const sealKeys: SigningKeys = { ...keys, keys: [key({ id: 'k9', subject: unit.name, organization: 'Tỉnh Sơn Giang', token: { label: 'Thẻ của cơ quan', serial: '0107440001', maker: 'Bit4id', pin: 'unknown' } })] };
export const withPIN = (pin: 'low' | 'final' | 'none'): SigningKeys => ({ ...keys, keys: [{ ...mine, token: { ...mine.token, pin } }] });

/** A key at a provider, which asks on the telephone, and one whose owner types in here. */
export const atProvider = key({ id: 'k5', kind: 'remote', token: { label: 'Viettel MySign', pin: 'unknown' }, serial: '54010b77c0a1', issuer: 'Viettel-CA SHA-256', remote: { provider: 'Viettel MySign', batch: 5 } });
export const typedKey: SigningKey = { ...atProvider, id: 'k6', remote: { provider: 'Viettel MySign', batch: 1, pin: true, otp: true, sendsOtp: true } };

/** A request to the provider; change what matters. */
export const requestOf = (state: SigningRequest['state'], change: Partial<SigningRequest> = {}): SigningRequest => ({
  id: 'r1', state, kind: 'person', provider: 'Viettel MySign', subject: me.name, asked: now, left: 285_000, documents: [{ id: 'd0', name: 'Quyết định thành lập Tổ công nghệ số cộng đồng' }], ...change,
});

const allow = (...actions: string[]): ActionInfo[] => actions.map((action) => ({ action: `document.${action}`, allow: true, reason: 'can.as_submitted' }));

const subjects = ['Quyết định thành lập Tổ công nghệ số cộng đồng', 'Kế hoạch phòng, chống thiên tai năm 2027', 'Tờ trình điều chỉnh dự toán chi ngân sách', 'Công văn rà soát hộ nghèo cuối năm'];

const file = { key: 11, name: 'Quyết định.pdf', media: 'application/pdf', role: 0, size: 48_000, sha256: '1'.repeat(64), at: now, newest: true, first: 11, version: 2, here: true, atServer: true };

/** An outgoing document that waits for the leader; change what matters. */
export function draft(id: string, change: Partial<Doc> = {}): Doc {
  const [row] = makeRows(1) as [DocRow];
  const n = Number(id.replace(/\D/g, '')) || 0;
  return {
    ...row, id, direction: 'outgoing', state: 'CHO_KY', type: 'QĐ', symbol: '', notation: 'QĐ-UBND', issuedDate: undefined, arrived: undefined, organName: unit.name, subject: subjects[n % 4] ?? '',
    urgency: n === 1 ? 2 : 0, unread: false, unit, revision: 3, mainSHA256: file.sha256, originalValue: 'none', checked: { content: true, form: true, approved: true },
    where: { machine: true, server: true, pendingUp: 0 }, signer: me.id, signerName: 'Nguyễn Thị Hà', signerTitle: 'Chủ tịch', signerForm: 'TM.', submittedTo: me, drafter: { id: 'p38', name: 'Đặng Quang Sơn' },
    actions: allow('sign', 'record_signature', 'send_back'), delegated: [], files: [file], directives: [], remarks: [], recipients: [], signatures: [], initials: [], relations: [], extensions: [],
    handOvers: [], history: [], replies: [], ...change,
  };
}

export const deskItem = (doc: Doc, queue: DeskItem['queue'] = 'sign'): DeskItem => {
  const { unit: _unit, files, directives, remarks, recipients, ...row } = doc;
  return { queue, since: now - 3_600_000, due: row.due, daysLeft: 3, doc: { ...row, unit: 'xa0', files: files.length, directives: directives.length, remarks: remarks.length, recipients: recipients.length } as unknown as DocRow };
};

export const deskOf = (...items: DeskItem[]) => ({ queues: [{ key: 'sign', count: items.length }], items, overdue: 0, today: 0, unread: 0 });

export const passed: Verdict = { indication: 'TOTAL-PASSED', at: now, stamped: now + 4000, level: 'B-T', signatures: 1 };
export const failed: Verdict = { indication: 'TOTAL-FAILED', sub: 'HASH_FAILURE', at: now };

export function signature(kind: 1 | 2, change: Partial<SignatureInfo> = {}): SignatureInfo {
  return {
    key: 20 + kind, kind, by: kind === 1 ? me : { id: 'p37', name: 'Trần Thu Hà' }, at: now, form: kind === 1 ? 'TM.' : undefined, digital: true, file: 11,
    claim: { field: 'Ky1', certificate: 'ab'.repeat(32), subject: kind === 1 ? `CN=${me.name},O=${unit.name}` : `CN=${unit.name},O=Tỉnh Sơn Giang`, issuer: 'Cơ quan chứng thực số Sơn Giang', key: kind === 1 ? 'token' : 'file' },
    ...change,
  };
}

export const numbered: Partial<Doc> = { state: 'DA_CAP_SO', symbol: '128/QĐ-UBND', bookNumber: 128, issuedDate: '2026-11-23', actions: allow('seal', 'record_signature', 'issue'), originalValue: 'one_of_two' };
