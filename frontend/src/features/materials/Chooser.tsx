import { Select, type ComboboxItem, type OptionsFilter } from '@mantine/core';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { fold } from '@/lib/fold';
import { usePeople } from '@/lib/people';

/** Finds what has every word, with or without its accents. */
const filter: OptionsFilter = ({ options, search, limit }) => {
  const words = fold(search).split(/\s+/).filter(Boolean);
  return (options as ComboboxItem[]).filter(({ label }) => words.every((word) => fold(label).includes(word))).slice(0, limit);
};

interface Props {
  of: 'unit' | 'person';
  label: string;
  value: string | undefined;
  onChange: (id: string | undefined) => void;
}

/** One unit or one person of the province. */
export function Chooser({ of, label, value, onChange }: Props) {
  const { t } = useTranslation();
  const people = usePeople();
  const data = useMemo(
    () => of === 'unit'
      ? [...people.units.values()].map(({ id, name, parent }) => ({ value: id, label: parent && people.officeOf(id)?.id !== id ? `${name}, ${people.name(people.officeOf(id)?.id)}` : name }))
      : [...people.people.values()].map(({ id, name, posts }) => ({ value: id, label: [name, posts[0]?.position, people.name(posts[0] && people.officeOf(posts[0].unit)?.id)].filter(Boolean).join(', ') })),
    [of, people],
  );
  return (
    <Select
      label={label} data={data} value={value ?? null} searchable clearable limit={50} filter={filter} nothingFoundMessage={t('material.chooser.none')}
      placeholder={t('material.chooser')} onChange={(next) => onChange(next ?? undefined)}
    />
  );
}
