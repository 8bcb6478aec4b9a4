import type { Session } from '@/lib/backend';

/** Whether the person looks after the machines of an office. */
export const administers = (session: Session | undefined): boolean => session?.posts.some((post) => post.role === 'admin') ?? false;
