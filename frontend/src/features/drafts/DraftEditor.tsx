import { Select } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import {
  clashesOf, ConflictView, editOf, fieldsOf, FieldsForm, filled, makeNotation, readFileName, RecipientPicker, ReplyTo, SecrecyField, SecrecyStop,
  settle, useUploads, type Clash, type Edit, type SecrecyLevel,
} from '@/features/compose';
import { replaces } from '@/features/working';
import { api, useCatalog, useDocument, useSession, type Doc, type Fields, type NewFile, type Session } from '@/lib/backend';
import { asApiError } from '@/lib/errors';
import { usePeople } from '@/lib/people';
import { keys } from '@/lib/queries';
import { navigate, paths, useParams, useSearch } from '@/lib/router';
import { Loaded, notify, useAct } from '@/ui';
import { EditorFrame } from './EditorFrame';

/** A new draft, by itself or as the answer to an incoming document. */
export function NewDraftScreen() {
  const session = useSession();
  const query = new URLSearchParams(useSearch());
  const replyTo = query.get('tra-loi') ?? '';
  const reports = query.get('bao-cao') === '1';
  const asked = useDocument(replyTo);
  return (
    <Loaded query={session}>
      {(data) => (replyTo ? <Loaded query={asked}>{(doc) => <Editor session={data} asked={doc} reports={reports} />}</Loaded> : <Editor session={data} />)}
    </Loaded>
  );
}

/** Changes a draft: fields, files, recipients. */
export function EditDraftScreen() {
  const { id = '' } = useParams<{ id: string }>();
  const session = useSession();
  const query = useDocument(decodeURIComponent(id));
  return <Loaded query={session}>{(data) => <Loaded query={query}>{(doc) => <Editor key={doc.id} session={data} doc={doc} asked={undefined} />}</Loaded>}</Loaded>;
}

function startOf(doc: Doc | undefined, asked: Doc | undefined, reply: string): Fields {
  if (doc) return fieldsOf(doc);
  return asked ? { type: 'CV', subject: reply, urgency: asked.urgency } : {};
}

interface Props {
  session: Session;
  /** The draft; a new one when absent. */
  doc?: Doc;
  /** The incoming document that it answers. */
  asked?: Doc;
  /** Written to report on a task: the report comes next. */
  reports?: boolean;
}

function Editor({ session, doc, asked, reports }: Props) {
  const { t } = useTranslation();
  const act = useAct();
  const client = useQueryClient();
  const people = usePeople();
  const uploads = useUploads();
  const { data: catalog } = useCatalog();
  const reply = asked ? t('compose.draft.reply_subject', { symbol: asked.symbol || asked.subject }) : '';
  // What the person started from: a change by somebody else meanwhile must clash, not be overwritten.
  const [seen] = useState(() => startOf(doc, asked, reply));
  const [seenTo] = useState(() => doc?.recipients.map((recipient) => recipient.unit) ?? []);
  const [fields, setFields] = useState<Fields>(seen);
  const [to, setTo] = useState<string[]>(() => (doc ? seenTo : asked?.organ ? [asked.organ] : []));
  const [clash, setClash] = useState<{ edit: Edit; list: Clash[] } | null>(null);
  const [secret, setSecret] = useState<SecrecyLevel>('');
  const posts = session.posts.filter((post) => post.role !== 'admin' && post.role !== 'auditor');
  const [unit, setUnit] = useState(() => doc?.draftUnit?.id ?? posts.find((post) => post.main)?.unit.id ?? posts[0]?.unit.id ?? '');
  const office = doc?.unit.id ?? asked?.unit.id ?? posts.find((post) => post.unit.id === unit)?.office ?? session.unit?.id ?? '';
  const type = catalog?.types.find((candidate) => candidate.code === fields.type);
  const notation = type ? makeNotation(type, people.units.get(office), unit !== office ? people.units.get(unit) : undefined) : '';
  const edit = useMemo(() => editOf(seen, fields), [seen, fields]);
  const readdressed = doc !== undefined && (to.length !== seenTo.length || to.some((id) => !seenTo.includes(id)));
  const changed = !doc || Object.keys(edit.set).length > 0 || readdressed || uploads.list.length > 0;

  const patch = (change: Partial<Fields>) => setFields((old) => ({ ...old, ...change }));
  const onFiles = (files: File[]) => {
    const first = uploads.list.length === 0 && !doc ? files[0] : undefined;
    uploads.add(files);
    if (!first) return;
    const { type: guess, subject } = readFileName(first.name, catalog?.types ?? []);
    const read = { ...(guess ? { type: guess } : {}), ...(subject ? { subject } : {}) };
    setFields((old) => ({ ...old, ...Object.fromEntries(Object.entries(read).filter(([name]) => !old[name as keyof Fields])) }));
  };
  const missing = () => {
    if (!fields.subject?.trim()) return t('compose.missing.subject');
    if (uploads.failed) return t('compose.missing.failed');
    if (uploads.busy) return t('compose.missing.busy');
    return changed ? null : t('doc.nothing_changed');
  };

  const create = async () => {
    const id = await api.newId();
    await act({
      name: 'document.draft.1', id, base: 0,
      args: {
        unit: office, division: unit !== office ? unit : undefined, fields: filled({ ...fields, notation: fields.notation || notation, pages: fields.pages || uploads.pages }),
        files: uploads.files(), replyTo: asked?.id, to,
      },
    });
    if (asked) await client.invalidateQueries({ queryKey: keys.document(asked.id) });
    navigate(asked && reports ? `${paths.document(asked.id, 'incoming')}?viec=answer` : paths.draft(id));
  };
  const change = async (next: Edit) => {
    if (!doc) return;
    let base = doc.version;
    if (Object.keys(next.set).length > 0 || readdressed) {
      const result = await act({ name: 'document.edit.1', id: doc.id, base, args: { set: next.set, old: next.old, ...(readdressed ? { to, setTo: true } : {}) } });
      base = result.version;
    }
    for (const file of replacing(doc, uploads.files())) {
      const result = await act({ name: 'document.add_file.1', id: doc.id, base, args: { file } });
      base = result.version;
    }
    navigate(paths.draft(doc.id));
  };
  const refused = (next: Edit, error: unknown): boolean => {
    if (asApiError(error).reason === 'secrecy.refused') {
      stop('MAT');
      return true;
    }
    const list = clashesOf(error);
    if (list) setClash({ edit: next, list });
    return list !== null;
  };
  const save = async () => {
    try {
      await (doc ? change(edit) : create());
    } catch (error) {
      if (!refused(edit, error)) throw error;
    }
  };
  const stop = (level: SecrecyLevel) => {
    uploads.clear();
    setFields(doc ? seen : {});
    setSecret(level);
  };

  if (secret) return <SecrecyStop level={secret} onBack={() => setSecret('')} />;
  return (
    <EditorFrame
      doc={doc}
      title={doc ? t('compose.draft.edit') : t('compose.draft')}
      back={doc ? paths.draft(doc.id) : asked ? paths.document(asked.id, 'incoming') : paths.drafts}
      uploads={uploads}
      onFiles={onFiles}
      submit={doc ? t('action.save') : t('compose.draft.create')}
      missing={missing()}
      onSubmit={save}
    >
      {clash && (
        <ConflictView
          clashes={clash.list}
          onSettle={(mine) => {
            const next = settle(clash.edit, clash.list, mine);
            setClash(null);
            change(next).catch((error: unknown) => refused(next, error) || notify.error(error));
          }}
        />
      )}
      {asked && <ReplyTo doc={asked} />}
      <FieldsForm kind="outgoing" value={fields} onChange={patch} notation={notation} signer={null}>
        <RecipientPicker office={office} value={to} onChange={setTo} />
      </FieldsForm>
      {!doc && posts.length > 1 && (
        <Select
          label={t('compose.draft.unit')}
          allowDeselect={false}
          data={[...new Map(posts.map((post) => [post.unit.id, post.unit.name])).entries()].map(([value, label]) => ({ value, label }))}
          value={unit}
          onChange={(value) => value && setUnit(value)}
        />
      )}
      {!doc && <SecrecyField onSecret={stop} />}
    </EditorFrame>
  );
}

/** A new file stands for the document itself or its text, or replaces it; others are attached. */
function replacing(doc: Doc, files: readonly NewFile[]): NewFile[] {
  return files.map((file, i) => (i === 0 ? { ...file, ...replaces(doc, file.name) } : { ...file, role: 1 }));
}
