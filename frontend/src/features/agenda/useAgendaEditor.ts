import { useCallback, useEffect, useRef, useState } from 'react';
import type { Agenda, AgendaItem, AgendaType, MeetingView } from '@/lib/backend';
import { notify, useAct } from '@/ui';
import { inOrder, moved } from './agenda';

export interface ItemWords {
  type: AgendaType;
  title: string;
  text?: string;
  minutes: number;
  presenters: string[];
  presenter?: string;
}

/** Steps are gathered this long before they are one new order. */
const pause = 700;

/** Changes of an agenda: an item's words, its place, its end. */
export function useAgendaEditor(meeting: MeetingView, agenda: Agenda) {
  const act = useAct();
  const [order, setOrder] = useState<number[] | null>(null);
  const waiting = useRef<{ keys: number[]; timer: ReturnType<typeof setTimeout> } | null>(null);
  const items = inOrder(agenda.items, order);

  const send = useCallback(() => {
    const keys = waiting.current?.keys;
    if (!keys) return;
    clearTimeout(waiting.current?.timer);
    waiting.current = null;
    act({ name: 'agenda.order.1', id: agenda.sheets.common, base: 0, args: { meeting: meeting.id, items: keys } })
      .catch(notify.error)
      .finally(() => setOrder((now) => (now === keys ? null : now)));
  }, [act, agenda.sheets.common, meeting.id]);
  const latest = useRef(send);
  useEffect(() => {
    latest.current = send;
  });
  useEffect(() => () => latest.current(), []);

  const place = (keys: number[]) => {
    setOrder(keys);
    clearTimeout(waiting.current?.timer);
    waiting.current = { keys, timer: setTimeout(() => latest.current(), pause) };
  };
  const move = (key: number, by: number) => place(moved(items.map((item) => item.key), key, by));
  const drop = (key: number, at: number) => move(key, at - items.findIndex((item) => item.key === key));
  const put = (words: ItemWords, item?: AgendaItem) =>
    act({
      name: 'agenda.put_item.1', id: agenda.sheets[words.type], base: 0,
      args: {
        ...words, meeting: meeting.id, item: item?.key, base: item?.changed, from: item && item.type !== words.type ? item.type : undefined,
        order: item ? undefined : Math.max(-1, ...items.map((other) => other.order)) + 1,
      },
    });
  const remove = (item: AgendaItem) => act({ name: 'agenda.remove_item.1', id: agenda.sheets[item.type], base: 0, args: { meeting: meeting.id, item: item.key } });
  return { items, move, drop, put, remove };
}
