import { Select, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Catalog, Fields } from '@/lib/backend';
import { usePeople } from '@/lib/people';
import { signerOptions, type SignerChoice } from './signers';
import classes from './fields-form.module.css';

interface Props {
  catalog: Catalog | undefined;
  office: string;
  type?: string;
  choice: SignerChoice;
  onChange: (choice: SignerChoice) => void;
  /** Allow somebody who is not in the table of authority, by name. */
  free?: boolean;
  fields?: Fields;
  onFields?: (patch: Partial<Fields>) => void;
}

const other = '*';

/** Who signs and in which form: TM., KT., TL., TUQ., Q. from the office's table of authority. */
export function SignerPicker({ catalog, office, type, choice, onChange, free, fields, onFields }: Props) {
  const { t } = useTranslation();
  const people = usePeople();
  const options = signerOptions(catalog?.authorities ?? [], office, type);
  const value = choice.free ? other : `${choice.person}|${choice.form}`;
  return (
    <div className={classes.form}>
      <Select
        label={t('compose.signer')}
        withAsterisk
        allowDeselect={false}
        data={[
          ...options.map((option) => ({ value: `${option.person}|${option.form}`, label: `${[option.form, option.title].filter(Boolean).join(' ')} – ${people.name(option.person)}` })),
          ...(free ? [{ value: other, label: t('compose.signer.other') }] : []),
        ]}
        value={value}
        placeholder={t('compose.signer.placeholder')}
        onChange={(next) => {
          if (next === other) return onChange({ person: '', form: '', free: true });
          const [person = '', form = ''] = (next ?? '').split('|');
          onChange({ person, form });
        }}
      />
      {choice.free && onFields && (
        <div className={classes.row}>
          <TextInput className={classes.wide} label={t('doc.field.signerName')} withAsterisk maxLength={50} value={fields?.signerName ?? ''} onChange={(event) => onFields({ signerName: event.currentTarget.value })} />
          <TextInput className={classes.wide} label={t('doc.field.signerTitle')} maxLength={100} value={fields?.signerTitle ?? ''} onChange={(event) => onFields({ signerTitle: event.currentTarget.value })} />
        </div>
      )}
    </div>
  );
}
