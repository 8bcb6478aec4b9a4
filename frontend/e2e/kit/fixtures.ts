/** An invented province for the tests of the screens, in the API's own shapes. */
import type { DirectoryData, DocRow, PersonInfo, SearchRow, Session, SyncStatus, UnitInfo } from '../../src/lib/api/model';

export const now = Date.parse('2026-11-23T01:40:00Z');

const communes = ['Đồng Tâm', 'Hòa Bình', 'Tân Lập', 'Vĩnh Phúc', 'An Sơn', 'Phú Thịnh', 'Cẩm Giang', 'Trường Xuân', 'Bình Minh', 'Kim Đức'];
const departments = ['Sở Nội vụ', 'Sở Tài chính', 'Sở Khoa học và Công nghệ', 'Sở Nông nghiệp và Môi trường', 'Sở Y tế', 'Sở Giáo dục và Đào tạo'];
const family = ['Nguyễn', 'Trần', 'Lê', 'Phạm', 'Hoàng', 'Đặng', 'Bùi', 'Đỗ'];
const middle = ['Thị', 'Văn', 'Minh', 'Thu', 'Quang', 'Hồng'];
const given = ['Hà', 'Dũng', 'Đào', 'Lan', 'Tuấn', 'Phương', 'Sơn', 'Hạnh', 'Đức', 'Yến'];

const units: UnitInfo[] = [
  { id: 'tinh', name: 'Ủy ban nhân dân tỉnh Sơn Giang', short: 'UBND tỉnh', notation: 'UBND', office: true, level: 'province' },
  ...departments.map((name, i) => ({ id: `so${i}`, parent: 'tinh', name, notation: 'S', office: true, level: 'department' })),
  ...communes.map((name, i) => ({ id: `xa${i}`, parent: 'tinh', name: `Ủy ban nhân dân xã ${name}`, short: `UBND xã ${name}`, notation: 'UBND', office: true, level: 'commune' })),
  ...communes.flatMap((_, i) => ['Văn phòng HĐND và UBND', 'Phòng Văn hóa - Xã hội', 'Phòng Kinh tế'].map((name, n) => ({ id: `xa${i}p${n}`, parent: `xa${i}`, name, level: 'division' }))),
];

const posts: Array<[string, string]> = [['leader', 'Chủ tịch'], ['deputy', 'Phó Chủ tịch'], ['clerk', 'Văn thư'], ['officer', 'Chuyên viên'], ['admin', 'Chuyên viên, quản trị đơn vị']];
const people: PersonInfo[] = units
  .filter((unit) => unit.level !== 'division')
  .flatMap((unit, u) => posts.map(([role, position], p) => {
    const n = u * posts.length + p;
    return {
      id: `p${n}`, name: `${family[n % 8]} ${middle[(n * 3) % 6]} ${given[(n * 7) % 10]}`, phone: `0912 ${String(100 + n).padStart(3, '0')} 4${String(n % 100).padStart(2, '0')}`,
      email: `p${n}@songiang.example`, posts: [{ unit: unit.id, position, role, main: true }],
    };
  }));

export const directory: DirectoryData = { units, people, version: 'a1' };

const chair = people.find((person) => person.posts[0]?.unit === 'xa0') as PersonInfo;

export const session: Session = {
  person: { id: chair.id, name: chair.name, position: 'Chủ tịch', unit: 'xa0' },
  unit: { id: 'xa0', name: 'Ủy ban nhân dân xã Đồng Tâm', short: 'UBND xã Đồng Tâm', notation: 'UBND' },
  posts: [
    { unit: { id: 'xa0', name: 'Ủy ban nhân dân xã Đồng Tâm' }, office: 'xa0', position: 'Chủ tịch', role: 'leader', main: true },
    { unit: { id: 'xa0', name: 'Ủy ban nhân dân xã Đồng Tâm' }, office: 'xa0', position: 'Quản trị đơn vị', role: 'admin' },
  ],
  offices: [{ id: 'xa0', name: 'Ủy ban nhân dân xã Đồng Tâm' }],
  delegations: [],
  allDelegations: [],
  host: 'laptop',
  device: { id: 'd1', name: 'ubnd-dongtam-01', server: 'may-chu.songiang.example:8443', expires: now + 80 * 86_400_000 },
  demo: {
    line: { cut: false },
    roles: [
      { label: 'Chủ tịch UBND xã', person: chair.name, unit: 'UBND xã Đồng Tâm', url: '/?vai=1', current: true },
      { label: 'Văn thư xã', person: 'Trần Thu Hà', unit: 'UBND xã Đồng Tâm', url: '/?vai=2', current: false },
      { label: 'Văn thư Sở', person: 'Lê Minh Sơn', unit: 'Sở Nội vụ', url: '/?vai=3', current: false },
    ],
  },
  serverTime: now,
  version: '0.1.0',
};

export const calm: SyncStatus = {
  state: 'online', lastContact: Date.now() - 40_000, serverTimeOffset: 0, waiting: [], waitingCount: 0, refused: [], refusedCount: 0, doubtful: 0,
  uploads: [], downloads: [], firstLoadComplete: true, epoch: '1', checks: { ok: true, at: now },
};

const target = { kind: 1, id: 'doc1' };
export const troubled: SyncStatus = {
  ...calm,
  state: 'offline',
  lastContact: Date.now() - 2 * 3600_000,
  waitingCount: 12,
  doubtful: 1,
  waiting: [
    { id: 1, name: 'document.direct.1', target, at: now, status: 'waiting', subject: 'Về việc đẩy mạnh chuyển đổi số và cải cách hành chính cấp xã năm 2026' },
    { id: 2, name: 'document.answer.1', target, at: now - 600_000, status: 'sent', subject: 'Báo cáo rà soát hộ nghèo, hộ cận nghèo' },
    { id: 3, name: 'document.remark.1', target, at: now - 900_000, status: 'doubtful', subject: 'Kế hoạch phòng, chống thiên tai' },
  ],
  refusedCount: 1,
  refused: [{
    id: 9, name: 'document.edit.1', target, at: now - 86_400_000, subject: 'Dự thảo báo cáo quý IV', code: 'conflict', reason: 'test.unworded',
    text: 'Đề nghị bổ sung số liệu của thôn Đông và thôn Đoài trước khi trình ký.',
  }],
  uploads: [{ sha256: 'a'.repeat(64), name: 'Báo cáo quý IV.pdf', done: 1_400_000, total: 2_600_000 }],
  downloads: [
    { sha256: 'b'.repeat(64), name: '308-KH-UBND.pdf', done: 300_000, total: 4_100_000 },
    { sha256: 'c'.repeat(64), name: 'Phụ lục kèm theo.pdf', done: 0, total: 11_800_000 },
  ],
  coming: { records: 1280, bytes: 240_000, estimateMs: 190_000 },
};

const subjects = [
  'Về việc triển khai các biện pháp cấp bách ứng phó mưa lũ trên địa bàn', 'Kế hoạch chuyển đổi số của tỉnh năm 2026', 'Giấy mời họp giao ban công tác tháng 11',
  'Báo cáo kết quả giải quyết thủ tục hành chính', 'Quyết định phê duyệt quy hoạch sử dụng đất xã Đồng Tâm', 'Về việc rà soát hộ nghèo, hộ cận nghèo cuối năm',
];
const types = ['CĐ', 'KH', 'GM', 'BC', 'QĐ', 'CV'];
export function makeRows(count: number): DocRow[] {
  return Array.from({ length: count }, (_, i) => ({
    id: `doc${i}`, direction: i % 3 === 2 ? 'outgoing' : 'incoming', state: i % 3 === 2 ? 'DA_PHAT_HANH' : (['CHO_TIEP_NHAN', 'CHO_PHAN_PHOI', 'DANG_XU_LY', 'HOAN_THANH'][i % 4] ?? ''),
    type: types[i % 6] ?? '', symbol: `${300 + i}/${types[i % 6]}-UBND`, issuedDate: '2026-11-20', arrived: now - i * 3_600_000, organName: departments[i % 6] ?? '',
    subject: subjects[i % 6] ?? '', urgency: i === 0 ? 3 : i === 3 ? 2 : i === 5 ? 1 : 0, due: '2026-11-26', daysLeft: 3 - (i % 6), overdue: i % 6 > 3, unit: 'xa0',
    directives: 0, files: 1, remarks: 0, unread: i % 4 === 0, version: 1,
  }));
}

export function makeHits(q: string): SearchRow[] {
  return makeRows(40).map((row) => {
    const at = row.subject.toLowerCase().indexOf(q.toLowerCase());
    return at < 0 || !q ? row : { ...row, subjectSpans: [{ text: row.subject.slice(0, at) }, { text: row.subject.slice(at, at + q.length), hit: true }, { text: row.subject.slice(at + q.length) }] };
  });
}
