export { LinePill } from './LinePill';
export { SyncPanel } from './SyncPanel';
export { SyncDetails } from './SyncDetails';
