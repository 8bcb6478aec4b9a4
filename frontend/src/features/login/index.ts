export { Login } from './Login';
export { LostWork } from './LostWork';
