import { IconChevronUp, IconClockExclamation, IconCloudUp, IconFlame, IconHourglass, IconInbox } from '@tabler/icons-react';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useCallback, useEffect, useId, useMemo, useRef, type KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import type { DeskItem } from '@/lib/backend';
import { useCommands, type Command } from '@/lib/commands';
import { formatAgo, formatFacts } from '@/lib/format';
import { Due, focusUnlessWriting, UrgencyMark } from '@/ui';
import { step, type GroupId, type Line } from './groups';
import classes from './desk.module.css';

interface Props {
  lines: readonly Line[];
  activeId: string | undefined;
  onActive: (item: DeskItem) => void;
  onOpen: (item: DeskItem) => void;
}

const heights = { group: 34, item: 62 } as const;

/** The list by groups: ↑ ↓ j k move, Enter opens. Only what is on the screen exists in the page. */
export function DeskList({ lines, activeId, onActive, onOpen }: Props) {
  const { t } = useTranslation();
  const id = useId();
  const box = useRef<HTMLDivElement>(null);
  const at = Math.max(0, lines.findIndex((line) => line.id === activeId));
  const virtual = useVirtualizer({
    count: lines.length,
    getScrollElement: () => box.current,
    estimateSize: (i) => heights[lines[i]?.kind ?? 'item'],
    getItemKey: (i) => lines[i]?.id ?? i,
    overscan: 10,
    paddingEnd: 12,
  });
  useEffect(() => virtual.measure(), [lines, virtual]);
  useEffect(() => focusUnlessWriting(box.current), []);

  const move = useCallback(
    (to: number) => {
      const line = lines[to];
      if (line?.kind !== 'item') return;
      onActive(line.item);
      virtual.scrollToIndex(to <= 1 ? 0 : to, { align: 'auto' });
    },
    [lines, onActive, virtual],
  );
  const latest = useRef({ lines, at, move, onOpen });
  useEffect(() => {
    latest.current = { lines, at, move, onOpen };
  });
  useCommands(useMemo<Command[]>(() => {
    const by = (direction: 1 | -1) => () => {
      box.current?.focus({ preventScroll: true });
      const now = latest.current;
      now.move(step(now.lines, now.at, direction));
    };
    // Also when the focus is elsewhere: on the switch of the line, say.
    const open = () => {
      const line = latest.current.lines[latest.current.at];
      if (line?.kind === 'item') latest.current.onOpen(line.item);
    };
    return [
      { id: 'list.next', label: 'command.list.next', group: 'list', hotkeys: ['j'], hidden: true, run: by(1) },
      { id: 'list.previous', label: 'command.list.previous', group: 'list', hotkeys: ['k'], hidden: true, run: by(-1) },
      { id: 'list.open', label: 'command.list.open', group: 'list', hotkeys: ['enter'], hidden: true, run: open },
    ];
  }, []));

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.target !== box.current || event.ctrlKey || event.metaKey || event.altKey) return;
    const line = lines[at];
    if (event.key === 'ArrowDown') move(step(lines, at, 1));
    else if (event.key === 'ArrowUp') move(step(lines, at, -1));
    else if (event.key === 'Home') move(step(lines, -1, 1));
    else if (event.key === 'End') move(step(lines, lines.length, -1));
    else if (event.key === 'Enter' && line?.kind === 'item') onOpen(line.item);
    else return;
    event.preventDefault();
  };
  const items = virtual.getVirtualItems();
  const shown = items.some((item) => item.index === at);
  return (
    <div ref={box} className={classes.list} role="listbox" tabIndex={0} aria-label={t('desk.list')} aria-activedescendant={shown ? `${id}-${at}` : undefined} onKeyDown={onKeyDown}>
      <div role="presentation" style={{ height: virtual.getTotalSize(), position: 'relative' }}>
        {items.map((item) => {
          const line = lines[item.index];
          if (!line) return null;
          const style = { transform: `translateY(${item.start}px)`, height: item.size };
          if (line.kind === 'group') {
            return <div key={item.key} role="presentation" className={classes.group} data-group={line.id} style={style}><GroupHead id={line.id} count={line.count} /></div>;
          }
          return (
            <Row key={item.key} id={`${id}-${item.index}`} item={line.item} active={item.index === at} style={style} onClick={() => {
              onActive(line.item);
              onOpen(line.item);
            }}
            />
          );
        })}
      </div>
    </div>
  );
}

const icons: Record<GroupId, typeof IconFlame> = {
  immediate: IconFlame, very: IconChevronUp, urgent: IconChevronUp, overdue: IconClockExclamation, soon: IconHourglass, later: IconInbox,
};

function GroupHead({ id, count }: { id: GroupId; count: number }) {
  const { t } = useTranslation();
  const Icon = icons[id];
  return (
    <>
      <Icon size={15} stroke={2} aria-hidden />
      <span>{t(`desk.group.${id}`)}</span>
      <span className={classes.groupCount}>{count}</span>
    </>
  );
}

interface RowProps {
  id: string;
  item: DeskItem;
  active: boolean;
  style: { transform: string; height: number };
  onClick: () => void;
}

function Row({ id, item, active, style, onClick }: RowProps) {
  const { t } = useTranslation();
  const { doc } = item;
  const asked = askOf(item);
  const about = formatFacts(
    item.giver && t('doc.for_person', { name: item.giver.name }), doc.symbol || (doc.numberPending ? t('doc.number_pending') : ''),
    doc.direction === 'incoming' ? doc.organName : '', item.text ? `“${item.text}”` : '', item.from?.name,
  );
  return (
    // The list itself hears the keyboard.
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events
    <div
      id={id}
      role="option"
      tabIndex={-1}
      aria-selected={active}
      className={classes.row}
      data-active={active || undefined}
      data-urgency={doc.urgency || undefined}
      data-unread={doc.unread || undefined}
      style={style}
      onMouseDown={(event) => event.preventDefault()}
      onClick={onClick}
    >
      <div className={classes.first}>
        <UrgencyMark level={doc.urgency} />
        <span className={classes.subject} title={doc.subject}>{doc.subject}</span>
        {doc.pending && <IconCloudUp size={15} stroke={1.8} className={classes.cloud} role="img" aria-label={t('doc.pending')} />}
        <Due day={item.due} overdue={item.overdue} daysLeft={item.daysLeft} />
      </div>
      <div className={classes.second}>
        <span className={classes.asked}>{t(`desk.ask.${asked}`)}</span>
        <span className="kg-clip" title={about}>{about}</span>
        {item.since ? <span className={classes.since}>{formatAgo(item.since)}</span> : null}
      </div>
    </div>
  );
}

/** What is asked: a task by its role, anything else by its queue. */
function askOf(item: DeskItem): string {
  return item.queue === 'task' && item.taskRole === 'PHOI_HOP' ? 'assist' : item.queue;
}
