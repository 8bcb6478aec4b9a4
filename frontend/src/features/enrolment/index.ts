export { FirstRun } from './FirstRun';
export { ForgottenNotice } from './Forgotten';
