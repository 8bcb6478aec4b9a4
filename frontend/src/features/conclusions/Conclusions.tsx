import { Button, Modal } from '@mantine/core';
import { IconArrowDown, IconArrowUp, IconPencil, IconPlus, IconSubtask, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { AssignmentLine, GiveForm } from '@/features/assignments';
import type { ConclusionView, MeetingView, MinutesView } from '@/lib/backend';
import { ConfirmDialog, notify, useAct } from '@/ui';
import { ConclusionForm } from './ConclusionForm';
import { may } from './may';
import classes from './conclusions.module.css';

/** What the chair concluded, one after the other, each with the tasks that came out of it. */
export function Conclusions({ meeting, minutes }: { meeting: MeetingView; minutes: MinutesView }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState<number | 'new' | null>(null);
  const [removing, setRemoving] = useState<ConclusionView | null>(null);
  const [giving, setGiving] = useState<ConclusionView | null>(null);
  const act = useAct();
  const list = minutes.conclusions;
  const writes = may(meeting, 'minutes.put_conclusion');
  const close = () => setOpen(null);
  const swap = async (at: number, by: number) => {
    const moved = list.map(({ key }) => key);
    [moved[at], moved[at + by]] = [moved[at + by] as number, moved[at] as number];
    try {
      for (const [order, key] of moved.entries()) {
        const each = list.find((candidate) => candidate.key === key);
        if (each && each.order !== order) {
          await act({ name: 'minutes.put_conclusion.1', id: minutes.id, base: 0, args: { meeting: meeting.id, key, text: each.text, item: each.item, order, revision: each.revision } });
        }
      }
    } catch (error) {
      notify.error(error);
    }
  };
  return (
    <section className={classes.card} aria-label={t('conclusions.title')}>
      <header className={classes.head}>
        <h2 className={classes.title}>{t('conclusions.title')}</h2>
        {writes && open !== 'new' && <Button size="compact-md" variant="light" leftSection={<IconPlus size={15} />} onClick={() => setOpen('new')}>{t('conclusions.add')}</Button>}
      </header>
      {list.length === 0 && open !== 'new' && <p className={classes.note}>{t('conclusions.none')}</p>}
      <ol className={classes.list}>
        {list.map((each, at) => (
          <li key={each.key} className={classes.item}>
            {open === each.key ? (
              <ConclusionForm meeting={meeting.id} minutes={minutes.id} conclusion={each} order={each.order} onClose={close} />
            ) : (
              <>
                <pre className={classes.words}>{each.plain}</pre>
                {each.assignments.length > 0 && <ul className={classes.tasks} aria-label={t('conclusions.tasks')}>{each.assignments.map((task) => <li key={task.id}><AssignmentLine task={task} /></li>)}</ul>}
                <div className={classes.buttons}>
                  {may(meeting, 'assignment.give') && <Button size="compact-sm" variant="light" leftSection={<IconSubtask size={14} />} onClick={() => setGiving(each)}>{t('assignment.give')}</Button>}
                  {writes && <Button size="compact-sm" variant="subtle" leftSection={<IconPencil size={14} />} onClick={() => setOpen(each.key)}>{t('conclusions.edit')}</Button>}
                  {writes && at > 0 && <Button size="compact-sm" variant="subtle" aria-label={t('conclusions.up', { n: at + 1 })} onClick={() => void swap(at, -1)}><IconArrowUp size={14} /></Button>}
                  {writes && at < list.length - 1 && <Button size="compact-sm" variant="subtle" aria-label={t('conclusions.down', { n: at + 1 })} onClick={() => void swap(at, 1)}><IconArrowDown size={14} /></Button>}
                  {writes && <Button size="compact-sm" variant="subtle" color="son" leftSection={<IconTrash size={14} />} onClick={() => setRemoving(each)}>{t('conclusions.remove')}</Button>}
                </div>
              </>
            )}
          </li>
        ))}
      </ol>
      {open === 'new' && <ConclusionForm meeting={meeting.id} minutes={minutes.id} order={list.length} onClose={close} />}
      <ConfirmDialog
        opened={removing !== null} title={t('conclusions.remove.title')} text={removing?.plain} confirm={t('conclusions.remove')} danger onClose={() => setRemoving(null)}
        onConfirm={async () => removing && act({ name: 'minutes.remove_conclusion.1', id: minutes.id, base: 0, args: { meeting: meeting.id, key: removing.key } })}
      />
      <Modal opened={giving !== null} onClose={() => setGiving(null)} withCloseButton={false} padding={0} size={560}>
        {giving && <GiveForm meeting={meeting.id} office={meeting.unit.id} conclusion={giving} onClose={() => setGiving(null)} />}
      </Modal>
    </section>
  );
}
