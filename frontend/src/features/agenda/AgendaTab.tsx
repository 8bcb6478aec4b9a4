import { Button, Modal, TextInput } from '@mantine/core';
import { IconListNumbers, IconPlus } from '@tabler/icons-react';
import { useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useAgenda, type Agenda, type AgendaItem, type MeetingView } from '@/lib/backend';
import { useCommands, type Command } from '@/lib/commands';
import { ConfirmDialog, Empty, Kbd, Loaded, notify } from '@/ui';
import { planned, readLine, totalMinutes } from './agenda';
import { ItemForm } from './ItemForm';
import { ItemLine } from './ItemLine';
import { useAgendaEditor } from './useAgendaEditor';
import classes from './agenda.module.css';

/** Chương trình: what is dealt with, in which order, by whom, and when by the plan. */
export default function AgendaTab({ meeting }: { meeting: MeetingView }) {
  const agenda = useAgenda(meeting.id);
  return <Loaded query={agenda}>{(data) => <Sheet meeting={meeting} agenda={data} />}</Loaded>;
}

function Sheet({ meeting, agenda }: { meeting: MeetingView; agenda: Agenda }) {
  const { t } = useTranslation();
  const editor = useAgendaEditor(meeting, agenda);
  const [edited, setEdited] = useState<AgendaItem | 'new' | null>(null);
  const [removed, setRemoved] = useState<AgendaItem | null>(null);
  const [dragged, setDragged] = useState<number | null>(null);
  const list = useRef<HTMLOListElement>(null);
  const edits = meeting.actions.some((one) => one.action === 'agenda.put_item' && one.allow);
  const lines = useMemo(() => planned(editor.items, meeting.start), [editor.items, meeting.start]);
  useCommands(useMemo<Command[]>(() => (edits ? [{ id: 'agenda.new', label: 'command.agenda.new', group: 'create', hotkeys: ['n'], run: () => setEdited('new') }] : []), [edits]));

  const focus = (at: number) => list.current?.querySelectorAll<HTMLElement>('[data-item]')[at]?.focus();
  return (
    <div className={classes.sheet}>
      <div className={classes.head}>
        <Total items={editor.items} meeting={meeting} />
        {edits && <Button leftSection={<IconPlus size={16} stroke={1.8} />} rightSection={<Kbd keys="n" />} onClick={() => setEdited('new')}>{t('agenda.new')}</Button>}
      </div>
      {lines.length === 0 ? <Empty icon={IconListNumbers} title={t('agenda.none')} text={edits ? t('agenda.none.text') : undefined} /> : (
        <ol ref={list} className={classes.list} aria-label={t('meeting.tab.agenda')}>
          {lines.map(({ item, at }, i) => (
            <ItemLine
              key={item.key} item={item} at={at} number={i + 1} edits={edits} dragged={dragged === item.key}
              onMove={(by) => {
                editor.move(item.key, by);
                requestAnimationFrame(() => focus(Math.max(0, Math.min(lines.length - 1, i + by))));
              }}
              onFocusTo={(by) => focus(i + by)}
              onEdit={() => setEdited(item)}
              onRemove={() => setRemoved(item)}
              onDrag={setDragged}
              onDrop={() => dragged !== null && editor.drop(dragged, i)}
            />
          ))}
        </ol>
      )}
      {edits && <QuickLine onAdd={(line) => editor.put({ type: 'common', ...readLine(line), presenters: [] })} />}
      <Modal opened={edited !== null} onClose={() => setEdited(null)} withCloseButton={false} padding={0} size={600} closeOnEscape={false} attributes={{ content: { 'aria-label': t(edited === 'new' ? 'agenda.new' : 'agenda.edit') } }}>
        {edited !== null && (
          <ItemForm key={edited === 'new' ? 'new' : edited.key} meeting={meeting} item={edited === 'new' ? undefined : edited} onClose={() => setEdited(null)} onPut={editor.put} />
        )}
      </Modal>
      <ConfirmDialog opened={removed !== null} title={t('agenda.remove')} text={removed?.title} confirm={t('agenda.remove')} danger onConfirm={() => (removed ? editor.remove(removed) : undefined)} onClose={() => setRemoved(null)} />
    </div>
  );
}

/** How long it all takes, and whether that is longer than the meeting. */
function Total({ items, meeting }: { items: readonly AgendaItem[]; meeting: MeetingView }) {
  const { t } = useTranslation();
  const total = totalMinutes(items);
  const length = Math.round((meeting.end - meeting.start) / 60_000);
  return (
    <p className={classes.total} data-over={total > length || undefined} role="status">
      {t('agenda.total', { count: items.length, total, length })}{total > length ? ` ${t('agenda.over', { minutes: total - length })}` : ''}
    </p>
  );
}

/** A line and Enter add an item: the way to write an agenda in a minute. */
function QuickLine({ onAdd }: { onAdd: (line: string) => Promise<unknown> }) {
  const { t } = useTranslation();
  const [line, setLine] = useState('');
  const add = async () => {
    if (!line.trim()) return;
    setLine('');
    try {
      await onAdd(line.normalize('NFC'));
    } catch (error) {
      setLine(line);
      notify.error(error);
    }
  };
  return (
    <TextInput
      className={classes.quick} aria-label={t('agenda.quick')} placeholder={t('agenda.quick')} description={t('agenda.quick.text')} inputWrapperOrder={['label', 'input', 'description']} maxLength={500} value={line}
      onChange={(event) => setLine(event.currentTarget.value)} onKeyDown={(event) => event.key === 'Enter' && !event.nativeEvent.isComposing && void add()}
    />
  );
}
