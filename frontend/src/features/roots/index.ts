export { Roots } from './Roots';
