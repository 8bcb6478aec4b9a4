import { useTranslation } from 'react-i18next';
import type { AssignmentItem } from '@/lib/backend';
import { Link, paths } from '@/lib/router';
import { formatDay } from '@/lib/time';
import { StatusPill } from '@/ui';
import { isOpen, taskTones } from './tasks';
import classes from './assignments.module.css';

/** A task on one line: what, who, until when, where it stands. */
export function AssignmentLine({ task }: { task: AssignmentItem }) {
  const { t } = useTranslation();
  return (
    <span className={classes.line}>
      <Link href={paths.assignment(task.id)} className={classes.what}>{task.text}</Link>
      <span className={classes.rest}>
        <span className={classes.note}>{task.owner.name}</span>
        <Until task={task} />
        <StatusPill tone={taskTones[task.state]}>{t(`assignment.state.${task.state}`)}</StatusPill>
      </span>
    </span>
  );
}

/** The day, and that it has passed. */
export function Until({ task }: { task: AssignmentItem }) {
  const { t } = useTranslation();
  if (!task.due) return null;
  const overdue = task.late && isOpen(task);
  return <span className={overdue ? classes.late : classes.note}>{t(overdue ? 'assignment.overdue' : 'assignment.until', { day: formatDay(task.due) })}</span>;
}
