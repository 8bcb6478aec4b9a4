import { Button, Modal, NumberInput, Progress, Textarea } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { AnyGive, AssignmentView } from '@/lib/backend';
import { Link, paths } from '@/lib/router';
import { addDays, formatDay, formatMoment } from '@/lib/time';
import { useWorkCalendar } from '@/lib/people';
import { DateField, FormFrame, StatusPill, useAct } from '@/ui';
import { Until } from './AssignmentLine';
import { taskTones } from './tasks';
import classes from './assignments.module.css';

/** What can be done to a task, in the order of the buttons. */
const verbs = ['accept', 'progress', 'report', 'confirm', 'send_back', 'remind', 'extend', 'cancel'] as const;
type Verb = (typeof verbs)[number];
const wordless: ReadonlySet<Verb> = new Set(['accept', 'progress', 'confirm', 'remind']);

/** One task: what and who, how far it is, what can be done, and all that happened. */
export function AssignmentDetail({ task, onClose }: { task: AssignmentView; onClose?: () => void }) {
  const { t } = useTranslation();
  const [asking, setAsking] = useState<Verb | null>(null);
  const may = verbs.filter((verb) => task.actions.some(({ action, allow }) => allow && action === `assignment.${verb}`));
  const close = () => setAsking(null);
  return (
    <article className={classes.detail} aria-label={task.text}>
      <header className={classes.top}>
        <StatusPill tone={taskTones[task.state]}>{t(`assignment.state.${task.state}`)}</StatusPill>
        <Until task={task} />
        {onClose && <Button size="compact-sm" variant="subtle" ml="auto" leftSection={<IconX size={14} />} onClick={onClose}>{t('action.close')}</Button>}
      </header>
      <h2 className={classes.text}>{task.text}</h2>
      {task.reason && <p className={classes.reason}>{t(task.state === 'HUY' ? 'assignment.cancelled_because' : 'assignment.returned_because', { text: task.reason })}</p>}
      <Facts task={task} />
      <div className={classes.progress}>
        <Progress value={task.progress} size="lg" aria-label={t('assignment.progress.label')} />
        <span className={classes.note}>{t('assignment.percent', { n: task.progress })}</span>
      </div>
      <div className={classes.buttons}>
        {may.map((verb, n) => (
          <Button key={verb} size="compact-md" variant={n === 0 ? 'filled' : 'default'} color={verb === 'cancel' ? 'son' : undefined} onClick={() => setAsking(verb)}>{t(`assignment.do.${verb}`)}</Button>
        ))}
      </div>
      <History task={task} />
      <Modal opened={asking !== null} onClose={close} withCloseButton={false} padding={0} size={500}>
        {asking && <StepForm task={task} verb={asking} onClose={close} />}
      </Modal>
    </article>
  );
}

function Facts({ task }: { task: AssignmentView }) {
  const { t } = useTranslation();
  const facts: Array<[string, string | undefined]> = [
    ['assignment.owner', task.owner.name],
    ['assignment.assist', task.assist.map(({ name }) => name).join(', ')],
    ['assignment.giver', task.giver?.name],
    ['assignment.follower', task.follower?.name],
    ['assignment.meeting', task.meetingTitle],
    ['assignment.created', formatMoment(task.created)],
  ];
  return <dl className={classes.facts}>{facts.filter(([, value]) => value).map(([label, value]) => <div key={label}><dt>{t(label)}</dt><dd>{label === 'assignment.meeting' ? <Link href={paths.meeting(task.meeting)}>{value}</Link> : value}</dd></div>)}</dl>;
}

function History({ task }: { task: AssignmentView }) {
  const { t } = useTranslation();
  return (
    <section aria-label={t('assignment.history')}>
      <h3 className={classes.historyTitle}>{t('assignment.history')}</h3>
      <ol className={classes.history}>
        {task.history.toReversed().map((step) => (
          <li key={step.key}>
            <b>{t(`did.${step.name}`)}</b>{' '}
            <span className={classes.note}>
              {[step.by.name, formatMoment(step.at), step.name === 'assignment.progress' && t('assignment.percent', { n: step.progress ?? 0 }), step.name === 'assignment.extend' && formatDay(step.due)].filter(Boolean).join(' · ')}
            </span>
            {step.text && <p className={classes.words}>{step.text}</p>}
          </li>
        ))}
      </ol>
    </section>
  );
}

/** The words, the percent or the day that a step asks for. */
function StepForm({ task, verb, onClose }: { task: AssignmentView; verb: Verb; onClose: () => void }) {
  const { t } = useTranslation();
  const act = useAct();
  const calendar = useWorkCalendar();
  const [text, setText] = useState('');
  const [percent, setPercent] = useState(task.progress);
  const [due, setDue] = useState<string | null>(null);
  const needsText = !wordless.has(verb) && !text.trim();
  const missing = verb === 'extend' && !due ? t('assignment.missing.due') : needsText ? t('assignment.missing.words') : null;
  const send = async () => {
    await act(command(task.id, task.version, verb, text.trim().normalize('NFC'), percent, due ?? ''));
    onClose();
  };
  return (
    <FormFrame title={t(`assignment.do.${verb}`)} sub={task.text} submit={t(`assignment.do.${verb}`)} danger={verb === 'cancel'} missing={missing} onSubmit={send} onClose={onClose}>
      {verb === 'progress' && <NumberInput label={t('assignment.progress.label')} value={percent} onChange={(value) => setPercent(Math.min(100, Math.max(0, Math.round(Number(value) || 0))))} min={0} max={100} step={5} suffix="%" data-autofocus />}
      {verb === 'extend' && <DateField label={t('assignment.due.new')} value={due} onChange={setDue} min={addDays(task.due ?? '2000-01-01', 1)} calendar={calendar} />}
      <Textarea label={t(`assignment.words.${wordless.has(verb) ? 'optional' : verb}`)} value={text} maxLength={2000} autosize minRows={3} maxRows={8} onChange={(event) => setText(event.currentTarget.value)} />
    </FormFrame>
  );
}

function command(id: string, base: number, verb: Verb, text: string, percent: number, due: string): AnyGive {
  switch (verb) {
    case 'accept':
    case 'confirm':
    case 'remind':
      return { name: `assignment.${verb}.1`, id, base, args: { text: text || undefined } } as AnyGive;
    case 'progress':
      return { name: 'assignment.progress.1', id, base, args: { percent, text: text || undefined } };
    case 'extend':
      return { name: 'assignment.extend.1', id, base, args: { due, text } };
    case 'report':
    case 'send_back':
    case 'cancel':
      return { name: `assignment.${verb}.1`, id, base, args: { text } } as AnyGive;
  }
}
