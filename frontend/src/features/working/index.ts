export { Unsent, UnsentList } from './Unsent';
export { WorkBar } from './WorkBar';
export { paperState, replaces } from './working';
