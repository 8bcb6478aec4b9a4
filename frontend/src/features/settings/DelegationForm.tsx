import { MultiSelect, Radio, Select, TextInput } from '@mantine/core';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, type Session } from '@/lib/backend';
import { usePeople } from '@/lib/people';
import { today } from '@/lib/time';
import { DateField, FormFrame, useAct } from '@/ui';
import { argsOf, lacking, lendable, unitsOf, working, type Lending } from './delegating';
import classes from './settings.module.css';

/** Lends the powers of a post to somebody of the same office, from–to. */
export function DelegationForm({ session, onClose }: { session: Session; onClose: () => void }) {
  const { t } = useTranslation();
  const act = useAct();
  const people = usePeople();
  const units = useMemo(() => unitsOf(session), [session]);
  const [lending, setLending] = useState<Lending>({
    to: null, unit: units[0]?.value ?? null, all: true, actions: [], from: today(), until: null, basis: '',
  });
  const change = (part: Partial<Lending>) => setLending({ ...lending, ...part });
  const office = session.posts.find((post) => post.unit.id === lending.unit)?.office ?? '';
  const choices = useMemo(
    () => people.ofOffice(office, working)
      .filter((person) => person.id !== session.person?.id)
      .map((person) => ({ value: person.id, label: [person.name, person.posts?.[0]?.position].filter(Boolean).join(', ') })),
    [people, office, session.person?.id],
  );
  const missing = lacking(lending);

  const give = async () => {
    await act({ name: 'delegation.give.1', id: await api.newId(), base: 0, args: argsOf(lending) });
    onClose();
  };
  return (
    <FormFrame title={t('delegation.new')} submit={t('delegation.give')} missing={missing && t(missing)} onSubmit={give} onClose={onClose}>
      <Select label={t('delegation.unit')} data={units} value={lending.unit} allowDeselect={false} onChange={(unit) => change({ unit, to: null })} />
      <Select label={t('delegation.to')} searchable data-autofocus data={choices} value={lending.to} onChange={(to) => change({ to })} />
      <Radio.Group label={t('delegation.what')} value={lending.all ? 'all' : 'some'} onChange={(what) => change({ all: what === 'all' })}>
        <Radio mt={6} value="all" label={t('delegation.what.all')} />
        <Radio mt={8} value="some" label={t('delegation.what.some')} />
      </Radio.Group>
      {!lending.all && (
        <MultiSelect
          label={t('delegation.actions')}
          searchable
          data={lendable.map((value) => ({ value, label: t(`did.${value}`) }))}
          value={lending.actions}
          onChange={(actions) => change({ actions })}
        />
      )}
      <div className={classes.days}>
        <DateField label={t('delegation.from')} value={lending.from} min={today()} onChange={(from) => change({ from })} width={200} />
        <DateField label={t('delegation.until')} value={lending.until} min={lending.from ?? today()} onChange={(until) => change({ until })} width={200} />
      </div>
      <TextInput label={t('delegation.basis')} maxLength={200} value={lending.basis} onChange={(event) => change({ basis: event.currentTarget.value })} />
    </FormFrame>
  );
}
