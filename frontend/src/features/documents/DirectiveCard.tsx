import { Button } from '@mantine/core';
import { IconCornerDownRight, IconFileText } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { DirectiveInfo, Doc, TaskInfo } from '@/lib/backend';
import { Link, paths } from '@/lib/router';
import { formatDay } from '@/lib/time';
import { Due, StatePill, StatusPill } from '@/ui';
import { allows, type ActionId } from './actions';
import type { DocActions } from './useDocActions';
import { When } from './When';
import classes from './timeline.module.css';

interface Props {
  doc: Doc;
  directive: DirectiveInfo;
  depth: number;
  actions: DocActions;
}

/** A directive with its receivers, their answers and what can be done about each. */
export function DirectiveCard({ doc, directive, depth, actions }: Props) {
  const { t } = useTranslation();
  const giver = directive.onBehalf ?? directive.by;
  const live = !directive.withdrawn;
  const own = (['remind', 'withdraw_directive'] as const).filter((id) => live && allows(directive, `document.${id}`) && directive.tasks.some(isOpen));
  return (
    <article className={classes.card} data-withdrawn={directive.withdrawn ? true : undefined} aria-label={t('doc.directive.by', { name: giver.name })}>
      <header className={classes.line}>
        {depth > 0 && <IconCornerDownRight size={14} aria-hidden />}
        <strong className={classes.name}>{giver.name}</strong>
        {giver.position && <span className={classes.quiet}>{giver.position}</span>}
        {directive.onBehalf && <span className={classes.quiet}>{t('doc.written_by', { name: directive.by.name })}</span>}
        <span className={classes.quiet}>{depth > 0 ? t('doc.directive.passed') : t('doc.directive.gave')}</span>
        {directive.pending && <StatusPill tone="warn" hollow>{t('doc.pending')}</StatusPill>}
        {directive.withdrawn && <StatusPill>{t('doc.directive.withdrawn')}</StatusPill>}
        <When at={directive.at} />
      </header>
      <p className={classes.directive}>{directive.text}</p>
      {directive.due && <div className={classes.due}>{t('doc.directive.due', { day: formatDay(directive.due) })}</div>}
      <ul className={classes.tasks}>
        {directive.tasks.map((task) => <Task key={task.receiver.id} doc={doc} directive={directive} task={task} actions={actions} live={live} />)}
      </ul>
      {own.length > 0 && (
        <div className={classes.buttons}>
          {own.map((id) => (
            <button key={id} type="button" className={classes.link} onClick={() => actions.runOn(id, { directive: directive.key })}>{t(`action.document.${id}`)}</button>
          ))}
        </div>
      )}
    </article>
  );
}

interface TaskProps {
  doc: Doc;
  directive: DirectiveInfo;
  task: TaskInfo;
  actions: DocActions;
  live: boolean;
}

function Task({ doc, directive, task, actions, live }: TaskProps) {
  const { t } = useTranslation();
  const part = { directive: directive.key, receiver: task.receiver.id };
  const verdicts: ActionId[] = live && task.state === 'CHO_DUYET_KET_QUA' ? (['accept_answer', 'reject_answer'] as const).filter((id) => allows(task, `document.${id}`)) : [];
  const draft = task.draft ? doc.replies.find((reply) => reply.id === task.draft) : undefined;
  return (
    <li className={classes.task} data-mine={task.mine || undefined}>
      <div className={classes.taskLine}>
        <span className={classes.role} data-role={task.role}>{t(`directive.role.${task.role}`)}</span>
        <span className={classes.receiver}>{task.receiver.name}{task.mine && <span className={classes.me}>{t('doc.me')}</span>}</span>
        <StatePill state={task.state} hollow />
        {task.due && task.due !== directive.due && isOpen(task) && <Due day={task.due} overdue={task.overdue} daysLeft={task.daysLeft} withDay />}
        {task.due === directive.due && isOpen(task) && task.overdue && <Due day={task.due} overdue daysLeft={task.daysLeft} />}
      </div>
      {task.answer && <p className={classes.answer}>{task.answer}</p>}
      {task.draft && (
        <Link className={classes.draft} href={paths.document(task.draft, 'outgoing')}>
          <IconFileText size={15} stroke={1.7} aria-hidden />
          <span className="kg-clip" title={draft?.subject}>{draft ? draft.symbol || draft.subject : t('doc.answer.draft')}</span>
          {draft && <StatePill state={draft.state} hollow />}
        </Link>
      )}
      {task.reason && <p className={classes.reason}>{t(task.state === 'TRA_LAI' ? 'doc.task.returned' : 'doc.task.rework', { text: task.reason })}</p>}
      {verdicts.length > 0 && (
        <div className={classes.buttons}>
          {verdicts.map((id, i) => (
            <Button key={id} size="compact-sm" variant={i === 0 ? 'filled' : 'default'} onClick={() => actions.runOn(id, part)}>{t(`action.document.${id}`)}</Button>
          ))}
        </div>
      )}
    </li>
  );
}

function isOpen(task: TaskInfo): boolean {
  return task.role !== 'NHAN_DE_BIET' && task.state !== 'HOAN_THANH' && task.state !== 'TRA_LAI';
}
