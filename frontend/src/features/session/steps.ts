import { useMemo } from 'react';
import { useGive, type AnyGive, type LiveSession, type SessionItemView, type SpeechView } from '@/lib/backend';
import { may as allowed } from '@/lib/may';
import { notify } from '@/ui';

/** Whether the person may do it now. */
export const may = (view: LiveSession, action: string) => allowed(view.actions, action);

/** What one key does from the console. What came of it is seen there, so only a refusal is told. */
export function useSteps(view: LiveSession) {
  const { mutate } = useGive();
  const { id, meeting } = view;
  const instead = view.called?.key;
  return useMemo(() => {
    const give = (command: AnyGive) => mutate(command, { onError: (error) => notify.error(error) });
    const target = { id, base: 0 };
    return {
      call: (speech: SpeechView) => give({ name: 'session.call.1', ...target, args: { meeting, speech: speech.key, instead } }),
      begin: (speech: SpeechView) => give({ name: 'session.begin_speech.1', ...target, args: { meeting, speech: speech.key } }),
      pause: (speech: SpeechView) => give({ name: 'session.pause_speech.1', ...target, args: { meeting, speech: speech.key } }),
      end: (speech: SpeechView) => give({ name: 'session.end_speech.1', ...target, args: { meeting, speech: speech.key } }),
      accept: (speech: SpeechView) => give({ name: 'session.accept_speech.1', ...target, args: { meeting, speech: speech.key } }),
      raise: (speech: SpeechView) =>
        give({ name: 'session.prioritise.1', ...target, args: { meeting, speech: speech.key, priority: Math.min(9, (speech.priority ?? 0) + 1) } }),
      item: (item: SessionItemView, how: 'start' | 'next' | 'pause' | 'finish' | 'defer') =>
        give({ name: 'session.item.1', ...target, args: { meeting, item: item.key, sheet: item.sheet, do: how } }),
      questions: (on: boolean) => give({ name: 'session.question_time.1', ...target, args: { meeting, on } }),
      queue: (open: boolean) => give({ name: open ? 'session.open_queue.1' : 'session.close_queue.1', ...target, args: { meeting } }),
      helped: (attendance: string, person: string, request: number) =>
        give({ name: 'attendance.help_done.1', id: attendance, base: 0, args: { meeting, person, request } }),
    };
  }, [mutate, id, meeting, instead]);
}

export type Steps = ReturnType<typeof useSteps>;

/** The item that "next" begins: the first that waits after the one under way, else the first that waits at all. */
export function nextItem(view: Pick<LiveSession, 'items' | 'current'>): SessionItemView | undefined {
  const at = view.items.findIndex((item) => item.key === view.current);
  const waits = (item: SessionItemView) => item.state === 'CHUA';
  return view.items.slice(at + 1).find(waits) ?? view.items.find(waits);
}
