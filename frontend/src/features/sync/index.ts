export { LinePill } from './LinePill';
export { MachineNotice } from './MachineNotice';
export { SyncPanel } from './SyncPanel';
export { SyncDetails } from './SyncDetails';
