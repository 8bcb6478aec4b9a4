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
  /** The page of a document, from either list. */
  document: (id: string, direction: 'incoming' | 'outgoing') =>
    `/${direction === 'incoming' ? 'van-ban-den' : 'van-ban-di'}/${encodeURIComponent(id)}`,
  scan: (id: string) => `/van-ban-scan/${encodeURIComponent(id)}`,
  draft: (id: string) => `/du-thao/${encodeURIComponent(id)}`,
  person: (id: string) => `/danh-ba?nguoi=${encodeURIComponent(id)}`,
  unit: (id: string) => `/danh-ba?don-vi=${encodeURIComponent(id)}`,
} as const;
