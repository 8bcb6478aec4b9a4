import type { ActionInfo } from './backend';

/** Whether the server's answer about what the viewer may do has this. */
export const may = (actions: readonly ActionInfo[], action: string): boolean => actions.some((each) => each.action === action && each.allow);
