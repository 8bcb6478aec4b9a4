import { Textarea } from '@mantine/core';
import { useEffect, useMemo, useRef, type KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { useSession, useTemplates, type Doc, type Session } from '@/lib/backend';
import { forgetSecret, useKept } from '@/lib/kept';
import { Link } from '@/lib/router';
import { formatDay, today } from '@/lib/time';
import { useWorkCalendar, usePeople, type People } from '@/lib/people';
import { DateField, FormFrame, Kbd, useAct, workingDayAfter } from '@/ui';
import { blank, candidatesOf, inOrder, missing, type Writing } from './composer';
import { ReceiverPicker } from './ReceiverPicker';
import { templatesPath } from './paths';
import classes from './composer.module.css';

interface Props {
  doc: Doc;
  /** The directive that is passed on. */
  parent?: number;
  delegation?: string;
  onClose: () => void;
}

/**
 * Writes a directive (ý kiến chỉ đạo) beside the document. In an empty text the
 * keys 1–9 take a template; Ctrl+Enter sends.
 */
export function DirectiveComposer({ doc, parent, delegation, onClose }: Props) {
  const { t } = useTranslation();
  const act = useAct();
  const people = usePeople();
  const calendar = useWorkCalendar();
  const { data: session } = useSession();
  const { data: templates } = useTemplates();
  const [writing, setWriting, forget] = useKept<Writing>(`directive.${doc.id}.${parent ?? 0}`, blank);
  const ready = useMemo(() => inOrder(templates ?? []).slice(0, 9), [templates]);
  const candidates = useMemo(
    () => candidatesOf(people, { office: doc.unit.id, within: reachOf(doc, people, session, parent), self: session?.person?.id }),
    [people, doc, session, parent],
  );
  const leadTaken = useMemo(() => hasLead(doc, parent), [doc, parent]);
  const lacking = missing(writing);

  const take = (index: number) => {
    const template = ready[index];
    if (!template) return false;
    setWriting({ ...writing, text: template.text, due: template.days ? workingDayAfter(today(), template.days, calendar) : writing.due });
    return true;
  };
  const onTextKey = (event: KeyboardEvent) => {
    const digit = /^[1-9]$/.test(event.key) ? Number(event.key) : 0;
    const wanted = digit > 0 && !event.ctrlKey && !event.metaKey && (event.altKey || writing.text === '');
    if (!wanted) return;
    if (!templates) early.current = digit;
    if (!templates || take(digit - 1)) event.preventDefault();
  };
  // A number pressed before the templates were there is not lost.
  const early = useRef(0);
  useEffect(() => {
    const digit = early.current;
    if (!templates || digit === 0) return;
    early.current = 0;
    take(digit - 1);
    // Only when the templates come.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [templates]);
  const send = async () => {
    await act({
      name: 'document.direct.1', id: doc.id, base: doc.version, delegation,
      args: { text: writing.text.trim().normalize('NFC'), due: writing.due || undefined, receivers: writing.receivers, parent },
    });
    forget();
    onClose();
  };

  return (
    <FormFrame
      title={parent ? t('directive.pass.title') : t('directive.title')}
      sub={delegation ? t('directive.on_behalf') : undefined}
      submit={parent ? t('directive.pass.send') : t('directive.send')}
      missing={lacking && t(lacking)}
      onSubmit={send}
      onRefused={forgetSecret(forget)}
      onClose={onClose}
    >
      <Textarea
        label={t('directive.text')}
        placeholder={ready.length > 0 ? t('directive.text.placeholder') : undefined}
        autosize
        minRows={3}
        maxRows={9}
        maxLength={4000}
        data-autofocus
        value={writing.text}
        onChange={(event) => setWriting({ ...writing, text: event.currentTarget.value })}
        onKeyDown={onTextKey}
      />
      {ready.length > 0 && writing.text === '' && (
        <div>
          <div className={classes.label}>
            {t('directive.templates')}
            <Link href={templatesPath} className={classes.manage}>{t('directive.templates.manage')}</Link>
          </div>
          <ol className={classes.templates}>
            {ready.map((template, i) => (
              <li key={template.id}>
                <button type="button" tabIndex={-1} className={classes.template} title={template.text} onClick={() => take(i)}>
                  <Kbd keys={String(i + 1)} />
                  <span className="kg-clip">{template.text}</span>
                  {template.days ? <span className={classes.days}>{t('directive.days', { count: template.days })}</span> : null}
                </button>
              </li>
            ))}
          </ol>
        </div>
      )}
      <ReceiverPicker
        candidates={candidates}
        receivers={writing.receivers}
        leadTaken={leadTaken}
        name={(id) => people.name(id)}
        onChange={(receivers) => setWriting({ ...writing, receivers })}
      />
      <DateField
        label={t('directive.due')}
        value={writing.due || null}
        onChange={(due) => setWriting({ ...writing, due: due ?? '' })}
        calendar={calendar}
        workingDays={[1, 3, 5, 7, 10]}
        min={today()}
        description={doc.dueDate ? t('directive.due.document', { day: formatDay(doc.dueDate) }) : undefined}
      />
    </FormFrame>
  );
}

/** Chủ trì is taken at a level while another lead there is at work. */
function hasLead(doc: Doc, parent?: number): boolean {
  return doc.directives
    .filter((directive) => !directive.withdrawn && (directive.parent ?? 0) === (parent ?? 0))
    .some((directive) => directive.tasks.some((task) => task.role === 'CHU_TRI' && task.state !== 'TRA_LAI' && task.state !== 'HOAN_THANH'));
}

/** Who passes a directive on names people of his own divisions; a leader or deputy anybody of the office. */
function reachOf(doc: Doc, people: People, session: Session | undefined, parent?: number): string[] | undefined {
  if (!parent) return undefined;
  const posts = (session?.posts ?? []).filter((post) => post.office === doc.unit.id);
  if (posts.some((post) => post.role === 'leader' || post.role === 'deputy')) return undefined;
  const heads = posts.filter((post) => post.role === 'head').map((post) => post.unit.id);
  return heads.length > 0 ? heads : people.children(doc.unit.id).map((unit) => unit.id);
}

