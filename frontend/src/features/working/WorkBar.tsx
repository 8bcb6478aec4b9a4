import { Button, Tooltip } from '@mantine/core';
import { IconFileTypePdf, IconPencil } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useEffect, useMemo, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { api, useSession, useWork, type Doc, type FileInfo, type WorkCopy } from '@/lib/backend';
import { useCommands, type Command } from '@/lib/commands';
import { keys } from '@/lib/queries';
import { formatMoment } from '@/lib/time';
import { CommandKbd, notify, StatusPill } from '@/ui';
import { Unsent } from './Unsent';
import { copyOf, paperOf, textOf } from './working';
import classes from './working.module.css';

/** Above a draft: its text with how far it is saved, the editor, and the PDF of it. */
export function WorkBar({ doc }: { doc: Doc }) {
  const file = textOf(doc);
  return file ? <Bar doc={doc} file={file} /> : null;
}

function Bar({ doc, file }: { doc: Doc; file: FileInfo }) {
  const { t } = useTranslation();
  const { data: session } = useSession();
  const { data: copies = [] } = useWork();
  const copy = copyOf(doc, copies);
  const may = doc.actions.some((info) => info.action === 'document.add_file' && info.allow);
  const laptop = session?.host === 'laptop';
  const open = useOpen(doc, file);
  const pdf = usePDF(doc, file);
  const paper = paperOf(doc);
  const made = paper?.source ? paper : undefined;
  useWorkKeys(may && laptop ? () => open.mutate() : undefined, may ? () => pdf.mutate() : undefined);
  return (
    <section className={classes.bar} aria-label={t('work.title')}>
      <div className={classes.line}>
        <span className={classes.state}>
          <strong>{t('work.version', { n: file.version })}</strong>
          <State file={file} copy={copy} />
          {made && <PaperState doc={doc} paper={made} />}
        </span>
        <span className={classes.tools}>
          {may && laptop && (
            <Button size="compact-sm" variant="default" leftSection={<IconPencil size={16} stroke={1.7} aria-hidden />} rightSection={<CommandKbd id="work.open" />} loading={open.isPending} onClick={() => open.mutate()}>
              {t('work.open')}
            </Button>
          )}
          {may && (
            <Button size="compact-sm" variant={made && !made.stale ? 'subtle' : 'default'} leftSection={<IconFileTypePdf size={16} stroke={1.7} aria-hidden />} rightSection={pdf.isPending ? undefined : <CommandKbd id="work.pdf" />} loading={pdf.isPending} onClick={() => pdf.mutate()}>
              {t(made ? 'work.pdf.again' : 'work.pdf')}
            </Button>
          )}
        </span>
      </div>
      {pdf.isPending && <div role="status" className={classes.busy}>{t('work.pdf.busy')}</div>}
      {copies.filter((other) => other.unsent && other.document === doc.id).map((other) => <Unsent key={other.id} copy={other} />)}
      {copy?.behind && !copy.unsent && <div role="status" className={classes.behind}>{t(copy.editing ? 'work.behind.editing' : 'work.behind')}</div>}
    </section>
  );
}

function State({ file, copy }: { file: FileInfo; copy: WorkCopy | undefined }) {
  const { t } = useTranslation();
  const saved = file.at ? t('work.saved', { at: formatMoment(file.at), name: file.by?.name ?? '' }) : '';
  return (
    <>
      <span className="kg-clip" title={saved}>{saved}</span>
      {copy?.editing && <StatusPill tone="info">{t('work.editing')}</StatusPill>}
    </>
  );
}

function PaperState({ doc, paper }: { doc: Doc; paper: FileInfo }) {
  const { t } = useTranslation();
  const source = doc.files.find((file) => file.key === paper.source);
  const words = source ? t('work.pdf.of', { n: source.version }) : t('work.pdf.of_gone');
  return (
    <Tooltip label={t(paper.stale ? 'work.pdf.stale.text' : 'work.pdf.fresh.text')} multiline w={300}>
      <span><StatusPill tone={paper.stale ? 'warn' : 'ok'}>{paper.stale ? t('work.pdf.stale', { of: words }) : words}</StatusPill></span>
    </Tooltip>
  );
}

/** Opens the text in the person's own editor. */
function useOpen(doc: Doc, file: FileInfo) {
  const client = useQueryClient();
  const { t } = useTranslation();
  return useMutation({
    mutationFn: () => api.openWork(doc.id, file.key),
    onSuccess: () => notify.ok(t('work.opened', { name: file.name })),
    onError: notify.error,
    onSettled: () => client.invalidateQueries({ queryKey: keys.work() }),
  });
}

function usePDF(doc: Doc, file: FileInfo) {
  const client = useQueryClient();
  const { t } = useTranslation();
  return useMutation({
    mutationFn: () => api.makePDF(doc.id, file.key),
    onSuccess: () => notify.ok(t('work.pdf.done', { n: file.version })),
    onError: notify.error,
    onSettled: () => client.invalidateQueries({ queryKey: keys.document(doc.id) }),
  });
}

function useWorkKeys(open: (() => void) | undefined, pdf: (() => void) | undefined) {
  const latest = useRef({ open, pdf });
  useEffect(() => {
    latest.current = { open, pdf };
  });
  useCommands(useMemo<Command[]>(
    () => [
      { id: 'work.open', label: 'work.open', group: 'document', hotkeys: ['f'], when: () => latest.current.open !== undefined, run: () => latest.current.open?.() },
      { id: 'work.pdf', label: 'work.pdf', group: 'document', hotkeys: ['q'], when: () => latest.current.pdf !== undefined, run: () => latest.current.pdf?.() },
    ],
    [],
  ));
}
