import { Checkbox, Radio, Select, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, type NewRoot, type RootOffer } from '@/lib/backend';
import { keys } from '@/lib/queries';
import { DateField, FormFrame, notify, StatusPill } from '@/ui';
import { CertificateView } from './Facts';
import { begin, kinds, lacking, orderOf, uses, type Trusting, type Use } from './roots';
import classes from './roots.module.css';

interface Props {
  file: string;
  offers: readonly RootOffer[];
  onClose: () => void;
}

/** What a file holds; one of its certificates may be trusted, once its fingerprint was compared. */
export function AddRoot({ file, offers, onClose }: Props) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const first = offers.find((one) => !one.problem) ?? offers[0];
  const [offer, setOffer] = useState(first);
  const [form, setForm] = useState<Trusting | null>(first ? begin(first) : null);
  if (!offer || !form) return null;

  const choose = (sha256: string) => {
    const next = offers.find((one) => one.sha256 === sha256);
    if (!next) return;
    setOffer(next);
    setForm(begin(next)); // what was compared was another one
  };
  const missing = offer.problem ? 'roots.missing.problem' : lacking(form, offer);
  const add = async () => {
    await api.addRoot(orderOf(form, offer));
    await client.invalidateQueries({ queryKey: keys.roots() });
    notify.ok(t('roots.add.done', { name: offer.name }));
    onClose();
  };
  return (
    <FormFrame title={t('roots.add')} sub={<bdi>{file}</bdi>} submit={t('roots.add.confirm')} missing={missing && t(missing)} onSubmit={add} onClose={onClose}>
      {offers.length > 1 && (
        <Radio.Group label={t('roots.several', { count: offers.length })} value={offer.sha256} onChange={choose}>
          <div className={classes.choices}>
            {offers.map((one) => (
              <Radio
                key={one.sha256}
                value={one.sha256}
                label={<span className={classes.choice}><bdi>{one.name}</bdi>{one.problem && <StatusPill tone="neutral">{t('roots.unfit')}</StatusPill>}</span>}
              />
            ))}
          </div>
        </Radio.Group>
      )}
      {offer.problem && <p role="alert" className={classes.problem}><IconAlertTriangle size={17} stroke={1.8} aria-hidden />{t(`error.${offer.problem}`)}</p>}
      <CertificateView value={offer} />
      {!offer.problem && <Fields offer={offer} form={form} onChange={(part) => setForm({ ...form, ...part })} />}
    </FormFrame>
  );
}

function Fields({ offer, form, onChange }: { offer: RootOffer; form: Trusting; onChange: (part: Partial<Trusting>) => void }) {
  const { t } = useTranslation();
  return (
    <>
      <Checkbox.Group label={t('roots.uses')} value={form.uses} onChange={(value) => onChange({ uses: value as Use[] })}>
        <div className={classes.row}>{uses.map((use, i) => <Checkbox key={use} value={use} data-autofocus={i === 0 || undefined} label={t(`roots.use.${use}`)} />)}</div>
      </Checkbox.Group>
      <Select
        label={t('roots.kind')}
        data={kinds.map((value) => ({ value, label: t(`roots.kind.${value}`) }))}
        value={form.kind}
        onChange={(value) => onChange({ kind: value as NewRoot['kind'] | null })}
      />
      <div className={classes.row}>
        <DateField label={t('roots.since')} value={form.since} onChange={(since) => onChange({ since })} width={200} />
        <DateField label={t('roots.until')} value={form.until} min={form.since ?? undefined} onChange={(until) => onChange({ until })} width={200} />
      </div>
      <TextInput label={t('roots.note')} description={t('roots.note.hint')} maxLength={500} value={form.note} onChange={(event) => onChange({ note: event.currentTarget.value })} />
      {!offer.selfSigned && (
        <Checkbox checked={form.intermediate} onChange={(event) => onChange({ intermediate: event.currentTarget.checked })} label={t('roots.intermediate')} description={t('roots.intermediate.hint', { name: offer.issuer })} />
      )}
      <Checkbox checked={form.compared} onChange={(event) => onChange({ compared: event.currentTarget.checked })} label={t('roots.compared')} description={t('roots.compared.hint')} />
    </>
  );
}
