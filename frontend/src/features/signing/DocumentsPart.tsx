import { Checkbox, Select } from '@mantine/core';
import { IconAlertTriangle, IconExternalLink } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { formatFacts } from '@/lib/format';
import { errorText } from '@/lib/errors';
import { Link, paths } from '@/lib/router';
import { formatDay } from '@/lib/time';
import { StatusPill, TransferBar } from '@/ui';
import { mustAccept, presignState } from './presign';
import { lastSignature, signState, stateTones } from './state';
import type { CopyOrder, SignKind } from '@/lib/backend';
import { endSigning } from './store';
import { sealedOf, type Item, type Signing } from './useSigning';
import classes from './sign-dialog.module.css';

interface Props {
  kind: SignKind;
  copy?: CopyOrder;
  signing: Signing;
  shown: Item | undefined;
  onShow: (id: string) => void;
}

/** What is signed: every document openly, the one on the left with all that matters about it. */
export function DocumentsPart({ kind, copy, signing, shown, onShow }: Props) {
  const { t } = useTranslation();
  const { items, searched } = signing;
  return (
    <section className={classes.part} aria-label={t('signing.documents')}>
      {items.length > 1 && (
        <>
          <div className={classes.partHead}>
            <strong>{t('signing.documents.count', { count: items.length })}</strong>
            {searched < items.length && <span className={classes.quiet} role="status">{t('signing.searching', { done: searched, total: items.length })}</span>}
          </div>
          {searched < items.length && <TransferBar done={searched} total={items.length} label={t('signing.searching', { done: searched, total: items.length })} />}
          <ul className={classes.documents} aria-label={t('signing.documents')}>
            {items.map((item) => <Row key={item.id} kind={kind} item={item} current={item.id === shown?.id} onShow={() => onShow(item.id)} onOut={(out) => signing.change(item.id, { out })} onUnseen={(unseen) => signing.change(item.id, { unseen })} />)}
          </ul>
        </>
      )}
      {shown && <Facts kind={kind} copy={copy} item={shown} alone={items.length === 1} signing={signing} />}
    </section>
  );
}

interface RowProps {
  kind: SignKind;
  item: Item;
  current: boolean;
  onShow: () => void;
  onOut: (out: boolean) => void;
  onUnseen: (unseen: boolean) => void;
}

function Row({ kind, item, current, onShow, onOut, onUnseen }: RowProps) {
  const { t } = useTranslation();
  const { doc } = item;
  const barred = Boolean(item.problem || item.error) || presignState(item.presign, kind) === 'blocks';
  const name = doc ? formatFacts(codeOf(item), doc.subject) : item.id;
  return (
    <li className={classes.document} data-current={current || undefined}>
      <Checkbox size="sm" aria-label={t('signing.include', { name })} checked={!item.out && !barred} disabled={barred} onChange={(event) => onOut(!event.currentTarget.checked)} />
      <div className={classes.documentText}>
        <button type="button" className={classes.show} aria-current={current || undefined} onClick={onShow}>
          <span className={classes.code}>{codeOf(item) || (doc ? t(`type.${doc.type || 'none'}`) : '…')}</span>
          <span>{doc?.subject ?? t('state.loading')}</span>
        </button>
        {kind === 'person' && item.places.signature && <span className={classes.quiet}>{t('signing.falls_on', { page: item.places.signature.page + 1 })}</span>}
        {sealedOf(item) && <span className={classes.quiet}>{t('signing.attachments.with', { count: sealedOf(item)?.length })}</span>}
        <Warnings kind={kind} item={item} onUnseen={onUnseen} />
        <PresignLine kind={kind} item={item} />
      </div>
      {doc && (
        <Link href={paths.document(doc.id, doc.direction)} className={classes.open} aria-label={t('signing.open', { name })} title={t('action.open')} onClick={endSigning}>
          <IconExternalLink size={16} stroke={1.7} aria-hidden />
        </Link>
      )}
    </li>
  );
}

function codeOf({ doc }: Item): string {
  return doc ? doc.symbol || (doc.notation ? `…/${doc.notation}` : '') : '';
}

function Facts({ kind, copy, item, alone, signing }: { kind: SignKind; copy?: CopyOrder; item: Item; alone: boolean; signing: Signing }) {
  const { t } = useTranslation();
  const { doc, read } = item;
  if (!doc) return null;
  const person = kind === 'organ' ? lastSignature(doc, 1) : undefined;
  const date = formatDay(doc.issuedDate);
  const facts: Array<[string, string | undefined]> = [
    [t('signing.what'), alone ? doc.subject : undefined],
    [t('signing.code'), alone ? codeOf(item) || t(`type.${doc.type || 'none'}`) : undefined],
    [t('signing.revision'), read && t('signing.revision.n', { n: read.revision, name: read.file.name })],
    [t('signing.fill.number'), kind === 'organ' && doc.bookNumber ? String(doc.bookNumber).padStart(2, '0') : undefined],
    [t('signing.fill.date'), kind === 'organ' ? date || t('signing.fill.date.today') : undefined],
    [t('doc.copy.form'), copy && t(`doc.copy.form.${copy.form}`)],
    [t('doc.copy.pages'), copy?.pages],
    [t('doc.copy.organ'), copy && doc.unit.name],
    [t('doc.note'), copy?.text],
    [t('doc.signature.1'), person && formatFacts(person.form, person.by.name)],
  ];
  return (
    <>
      <dl className={classes.facts}>
        {facts.map(([name, value]) => (value ? <div key={name}><dt>{name}</dt><dd>{value}</dd></div> : null))}
        {person && <div><dt>{t('signing.verdict')}</dt><dd><StatusPill tone={stateTones[signState(person.verdict)]}>{t(`signing.state.${signState(person.verdict)}`)}</StatusPill></dd></div>}
      </dl>
      {kind === 'organ' && <p className={classes.quiet}>{t('signing.fill.text')}</p>}
      {item.attachments.length > 0 && <Attachments item={item} onChange={(without) => signing.change(item.id, { without })} />}
      {kind === 'copy' && <p className={classes.quiet}>{t('signing.copy.text')}</p>}
      {kind === 'initial' && <p className={classes.quiet}>{t('signing.initial.text')}</p>}
      {alone && <Warnings kind={kind} item={item} onUnseen={(unseen) => signing.change(item.id, { unseen })} />}
      {kind === 'person' && item.forms.length > 0 && (
        <Select
          label={t('signing.form')}
          allowDeselect={false}
          data={item.forms.map((option) => ({ value: option.form || own, label: [option.form, option.title].filter(Boolean).join(' ') || t('signing.form.own') }))}
          value={item.form || own}
          onChange={(form) => signing.change(item.id, { form: form === own || form === null ? '' : form })}
        />
      )}
    </>
  );
}

/** That something was found in the file; what it is stands beside the paper. */
function PresignLine({ kind, item }: { kind: SignKind; item: Item }) {
  const { t } = useTranslation();
  const state = presignState(item.presign, kind);
  if (state !== 'blocks' && !mustAccept(state)) return null;
  if (item.accepted && state !== 'blocks') return <span className={classes.quiet}>{t('presign.accepted')}</span>;
  return <span className={classes.warning} data-bad={state === 'blocks' || undefined}><IconAlertTriangle size={14} stroke={1.9} aria-hidden />{t(`presign.row.${state}`)}</span>;
}

/** The attachments in files of their own, which the same PIN seals; each can be left out. */
function Attachments({ item, onChange }: { item: Item; onChange: (without: number[]) => void }) {
  const { t } = useTranslation();
  const { attachments, without } = item;
  return (
    <fieldset className={classes.attachments}>
      <legend>{t('signing.attachments')}</legend>
      {attachments.map((file) => (
        <Checkbox
          key={file.key}
          size="sm"
          label={file.name}
          checked={!without.includes(file.key)}
          onChange={(event) => onChange(event.currentTarget.checked ? without.filter((key) => key !== file.key) : [...without, file.key])}
        />
      ))}
      <p className={classes.quiet}>{t('signing.attachments.text')}</p>
    </fieldset>
  );
}

/** A select has no empty value. */
const own = '-';

/** What the person should know before he signs, in words. */
function Warnings({ kind, item, onUnseen }: { kind: SignKind; item: Item; onUnseen: (unseen: boolean) => void }) {
  const { t } = useTranslation();
  const { doc, read, places } = item;
  const lost = kind === 'person' && Boolean(read) && !item.problem && !item.searching && !places.signature;
  const texts = [
    item.error && errorText(item.error),
    item.problem && t(item.problem),
    item.outdated && t('signing.warning.outdated'),
    read?.file.stale && t('signing.warning.stale'),
    item.unread && t('signing.warning.unread'),
    ...(kind === 'person' ? item.warnings.filter((warning) => !moot(warning, item)).map((warning) => t(`signing.warning.${warning}`)) : []),
    lost && !item.unread && item.warnings.every((warning) => warning !== 'name_missing' && warning !== 'no_text') && t('signing.warning.off'),
  ].filter((text): text is string => Boolean(text));
  return (
    <>
      {texts.map((text) => (
        <span key={text} className={classes.warning} data-bad={item.problem || item.error || item.outdated ? true : undefined}>
          <IconAlertTriangle size={14} stroke={1.9} aria-hidden />{text}
        </span>
      ))}
      {lost && doc && <Checkbox size="sm" className={classes.unseen} label={t('signing.unseen')} checked={item.unseen} onChange={(event) => onUnseen(event.currentTarget.checked)} />}
    </>
  );
}

/** Told about something that the person has put there himself. */
function moot(warning: Item['warnings'][number], { places }: Item): boolean {
  switch (warning) {
    case 'name_missing':
    case 'no_text':
      return places.signature !== undefined;
    case 'number_missing':
      return places.number !== undefined;
    case 'date_missing':
      return places.date !== undefined;
    default:
      return false;
  }
}
