import { Button, SegmentedControl } from '@mantine/core';
import { useMemo, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Doc, ExtensionInfo, HistoryStep, PersonRef } from '@/lib/backend';
import { fieldList } from '@/lib/errorData';
import { formatDay } from '@/lib/time';
import { Empty, StatePill, StatusPill } from '@/ui';
import { DirectiveCard } from './DirectiveCard';
import { depthOf, timelineOf, type Entry, type TimelineFilter } from './timeline';
import type { DocActions } from './useDocActions';
import { When } from './When';
import classes from './timeline.module.css';

/** Directives, answers, remarks and steps as one story, the newest first. */
export function Timeline({ doc, actions }: { doc: Doc; actions: DocActions }) {
  const { t } = useTranslation();
  const [filter, setFilter] = useState<TimelineFilter>('all');
  const entries = useMemo(() => timelineOf(doc, filter), [doc, filter]);
  return (
    <section aria-label={t('doc.timeline')}>
      <div className={classes.head}>
        <h3 className={classes.title}>{t('doc.timeline')}</h3>
        <SegmentedControl
          size="xs"
          aria-label={t('doc.timeline.filter')}
          data={[{ value: 'all', label: t('doc.timeline.all') }, { value: 'words', label: t('doc.timeline.words') }]}
          value={filter}
          onChange={(value) => setFilter(value as TimelineFilter)}
        />
      </div>
      {entries.length === 0 ? <Empty title={t('doc.timeline.none')} /> : (
        <ol className={classes.list}>
          {entries.map((entry) => <li key={entry.id} className={classes.entry} data-kind={entry.kind}>{show(entry)}</li>)}
        </ol>
      )}
    </section>
  );

  function show(entry: Entry): ReactNode {
    switch (entry.kind) {
      case 'directive':
        return <DirectiveCard doc={doc} directive={entry.directive} depth={depthOf(doc, entry.directive)} actions={actions} />;
      case 'remark':
        return <Said by={entry.remark.by} onBehalf={entry.remark.onBehalf} what={t('history.document.remark')} at={entry.at} text={entry.remark.text} pending={entry.remark.pending} />;
      case 'reminder':
        return <Said by={entry.reminder.by} what={t('history.document.remind')} at={entry.at} text={entry.reminder.text} />;
      case 'extension':
        return <Extension extension={entry.extension} actions={actions} />;
      default:
        return <Step step={entry.step} times={entry.times} />;
    }
  }
}

interface SaidProps {
  by: PersonRef;
  onBehalf?: PersonRef;
  what: string;
  at: number;
  text?: string;
  state?: string;
  pending?: boolean;
  children?: ReactNode;
}

function Said({ by, onBehalf, what, at, text, state, pending, children }: SaidProps) {
  const { t } = useTranslation();
  return (
    <div className={classes.said}>
      <div className={classes.line}>
        <strong className={classes.name}>{by.name || t('doc.system')}</strong>
        {onBehalf && <span className={classes.quiet}>{t('doc.on_behalf_of', { name: onBehalf.name })}</span>}
        <span>{what}</span>
        {state && <StatePill state={state} hollow />}
        {pending && <StatusPill tone="warn" hollow>{t('doc.pending')}</StatusPill>}
        <When at={at} />
      </div>
      {text && <p className={classes.words}>{text}</p>}
      {children}
    </div>
  );
}

function Step({ step, times }: { step: HistoryStep; times?: number }) {
  const { t } = useTranslation();
  const to = step.to && step.to.id !== step.by.id ? step.to.name : '';
  // The number that was taken is no text that somebody wrote.
  const number = step.name === 'document.number' ? step.text : '';
  const fields = step.name === 'document.edit' && step.text ? `(${fieldList(step.text)})` : '';
  const what = [t(`history.${step.name}`), number || fields, times && t('history.times', { count: times }), to && t('history.to', { name: to })].filter(Boolean).join(' ');
  return <Said by={step.by} onBehalf={step.onBehalf} what={what} at={step.at} text={number || fields ? undefined : step.text} state={step.state} pending={step.pending} />;
}

function Extension({ extension, actions }: { extension: ExtensionInfo; actions: DocActions }) {
  const { t } = useTranslation();
  const may = !extension.decided && extension.actions.some((info) => info.allow);
  return (
    <Said by={extension.by} what={t('history.document.ask_extension', { old: formatDay(extension.old), next: formatDay(extension.new) })} at={extension.at} text={extension.reason} pending={extension.pending}>
      {extension.decided ? (
        <div className={classes.state}>
          <StatusPill tone={extension.granted ? 'ok' : 'bad'}>{t(extension.granted ? 'doc.extension.granted' : 'doc.extension.refused', { name: extension.decided.name })}</StatusPill>
        </div>
      ) : may ? (
        <Button size="compact-sm" variant="default" mt={6} onClick={() => actions.runOn('decide_extension', { directive: extension.directive, extension: extension.key })}>{t('action.document.decide_extension')}</Button>
      ) : (
        <div className={classes.state}><StatusPill tone="warn">{t('doc.extension.waiting')}</StatusPill></div>
      )}
    </Said>
  );
}
