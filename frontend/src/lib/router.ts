/** Deep links. Every screen has an address that can be kept, sent and reloaded. */
export { Link, Route, Switch, useLocation, useParams, useSearch } from 'wouter';
export { navigate } from 'wouter/use-browser-location';

export const paths = {
  desk: '/ban-lam-viec',
  incoming: '/van-ban-den',
  incomingNew: '/van-ban-den/vao-so',
  scans: '/van-ban-scan',
  toSign: '/cho-ky',
  outgoing: '/van-ban-di',
  outgoingNew: '/van-ban-di/phat-hanh',
  drafts: '/du-thao',
  draftNew: '/du-thao/moi',
  search: '/tim-kiem',
  directory: '/danh-ba',
  books: '/so-van-ban',
  settings: '/cai-dat',
  meetings: '/hop',
  schedule: '/lich',
  assignments: '/nhiem-vu',
  meetingStatistics: '/thong-ke-hop',
  /** The page of a document, from either list. */
  document: (id: string, direction: 'incoming' | 'outgoing') =>
    `/${direction === 'incoming' ? 'van-ban-den' : 'van-ban-di'}/${encodeURIComponent(id)}`,
  scan: (id: string) => `/van-ban-scan/${encodeURIComponent(id)}`,
  /** A meeting; the tab is the id of a MeetingTab. */
  meeting: (id: string, tab?: string) => `/hop/${encodeURIComponent(id)}${tab ? `/${tab}` : ''}`,
  /** The conference of a meeting: its room, and the console of those who lead it. */
  hall: (meeting: string, view?: 'dieu-hanh') => `/hop/${encodeURIComponent(meeting)}/phong-hop${view ? `/${view}` : ''}`,
  /** Where guests' links lead; the link itself follows. */
  guest: '/khach/',
  /** The second screen of a meeting point. */
  hallSlides: (meeting: string) => `/hop/${encodeURIComponent(meeting)}/phong-hop?man-hinh=tai-lieu`,
  /** What is shown on the wall of a room, and at its door. */
  display: (meeting: string) => `/man-hinh/${encodeURIComponent(meeting)}`,
  door: (room: string) => `/man-hinh-phong/${encodeURIComponent(room)}`,
  /** The result of a vote, for the screen of the room. */
  voteScreen: (meeting: string, vote: number) => `/man-hinh/${encodeURIComponent(meeting)}/bieu-quyet/${vote}`,
  slips: '/phieu-y-kien',
  slipsOf: (meeting: string) => `/phieu-y-kien?cuoc-hop=${meeting}`,
  slip: (id: string) => `/phieu-y-kien/${encodeURIComponent(id)}`,
  meetingNew: '/hop/moi',
  meetingEdit: (id: string) => `/hop/${encodeURIComponent(id)}/sua`,
  assignment: (id: string) => `/nhiem-vu?nhiem-vu=${encodeURIComponent(id)}`,
  /** The reader of a meeting's materials. */
  reading: (meeting: string, material?: string, page?: number) =>
    `/doc-tai-lieu/${encodeURIComponent(meeting)}${material ? `/${encodeURIComponent(material)}` : ''}${page ? `?trang=${page}` : ''}`,
  draft: (id: string) => `/du-thao/${encodeURIComponent(id)}`,
  person: (id: string) => `/danh-ba?nguoi=${encodeURIComponent(id)}`,
  unit: (id: string) => `/danh-ba?don-vi=${encodeURIComponent(id)}`,
} as const;
