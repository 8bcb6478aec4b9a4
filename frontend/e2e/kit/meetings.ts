/** Invented meetings for the tests of the screens, in the API's own shapes. */
import type { AgendaItem, MeetingItem, MeetingView, ParticipantView } from '../../src/lib/api/model';
import { directory, session } from './fixtures';

const day = 86_400_000;
const zone = 7 * 3600_000;
/** Tomorrow at eight in Việt Nam. */
export const start = Math.floor((Date.now() + zone) / day) * day - zone + day + 8 * 3600_000;
const unit = { id: 'xa0', name: 'Ủy ban nhân dân xã Đồng Tâm', short: 'UBND xã Đồng Tâm' };
const room = { id: 'r1', name: 'Phòng họp A', place: 'Tầng 2', seats: 60, unit };
export const rooms = [room, { ...room, id: 'r2', name: 'Hội trường lớn', seats: 250 }];
const me = { id: session.person?.id ?? '', name: session.person?.name ?? '' };
const staff = directory.people.filter((person) => person.posts[0]?.unit === 'xa0').map(({ id, name, posts }) => ({ id, name, position: posts[0]?.position }));

export const item: MeetingItem = {
  id: 'm1', version: 7, unit, status: 'INVITED', form: 'KET_HOP', class: 'GIAO_BAN', title: 'Họp giao ban công tác tuần 49 và rà soát tiến độ chuyển đổi số', start, end: start + 90 * 60_000,
  room, chair: staff[1], people: 62, role: 'THANH_VIEN', reply: 'PENDING',
};

export const list: MeetingItem[] = [
  item,
  { ...item, id: 'm2', title: 'Hội nghị trực tuyến toàn tỉnh về phòng, chống thiên tai', class: 'HOI_NGHI_TOAN_TINH', form: 'TRUC_TUYEN', room: undefined, unit: { id: 'tinh', name: 'Ủy ban nhân dân tỉnh Sơn Giang' }, start: start + 2 * day, end: start + 2 * day + 4 * 3600_000, people: 1860, role: undefined, reply: undefined, waiting: [unit] },
  { ...item, id: 'm3', title: 'Phiên họp UBND xã thường kỳ tháng 12', class: 'PHIEN_HOP_UBND', form: 'TRUC_TIEP', start: start + 3 * day, end: start + 3 * day + 3 * 3600_000, role: 'CHU_TRI', reply: 'ACCEPTED', chair: me },
  { ...item, id: 'm4', title: 'Họp rà soát công tác bảo vệ bí mật nhà nước', secret: true, form: 'TRUC_TIEP', start: start + 4 * day, end: start + 4 * day + 3600_000, reply: 'DELEGATED' },
  { ...item, id: 'm5', title: 'Làm việc với Sở Tài chính về dự toán năm sau', status: 'DRAFT', prepares: true, role: 'THU_KY', reply: 'PENDING', start: start + 5 * day, end: start + 5 * day + 2 * 3600_000 },
  { ...item, id: 'm6', title: 'Họp Ban chỉ đạo chuyển đổi số', status: 'PENDING_APPROVAL', role: 'CHU_TRI', start: start + 6 * day, end: start + 6 * day + 2 * 3600_000 },
];

export const past: MeetingItem[] = [
  { ...item, id: 'o1', title: 'Họp giao ban công tác tuần 47', status: 'FINISHED', start: start - 8 * day, end: start - 8 * day + 5400_000, reply: 'ACCEPTED' },
  { ...item, id: 'o2', title: 'Họp giao ban công tác tuần 46', status: 'CONCLUDED', start: start - 15 * day, end: start - 15 * day + 5400_000, reply: 'ACCEPTED' },
];

const allow = (...actions: string[]) => actions.map((action) => ({ action, allow: true, reason: 'can.as_invited' }));
const replies = ['ACCEPTED', 'PENDING', 'ACCEPTED', 'DECLINED', 'ACCEPTED', 'PENDING'] as const;

/** Somebody of the province, invited. */
export function invitee(n: number): ParticipantView {
  const person = directory.people[n % directory.people.length]!;
  const office = directory.units.find((one) => one.id === person.posts[0]?.unit)!;
  const reply = replies[n % replies.length]!;
  return {
    id: n < directory.people.length ? person.id : `x${n}`, name: person.name, position: person.posts[0]?.position, office: { id: office.id, name: office.name, short: office.short },
    role: n === 0 ? 'THU_KY' : 'THANH_VIEN', voting: true, order: n + 10, reply, reason: reply === 'DECLINED' ? 'Đi công tác tại Hà Nội theo giấy mời của Bộ Nội vụ' : undefined, seen: n % 2 ? start - day : undefined, actions: [],
  };
}

const mine: ParticipantView = {
  ...invitee(30), id: me.id, name: me.name, position: 'Chủ tịch', office: unit, role: 'THANH_VIEN', order: 2, reply: 'PENDING', reason: undefined, mine: true,
  actions: allow('meeting.reply', 'meeting.send_substitute'),
};

const everybody: ParticipantView[] = [
  { ...invitee(31), id: staff[1]!.id, name: staff[1]!.name, position: 'Phó Chủ tịch', office: unit, role: 'CHU_TRI', order: 1, reply: 'ACCEPTED', reason: undefined, seat: 'A1' },
  mine,
  {
    ...invitee(2), order: 3, reply: 'DELEGATED', reason: 'Dự họp Bộ Tài chính', substitute: { id: 'p41', name: 'Hoàng Thu Lan' }, actions: allow('meeting.decide_substitute'),
  },
  { id: 'so1', name: 'Sở Tài chính', unit: true, office: { id: 'so1', name: 'Sở Tài chính' }, role: 'KHACH_MOI', order: 4, reply: 'ACCEPTED', actions: [] },
  { ...invitee(13), order: 5, role: 'KHACH_MOI', voting: false, reply: 'PENDING', reason: undefined, for: { id: 'so1', name: 'Sở Tài chính', unit: true } },
  ...Array.from({ length: 40 }, (_, i) => invitee(i + 36)),
];
export const people = everybody.filter((one, at) => everybody.findIndex((other) => other.id === one.id) === at);

export const view: MeetingView = {
  ...item, people: people.length + 1, participants: people, entitled: people.filter((one) => one.voting && !one.unit).map((one) => one.id),
  fields: { title: item.title, class: 'GIAO_BAN', form: 'KET_HOP', start: item.start, end: item.end, room: 'r1', quorumPercent: 50, content: 'Đánh giá kết quả công tác tuần 48, triển khai nhiệm vụ tuần 49; rà soát tiến độ số hóa hồ sơ và giải quyết thủ tục hành chính tại các thôn.' },
  creator: staff[3], revision: 2, published: start - 2 * day,
  outsiders: [{ key: 11, name: 'Ông Vũ Quốc Khánh', title: 'Phó Giám đốc', organ: 'Điện lực Sơn Giang', role: 'KHACH_MOI', phone: '0912 000 111' }],
  history: [
    { key: 1, name: 'meeting.create', by: staff[3]!, at: start - 3 * day, status: 'DRAFT' },
    { key: 2, name: 'meeting.submit', by: staff[3]!, at: start - 3 * day + 3600_000, status: 'PENDING_APPROVAL', text: 'Trình Chủ tịch duyệt lịch họp' },
    { key: 3, name: 'meeting.publish', by: me, at: start - 2 * day, status: 'INVITED' },
    { key: 4, name: 'meeting.send_substitute', by: { id: people[2]!.id, name: people[2]!.name }, at: start - day, text: 'Dự họp Bộ Tài chính', about: { id: 'p41', name: 'Hoàng Thu Lan' } },
  ],
  actions: allow('meeting.enter', 'meeting.edit', 'meeting.set_people', 'meeting.postpone', 'meeting.cancel', 'meeting.invitation_drafted', 'agenda.put_item'),
};

const agendaTitles: Array<[string, number]> = [['Khai mạc, thông qua chương trình', 5], ['Báo cáo kết quả công tác tuần 48 và nhiệm vụ tuần 49', 20], ['Tiến độ số hóa hồ sơ, giải quyết thủ tục hành chính', 25], ['Trao đổi về nhân sự', 15], ['Kết luận của chủ trì', 10]];
export const agendaItems: AgendaItem[] = agendaTitles.map(([title, minutes], i) => ({
  key: i + 101, changed: i + 101, type: i === 3 ? 'internal' : 'common', title, minutes, order: i,
  presenters: i === 1 ? [{ id: staff[3]!.id, name: staff[3]!.name }] : i === 2 ? [{ id: 'so1', name: 'Sở Tài chính', unit: true }] : [],
  text: i === 2 ? 'Nêu rõ hồ sơ quá hạn, nguyên nhân và đề xuất.' : undefined,
}));
export const agenda = { sheets: { common: 'c1', internal: 'i1', hidden: 'h1' }, items: agendaItems };
