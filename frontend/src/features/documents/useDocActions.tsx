import { Modal } from '@mantine/core';
import { useCallback, useEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { startSigning } from '@/features/signing';
import { useSession, type AnyGive, type Doc, type Session } from '@/lib/backend';
import { useCommands, type Command } from '@/lib/commands';
import { navigate, paths } from '@/lib/router';
import { notify, useAct } from '@/ui';
import { actionsOf, barOf, definitions, type ActionId, type Bar, type DocAction } from './actions';
import { ActionForm } from './forms/ActionForm';

export interface DocActions {
  bar: Bar;
  run: (action: DocAction) => void;
  /** Runs by id with another part of the document: the button on one task. */
  runOn: (id: ActionId, part: NonNullable<DocAction['part']>) => void;
  /** Other screens that start from this document. */
  links: DocLink[];
  /** The open form, for the pane beside the document; null when none is open. */
  form: ReactNode;
  close: () => void;
}

/**
 * The actions of a document as commands of the registry (one key each, in the
 * palette too), and the form that is open. One document at a time has the keys.
 * `first` is opened as soon as the document is there.
 * While the document `coming`, or its newest version, is on its way, a key that
 * means nothing yet is kept and waits for it.
 */
export function useDocActions(doc: Doc | undefined, coming = '', first?: string): DocActions {
  const { t } = useTranslation();
  const act = useAct();
  const { data: session } = useSession();
  const [open, setOpen] = useState<{ doc: string; action: DocAction } | null>(null);
  const laptop = session?.host !== 'server';
  const all = useMemo(() => (doc ? actionsOf(doc, laptop) : []), [doc, laptop]);
  const bar = useMemo(() => (doc ? barOf(doc, 3, laptop) : { beside: [], menu: [], blocked: [], elsewhere: [] }), [doc, laptop]);
  const links = useMemo(() => (doc ? linksOf(doc, session) : []), [doc, session]);
  const close = useCallback(() => setOpen(null), []);

  const run = useCallback(
    (action: DocAction) => {
      if (!doc) return;
      if (!action.allow) return notify.warn(t(action.reason));
      if (action.id === 'edit' && doc.direction === 'outgoing') return navigate(paths.draft(doc.id) + editSuffix);
      if (action.form) return setOpen({ doc: doc.id, action });
      if (action.signs) return startSigning(action.signs, [doc.id]);
      act(immediate(doc, action)).catch(notify.error);
    },
    [doc, act, t],
  );
  const runOn = useCallback(
    (id: ActionId, part: NonNullable<DocAction['part']>) => {
      const definition = definitions.find((candidate) => candidate.id === id);
      if (definition) run({ ...definition, allow: true, reason: '', part });
    },
    [run],
  );

  const latest = useRef<Now>({ all, run, coming });
  const kept = useRef<Kept | null>(null);
  useEffect(() => {
    latest.current = { all, run, coming };
  });
  useCommands(useMemo(() => commandsFor(latest, kept), []));
  useEffect(() => {
    if (!doc || coming) return;
    const { id, key } = kept.current ?? { id: '', key: '' };
    kept.current = null;
    const meant = id === doc.id && all.findLast((action) => action.key === key && action.allow);
    if (meant) run(meant);
  }, [doc, coming, all, run]);

  const wanted = useRef(first);
  useEffect(() => {
    const action = all.find((candidate) => candidate.id === wanted.current);
    wanted.current = undefined;
    if (action?.allow) run(action);
  }, [all, run]);

  const mine = open && doc && open.doc === doc.id ? open.action : null;
  return { bar, run, runOn, close, links, form: mine && doc ? <ActionForm key={`${doc.id}${mine.id}${mine.part?.directive ?? ''}`} doc={doc} action={mine} onClose={close} /> : null };
}

interface DocLink {
  /** i18n key. */
  label: string;
  href: string;
}

/** A reply can be drafted by anybody who works in the office, and be sent at once by văn thư. */
function linksOf(doc: Doc, session: Session | undefined): DocLink[] {
  const posts = session?.posts.filter((post) => post.office === doc.unit.id) ?? [];
  if (doc.direction !== 'incoming' || doc.state === 'TU_CHOI' || doc.state === 'DA_THU_HOI') return [];
  const query = `?tra-loi=${encodeURIComponent(doc.id)}`;
  return [
    ...(posts.some((post) => post.role !== 'admin' && post.role !== 'auditor') ? [{ label: 'doc.reply.draft', href: paths.draftNew + query }] : []),
    ...(posts.some((post) => post.role === 'clerk') ? [{ label: 'doc.reply.send', href: paths.outgoingNew + query }] : []),
  ];
}

/** Behind the address of a draft: its editor. */
export const editSuffix = '/sua';

interface Now {
  all: readonly DocAction[];
  run: (action: DocAction) => void;
  coming: string;
}

/** A key that was pressed before its document was there. */
interface Kept {
  id: string;
  key: string;
}

function commandsFor(latest: { current: Now }, kept: { current: Kept | null }): Command[] {
  return definitions.map((definition) => {
    const now = () => latest.current.all.find((action) => action.id === definition.id);
    return {
      id: `documents.${definition.id}`,
      label: definition.id === 'pass' ? 'action.document.pass' : `action.${definition.action}`,
      group: 'document' as const,
      hotkeys: definition.key ? [definition.key] : undefined,
      when: () => now()?.allow === true || (definition.key !== undefined && latest.current.coming !== ''),
      run: () => {
        const action = now();
        if (action?.allow) latest.current.run(action);
        else if (definition.key) kept.current = { id: latest.current.coming, key: definition.key };
      },
    };
  });
}

function immediate(doc: Doc, { id, part, delegation }: DocAction): AnyGive {
  const target = { id: doc.id, base: doc.version, delegation: delegation?.id };
  if (id === 'start_task') return { ...target, name: 'document.start_task.1', args: { directive: part?.directive ?? 0, receiver: part?.receiver ?? '' } };
  return { ...target, name: 'document.accept.1', args: {} };
}

/**
 * The open form in a dialog, where there is no pane beside the document. It is
 * gone at once, and the next key already means the list.
 */
export function ActionDialog({ actions }: { actions: DocActions }) {
  const { t } = useTranslation();
  return (
    <Modal opened={actions.form !== null} onClose={actions.close} withCloseButton={false} padding={0} size={560} trapFocus returnFocus attributes={{ content: { 'aria-label': t('doc.action') } }} closeOnEscape={false} transitionProps={{ duration: 0 }}>
      <div style={{ maxHeight: '82vh', display: 'flex', flexDirection: 'column' }}>{actions.form}</div>
    </Modal>
  );
}
