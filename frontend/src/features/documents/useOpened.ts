import { useEffect, useRef } from 'react';
import { useGive, useSession, type Doc } from '@/lib/backend';
import { readMarkId } from './readMark';

/**
 * Opening a document marks it as read, and the directives to the person in it
 * as seen. A refusal (offline on the server, say) changes nothing for him, so
 * nothing is shown.
 */
export function useOpened(doc: Doc): void {
  const { data: session } = useSession();
  const { mutateAsync } = useGive();
  const done = useRef(new Set<string>());
  const person = session?.person?.id;
  useEffect(() => {
    if (!person) return;
    const once = (key: string, give: () => Promise<unknown>) => {
      if (done.current.has(key)) return;
      done.current.add(key);
      give().catch(() => undefined);
    };
    if (doc.unread) once('read', async () => mutateAsync({ name: 'readmark.set.1', id: await readMarkId(person, doc.id), base: 0, args: { doc: doc.id } }));
    for (const directive of doc.directives) {
      for (const task of directive.tasks) {
        const unseen = task.mine && !directive.withdrawn && task.state === 'CHUA_XEM' && task.actions.some((info) => info.action === 'document.seen' && info.allow);
        if (!unseen) continue;
        once(`seen${directive.key}${task.receiver.id}`, () =>
          mutateAsync({ name: 'document.seen.1', id: doc.id, base: doc.version, args: { directive: directive.key, receiver: task.receiver.id } }));
      }
    }
  }, [doc, person, mutateAsync]);
}
