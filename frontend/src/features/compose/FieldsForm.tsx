import { Autocomplete, NumberInput, Select, TextInput, Textarea } from '@mantine/core';
import { useMemo, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useCatalog, useDirectory, type Fields } from '@/lib/backend';
import { fold } from '@/lib/fold';
import { useWorkCalendar } from '@/lib/people';
import { DateField } from '@/ui';
import type { FieldName } from './fields';
import { UrgencyPicker } from './UrgencyPicker';
import classes from './fields-form.module.css';

type FilingText = 'fileOrgan' | 'fileNotation' | 'retentionCode' | 'circulation' | 'drafterNotation';

interface Props {
  value: Fields;
  onChange: (patch: Partial<Fields>) => void;
  /** incoming: number, date and issuing body are typed; outgoing: they are given on issue. */
  kind: 'incoming' | 'outgoing';
  /** Only these may be changed; all when absent. */
  only?: readonly FieldName[];
  /** Shown instead of the plain signer fields; null for none. */
  signer?: ReactNode;
  /** The notation that type, office and division make; used when none is typed. */
  notation?: string;
  /** After the deadline and the signer, before the lesser fields. */
  children?: ReactNode;
  /** Names of fields that were filled by reading something else. */
  guessed?: ReadonlySet<string>;
  /** What was read: the name of a file, or its text. */
  guessedFrom?: 'name' | 'scan';
}

/** The descriptive fields of a document (NĐ 30/2020, Phụ lục VI), for entry and for editing. */
export function FieldsForm({ value, onChange, kind, only, signer, notation, children, guessed, guessedFrom = 'name' }: Props) {
  const { t } = useTranslation();
  const calendar = useWorkCalendar();
  const { data: catalog } = useCatalog();
  const organs = useOrgans(kind === 'incoming');
  const has = (name: FieldName) => !only || only.includes(name);
  const hint = (name: FieldName) => (guessed?.has(name) ? t(guessedFrom === 'scan' ? 'compose.guessed.scan' : 'compose.guessed') : undefined);
  const text = (name: 'codeNumber' | 'notation' | 'signerName' | 'signerTitle' | 'field' | 'toPlaces' | 'summary' | FilingText, max: number) => ({
    label: t(`doc.field.${name}`),
    description: hint(name),
    maxLength: max,
    value: value[name] ?? '',
    onChange: (event: { currentTarget: { value: string } }) => onChange({ [name]: event.currentTarget.value }),
  });

  return (
    <div className={classes.form}>
      {has('subject') && (
        <div className={classes.row}>
          {has('type') && (
            <Select
              className={classes.type}
              label={t('doc.field.type')}
              placeholder={t('compose.type.placeholder')}
              description={hint('type')}
              data={(catalog?.types ?? []).map((type) => ({ value: type.code, label: t(`type.${type.code}`) }))}
              filter={({ options, search }) => options.filter((option) => 'label' in option && fold(option.label).includes(fold(search.trim())))}
              value={value.type || null}
              onChange={(type) => onChange({ type: type ?? '' })}
              searchable
              clearable
            />
          )}
          {kind === 'incoming' && <TextInput className={classes.number} {...text('codeNumber', 11)} />}
          <div className={classes.notation}>
            <TextInput {...text('notation', 30)} placeholder={notation} />
            {notation && value.notation && value.notation !== notation && (
              <button type="button" className={classes.helper} onClick={() => onChange({ notation: '' })}>{t('compose.notation.make', { notation })}</button>
            )}
          </div>
          {kind === 'incoming' && (
            <div className={classes.date}>
              <DateField label={t('doc.field.issuedDate')} description={hint('issuedDate')} value={value.issuedDate || null} onChange={(day) => onChange({ issuedDate: day ?? '' })} calendar={calendar} />
            </div>
          )}
        </div>
      )}
      {kind === 'incoming' && has('organName') && (
        <Autocomplete
          label={t('doc.field.organName')}
          description={hint('organName')}
          data={organs}
          limit={8}
          maxLength={200}
          filter={({ options, search, limit }) => options.filter((option) => 'label' in option && fold(option.label).includes(fold(search.trim()))).slice(0, limit)}
          value={value.organName ?? ''}
          onChange={(organName) => onChange({ organName })}
        />
      )}
      {has('subject') && (
        <Textarea
          label={t('doc.field.subject')}
          description={hint('subject')}
          withAsterisk
          autosize
          minRows={2}
          maxRows={6}
          maxLength={500}
          value={value.subject ?? ''}
          onChange={(event) => onChange({ subject: event.currentTarget.value.replace(/\n/g, ' ') })}
        />
      )}
      {has('urgency') && <UrgencyPicker value={value.urgency ?? 0} onChange={(urgency) => onChange({ urgency })} hint={hint('urgency')} />}
      {has('dueDate') && (
        <DateField
          label={kind === 'incoming' ? t('doc.field.dueDate') : t('doc.field.replyDue')}
          value={value.dueDate || null}
          onChange={(day) => onChange({ dueDate: day ?? '' })}
          calendar={calendar}
          workingDays={[3, 5, 7, 10, 15]}
        />
      )}
      {has('signerName') && (signer !== undefined ? signer : (
        <div className={classes.row}>
          <TextInput className={classes.wide} {...text('signerName', 50)} />
          <TextInput className={classes.wide} {...text('signerTitle', 100)} />
        </div>
      ))}
      {children}
      <Lesser open={kind === 'incoming' || Boolean(value.field || value.pages || value.copies || value.toPlaces || value.summary || filed(value))}>
      <div className={classes.row}>
        {has('field') && <TextInput className={classes.wide} {...text('field', 100)} />}
        {has('pages') && <Count label={t('doc.field.pages')} value={value.pages} onChange={(pages) => onChange({ pages })} />}
        {has('copies') && kind === 'outgoing' && <Count label={t('doc.field.copies')} value={value.copies} onChange={(copies) => onChange({ copies })} />}
      </div>
      {has('toPlaces') && kind === 'outgoing' && <Textarea {...text('toPlaces', 1000)} autosize minRows={1} maxRows={5} placeholder={t('compose.to_places.placeholder')} />}
      <div className={classes.row}>
        {has('circulation') && <TextInput className={classes.wide} {...text('circulation', 100)} />}
        {has('drafterNotation') && <TextInput className={classes.wide} {...text('drafterNotation', 20)} />}
      </div>
      {has('fileNotation') && (
        <>
          <div className={classes.row}>
            <TextInput className={classes.wide} {...text('fileOrgan', 35)} />
            <Count label={t('doc.field.fileCatalog')} max={9999} value={value.fileCatalog} onChange={(fileCatalog) => onChange({ fileCatalog })} />
          </div>
          <div className={classes.row}>
            <TextInput className={classes.wide} {...text('fileNotation', 20)} />
            <Count label={t('doc.field.docOrdinal')} max={999} value={value.docOrdinal} onChange={(docOrdinal) => onChange({ docOrdinal })} />
          </div>
          <TextInput {...text('retentionCode', 30)} />
        </>
      )}
      {has('summary') && <Textarea {...text('summary', 500)} autosize minRows={1} maxRows={5} />}
      </Lesser>
    </div>
  );
}

/** Fields that are seldom needed, one click away; open when the form has few others. */
function Lesser({ open, children }: { open: boolean; children: ReactNode }) {
  const { t } = useTranslation();
  return (
    <details className={classes.lesser} open={open}>
      <summary>{t('compose.more_fields')}</summary>
      <div className={classes.form}>{children}</div>
    </details>
  );
}

function filed(value: Fields): boolean {
  return Boolean(value.fileOrgan || value.fileCatalog || value.fileNotation || value.docOrdinal || value.retentionCode || value.circulation || value.drafterNotation);
}

function Count({ label, max = 9999, value, onChange }: { label: string; max?: number; value?: number; onChange: (n: number) => void }) {
  return <NumberInput className={classes.count} label={label} min={0} max={max} allowDecimal={false} hideControls value={value || ''} onChange={(n) => onChange(Number(n) || 0)} />;
}

/** Offices of the province, to be chosen while typing; anybody else is typed in full. */
function useOrgans(wanted: boolean): string[] {
  const { data } = useDirectory();
  return useMemo(() => (wanted ? [...new Set((data?.units ?? []).filter((unit) => unit.office).map((unit) => unit.name))] : []), [data, wanted]);
}
