import { Checkbox, TextInput } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import { IconChecklist, IconSearch } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useAssignment, useAssignments, type AssignmentBox, type AssignmentItem } from '@/lib/backend';
import { navigate, paths, useSearch } from '@/lib/router';
import { DataTable, Empty, Loaded, Page, PageHeader, SplitPane, StatusPill, TabStrip, type Column } from '@/ui';
import { AssignmentDetail } from './AssignmentDetail';
import { Until } from './AssignmentLine';
import { filtered, inOrder, isOpen, taskTones } from './tasks';
import classes from './assignments.module.css';

const boxes: readonly AssignmentBox[] = ['mine', 'given', 'all'];
const wideFrom = 900;

/** Nhiệm vụ: what came out of meetings, for me and my unit, and what I gave or follow up. */
export default function AssignmentsScreen() {
  const { t } = useTranslation();
  const search = new URLSearchParams(useSearch());
  const box = boxes.find((each) => each === search.get('loai')) ?? 'mine';
  const chosen = search.get('nhiem-vu') ?? '';
  const [query, setQuery] = useState('');
  const [late, setLate] = useState(false);
  const [open, setOpen] = useState(true);
  const tasks = useAssignments({ box, open: open || undefined });
  const [active, setActive] = useState<string | undefined>(chosen || undefined);
  const columnList = useMemo(() => columns(t, box), [t, box]);
  const { ref, width } = useElementSize<HTMLDivElement>();
  const go = (to: AssignmentBox, id?: string) => navigate(`${paths.assignments}?${new URLSearchParams({ loai: to, ...(id ? { 'nhiem-vu': id } : {}) })}`, { replace: true });
  const shown = useMemo(() => inOrder(filtered(tasks.data ?? [], { query, late })), [tasks.data, query, late]);
  const list = (
    <Loaded query={tasks}>
      {() => (
        <DataTable
          id={`assignments-${box === 'mine' ? 'mine' : 'others'}`} label={t('nav.assignments')} rows={shown} columns={columnList} rowId={({ id }) => id} activeId={active ?? null} autoFocus
          rowLook={(task) => ({ quiet: !isOpen(task) })} onActive={({ id }) => setActive(id)} onOpen={({ id }) => go(box, id)}
          placeholder={shown.length === 0 && <Empty icon={IconChecklist} tone="ok" title={t(query || late ? 'assignments.none.filtered' : 'assignments.none')} text={t(`assignments.none.${box}`)} />}
        />
      )}
    </Loaded>
  );
  const detail = chosen ? <Chosen id={chosen} onClose={() => go(box)} /> : <Empty icon={IconChecklist} title={t('assignments.pick')} />;
  return (
    <Page
      fixed
      header={
        <>
          <PageHeader title={t('nav.assignments')}>
            <Checkbox mr={8} label={t('assignments.late')} checked={late} onChange={(event) => setLate(event.currentTarget.checked)} />
            <Checkbox mr={8} label={t('assignments.open')} checked={open} onChange={(event) => setOpen(event.currentTarget.checked)} />
            <TextInput w={240} aria-label={t('assignments.find')} placeholder={t('assignments.find')} leftSection={<IconSearch size={15} />} value={query} onChange={(event) => setQuery(event.currentTarget.value)} />
          </PageHeader>
          <TabStrip label={t('nav.assignments')} panel="assignments" value={box} tabs={boxes.map((id) => ({ id, label: t(`assignments.box.${id}`) }))} onChange={(id) => go(id)} />
        </>
      }
    >
      <div ref={ref} className={classes.body} role="tabpanel" id="assignments" aria-labelledby={`assignments-${box}`}>
        {width === 0 ? null : width >= wideFrom ? <SplitPane id="assignments" initial={560} min={380} minLeft={380} left={list} right={detail} /> : chosen ? detail : list}
      </div>
    </Page>
  );
}

function Chosen({ id, onClose }: { id: string; onClose: () => void }) {
  const task = useAssignment(id);
  return <div className={classes.scroll}><Loaded query={task}>{(view) => <AssignmentDetail key={view.id} task={view} onClose={onClose} />}</Loaded></div>;
}

function columns(t: (key: string) => string, box: AssignmentBox): Column<AssignmentItem>[] {
  return [
    { id: 'text', header: t('assignment.text'), cell: (task) => <span className={classes.cell}>{task.text}</span>, width: 240, grow: 1 },
    { id: 'who', header: t(box === 'mine' ? 'assignment.giver' : 'assignment.owner'), cell: (task) => (box === 'mine' ? task.giver?.name : task.owner.name), width: 150, hideBelow: 680 },
    { id: 'due', header: t('assignment.due'), cell: (task) => <Until task={task} />, width: 150 },
    { id: 'state', header: t('assignment.state'), cell: (task) => <StatusPill tone={taskTones[task.state]}>{t(`assignment.state.${task.state}`)}</StatusPill>, width: 150 },
  ];
}
