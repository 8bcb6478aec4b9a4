import { ActionIcon, Tooltip } from '@mantine/core';
import { IconArrowBackUp, IconDeviceLaptop, IconServer, IconTrash } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import type { TFunction } from 'i18next';
import { useMemo, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { DigitalSignatures, VerdictPill } from '@/features/signing';
import { api, type Doc, type DocRow, type FileInfo, type RecipientInfo } from '@/lib/backend';
import { formatBytes, formatComing, formatFacts } from '@/lib/format';
import { keys } from '@/lib/queries';
import { Link, paths } from '@/lib/router';
import { formatDay, formatMoment } from '@/lib/time';
import { ConfirmDialog, DataTable, notify, StatePill, TransferBar, useAct, type Column } from '@/ui';
import { CopiesPart } from './CopiesPart';
import { FileIcon } from './Reading';
import { Receipts } from './Receipts';
import { SaveFile } from './SaveFile';
import classes from './document.module.css';

/** The descriptive fields, only those that say something. */
export function FieldsPane({ doc }: { doc: Doc }) {
  const { t } = useTranslation();
  const number = doc.bookNumber ? String(doc.bookNumber) : doc.numberPending ? t('doc.number_pending') : '';
  const facts: Array<[string, ReactNode]> = [
    [t('doc.field.type'), doc.type && t(`type.${doc.type}`)],
    [t('doc.field.symbol'), doc.symbol || (doc.direction === 'outgoing' && doc.numberPending ? t('doc.number_pending') : doc.notation)],
    [t('doc.field.issuedDate'), formatDay(doc.issuedDate)],
    [t('doc.field.organName'), doc.organName],
    [t('doc.field.subject'), doc.subject],
    [t('doc.field.urgency'), t(`urgency.${doc.urgency}`)],
    [doc.direction === 'incoming' ? t('doc.field.dueDate') : t('doc.field.replyDue'), formatDay(doc.dueDate || doc.due)],
    [t('doc.field.arrived'), formatMoment(doc.arrived)],
    [doc.direction === 'incoming' ? t('doc.field.arrivalNumber') : t('doc.field.number'), number],
    [t('doc.field.bookNote'), doc.bookNote],
    [t('doc.field.signer'), [[doc.signerForm, doc.signerTitle].filter(Boolean).join(' '), doc.signerName].filter(Boolean).join(' – ')],
    [t('doc.field.drafter'), [doc.drafter?.name, doc.draftUnit?.name].filter(Boolean).join(', ')],
    [t('doc.field.submittedTo'), doc.submittedTo?.name],
    [t('doc.field.field'), doc.field],
    [t('doc.field.pages'), doc.pages],
    [t('doc.field.copies'), doc.copies],
    [t('doc.field.toPlaces'), doc.toPlaces],
    [t('doc.field.circulation'), doc.circulation],
    [t('doc.field.drafterNotation'), doc.drafterNotation],
    [t('doc.field.documentId'), doc.documentId],
    [t('doc.field.fileCode'), [doc.fileOrgan, doc.fileCatalog, doc.fileNotation].filter(Boolean).join('.')],
    [t('doc.field.docOrdinal'), doc.docOrdinal],
    [t('doc.field.retentionCode'), doc.retentionCode],
    [t('doc.field.summary'), doc.summary],
    [t('doc.field.paper'), doc.paper && t('compose.conflict.yes')],
    [t('doc.field.unit'), doc.unit.name],
  ];
  return (
    <div className={classes.pane}>
      <dl className={classes.facts}>
        {facts.filter(([, value]) => value).map(([name, value]) => (
          <div key={name}><dt>{name}</dt><dd>{value}</dd></div>
        ))}
      </dl>
      {doc.direction === 'outgoing' && <Checks doc={doc} />}
      <Signatures doc={doc} />
      <Related doc={doc} />
    </div>
  );
}

function Checks({ doc }: { doc: Doc }) {
  const { t } = useTranslation();
  return (
    <section className={classes.block} aria-label={t('doc.checks')}>
      <h3>{t('doc.checks')}</h3>
      <ul className={classes.checks}>
        {(['content', 'form', 'approved'] as const).map((check) => (
          <li key={check} data-done={doc.checked[check] || undefined}>{t(`doc.checked.${check}`)}</li>
        ))}
      </ul>
    </section>
  );
}

function Signatures({ doc }: { doc: Doc }) {
  const { t } = useTranslation();
  return (
    <section className={classes.block} aria-label={t('doc.signatures')}>
      <h3>{t('doc.signatures')}</h3>
      <ul className={classes.checks}>
        {([1, 2] as const).map((kind) => {
          const signature = doc.signatures.find((candidate) => candidate.kind === kind);
          return (
            <li key={kind} data-done={signature ? true : undefined}>
              {t(`doc.signature.${kind}`)}
              {signature && <span className={classes.quiet}> {[signature.by.name, t(signature.digital ? 'doc.signature.digital' : 'doc.signature.paper'), formatMoment(signature.at)].filter(Boolean).join(' · ')}</span>}
            </li>
          );
        })}
      </ul>
      <DigitalSignatures doc={doc} />
      <p className={classes.quiet}>{t(`doc.original.${doc.originalValue}.text`)}</p>
    </section>
  );
}

function Related({ doc }: { doc: Doc }) {
  const { t } = useTranslation();
  const rows: Array<[string, DocRow]> = [
    ...(doc.replyToDoc ? [[t('doc.reply_to'), doc.replyToDoc] as [string, DocRow]] : []),
    ...(doc.sourceDoc ? [[t('doc.source'), doc.sourceDoc] as [string, DocRow]] : []),
    ...doc.replies.map((reply): [string, DocRow] => [t('doc.reply'), reply]),
  ];
  if (rows.length === 0) return null;
  return (
    <section className={classes.block} aria-label={t('doc.related')}>
      <h3>{t('doc.related')}</h3>
      <ul className={classes.related}>
        {rows.map(([what, row]) => (
          <li key={row.id}>
            <span className={classes.quiet}>{what}</span>
            <Link href={paths.document(row.id, row.direction)}>{formatFacts(row.symbol, formatDay(row.issuedDate), row.subject)}</Link>
            <StatePill state={row.state} hollow />
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Of a PDF that was made of a draft: of which version, and whether that is still the newest. */
function madeOf(doc: Doc, file: FileInfo, t: TFunction): string {
  if (!file.source) return '';
  const source = doc.files.find((other) => other.key === file.source);
  const of = source ? t('work.pdf.of', { n: source.version }) : t('work.pdf.of_gone');
  return file.stale ? t('work.pdf.stale', { of }) : of;
}

/** Each file with its size, its version and where it is. */
export function FilesPane({ doc, onRead }: { doc: Doc; onRead: (file: FileInfo) => void }) {
  const { t } = useTranslation();
  const act = useAct();
  const client = useQueryClient();
  const [removing, setRemoving] = useState<FileInfo | null>(null);
  const [restoring, setRestoring] = useState<FileInfo | null>(null);
  const restorable = doc.actions.some((info) => info.action === 'document.add_file' && info.allow);
  const removable = doc.actions.some((info) => info.action === 'document.remove_file' && info.allow);
  const old = doc.files.filter((file) => !file.newest).toSorted((a, b) => (b.at ?? 0) - (a.at ?? 0) || b.version - a.version);
  const show = (file: FileInfo) => (
    <li key={file.key} className={classes.file} data-old={file.newest ? undefined : true}>
      <FileIcon file={file} size={18} />
      <div className={classes.fileMain}>
        <button type="button" className={classes.fileName} title={file.name} onClick={() => onRead(file)}>{file.name}</button>
        <div className={classes.quiet}>
          {[t(`doc.file.role.${file.role}`), (file.version > 1 || !file.newest) && t('work.version', { n: file.version }), madeOf(doc, file, t), formatBytes(file.size), file.by?.name, formatMoment(file.at)].filter(Boolean).join(' · ')}
        </div>
        <FileComing file={file} />
        {file.verdict && <VerdictPill verdict={file.verdict} />}
      </div>
      <Tooltip label={file.here ? t('where.machine.yes') : file.progress && file.progress.done > 0 ? t('doc.file.coming', { done: formatBytes(file.progress.done), total: formatBytes(file.progress.total) }) : t('where.machine.no')}>
        <span className={classes.place} data-has={file.here || undefined} role="img" aria-label={file.here ? t('where.machine.yes') : t('where.machine.no')}><IconDeviceLaptop size={16} stroke={1.7} aria-hidden /></span>
      </Tooltip>
      <Tooltip label={file.atServer ? t('where.server.yes') : t('where.server.no')}>
        <span className={classes.place} data-has={file.atServer || undefined} role="img" aria-label={file.atServer ? t('where.server.yes') : t('where.server.no')}><IconServer size={16} stroke={1.7} aria-hidden /></span>
      </Tooltip>
      {restorable && !file.newest && (
        <Tooltip label={t('work.restore')}>
          <ActionIcon size={28} aria-label={t('work.restore_name', { n: file.version, name: file.name })} onClick={() => setRestoring(file)}><IconArrowBackUp size={16} stroke={1.7} /></ActionIcon>
        </Tooltip>
      )}
      {removable && file.newest && (
        <Tooltip label={t('action.document.remove_file')}>
          <ActionIcon size={28} aria-label={t('compose.file.remove', { name: file.name })} onClick={() => setRemoving(file)}><IconTrash size={16} stroke={1.7} /></ActionIcon>
        </Tooltip>
      )}
      <SaveFile doc={doc} file={file} />
    </li>
  );
  return (
    <div className={classes.pane}>
      {doc.files.length === 0 && <p className={classes.quiet}>{doc.paper ? t('doc.paper_only.text') : t('doc.no_file.text')}</p>}
      <ul className={classes.files}>{doc.files.filter((file) => file.newest).map(show)}</ul>
      {old.length > 0 && (
        <details className={classes.older}>
          <summary>{t('doc.file.older', { count: old.length })}</summary>
          <ul className={classes.files}>{old.map(show)}</ul>
        </details>
      )}
      <CopiesPart doc={doc} onRead={onRead} />
      <ConfirmDialog
        opened={removing !== null}
        title={t('doc.file.remove.title')}
        text={removing?.name}
        confirm={t('action.document.remove_file')}
        danger
        onConfirm={async () => removing && act({ name: 'document.remove_file.1', id: doc.id, base: doc.version, args: { file: removing.key } })}
        onClose={() => setRemoving(null)}
      />
      <ConfirmDialog
        opened={restoring !== null}
        title={t('work.restore.title', { n: restoring?.version })}
        text={t('work.restore.text', { name: restoring?.name, at: formatMoment(restoring?.at) })}
        confirm={t('work.restore')}
        onConfirm={async () => {
          if (!restoring) return;
          await api.restoreFile(doc.id, restoring.key);
          notify.ok(t('work.restored', { n: restoring.version }));
          await client.invalidateQueries({ queryKey: keys.document(doc.id) });
        }}
        onClose={() => setRestoring(null)}
      />
    </div>
  );
}

/** How far a file is that has begun to come. */
function FileComing({ file }: { file: FileInfo }) {
  const { t } = useTranslation();
  const { progress } = file;
  if (file.here || !progress || (progress.done === 0 && !progress.estimateMs)) return null;
  return (
    <div className={classes.coming}>
      <TransferBar done={progress.done} total={progress.total} label={t('doc.file.coming_name', { name: file.name })} />
      <span>{formatComing(progress)}</span>
    </div>
  );
}

/** What became of the document at each recipient. */
export function RecipientsPane({ doc }: { doc: Doc }) {
  const { t } = useTranslation();
  const columns = useMemo<Array<Column<RecipientInfo>>>(
    () => [
      { id: 'name', header: t('doc.recipient.name'), width: 150, grow: 1, cell: (row) => row.name },
      { id: 'status', header: t('doc.recipient.status'), width: 138, cell: (row) => (doc.state === 'DA_PHAT_HANH' || doc.state === 'LUU' || row.status !== 'sent' ? <StatePill state={row.status} /> : <span className={classes.quiet}>{t('doc.recipient.not_sent')}</span>) },
      { id: 'number', header: t('doc.recipient.number'), width: 64, align: 'right', cell: (row) => row.number ?? '', hideBelow: 380 },
      { id: 'at', header: t('doc.recipient.at'), width: 118, cell: (row) => formatMoment(row.at), hideBelow: 480 },
      { id: 'note', header: t('doc.recipient.note'), width: 130, cell: (row) => (row.reply ? <Link href={paths.document(row.reply, 'incoming')}>{t('doc.recipient.reply')}</Link> : (row.reason ?? '')), hideBelow: 560 },
    ],
    [t, doc.state],
  );
  return (
    <div className={classes.recipients}>
      {doc.toPlaces && <p className={classes.toPlaces}><span className={classes.quiet}>{t('doc.field.toPlaces')}: </span>{doc.toPlaces}</p>}
      {doc.where.office?.receipts && <Receipts receipts={doc.where.office.receipts} at={doc.where.office.at} />}
      <div className={classes.table}>
        <DataTable<RecipientInfo> id="recipients" label={t('doc.recipients')} columns={columns} rows={doc.recipients} rowId={unitOf} rowLook={lookOf} />
      </div>
    </div>
  );
}

const unitOf = (row: RecipientInfo) => row.unit;
const lookOf = (row: RecipientInfo) => ({ quiet: row.status === 'completed', unread: row.status === 'refused' });
