import { MultiSelect, Select, Textarea } from '@mantine/core';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, type ConclusionView } from '@/lib/backend';
import { usePeople, useWorkCalendar, type People } from '@/lib/people';
import { today } from '@/lib/time';
import { DateField, FormFrame, useAct } from '@/ui';

interface Choice {
  value: string;
  label: string;
}

/** Units first, then people with where they work: of the office, then of all others. */
function choicesOf(people: People, office: string): Choice[] {
  const own = (unit: string) => people.officeOf(unit)?.id === office;
  const units = [...people.units.values()].filter((unit) => own(unit.id) || unit.office);
  const staff = [...people.people.values()];
  const unitChoice = (id: string, name: string) => ({ value: id, label: name });
  const personChoice = (id: string, name: string, unit?: string) => ({ value: id, label: [name, unit && people.name(unit)].filter(Boolean).join(', ') });
  return [
    ...units.filter(({ id }) => own(id)).map(({ id, name }) => unitChoice(id, name)),
    ...staff.filter(({ posts }) => posts.some(({ unit }) => own(unit))).map(({ id, name, posts }) => personChoice(id, name, posts[0]?.unit)),
    ...units.filter(({ id }) => !own(id)).map(({ id, name }) => unitChoice(id, name)),
    ...staff.filter(({ posts }) => !posts.some(({ unit }) => own(unit))).map(({ id, name, posts }) => personChoice(id, name, posts[0]?.unit)),
  ];
}

/** Giao nhiệm vụ: out of a conclusion, to a person or a unit. */
export function GiveForm({ meeting, office, conclusion, onClose }: { meeting: string; office: string; conclusion: ConclusionView; onClose: () => void }) {
  const { t } = useTranslation();
  const act = useAct();
  const people = usePeople();
  const calendar = useWorkCalendar();
  const choices = useMemo(() => choicesOf(people, office), [people, office]);
  const [text, setText] = useState(conclusion.plain.slice(0, 4000));
  const [owner, setOwner] = useState<string | null>(null);
  const [assist, setAssist] = useState<string[]>([]);
  const [due, setDue] = useState<string | null>(null);
  const missing = !text.trim() ? t('assignment.missing.text') : owner ? null : t('assignment.missing.owner');
  const send = async () => {
    if (!owner) return;
    const id = await api.newId();
    await act({
      name: 'assignment.give.1', id, base: 0,
      args: { meeting, conclusion: conclusion.key, owner, ownerUnit: people.units.has(owner) || undefined, assist: assist.length ? assist : undefined, text: text.trim(), due: due ?? undefined },
    });
    onClose();
  };
  return (
    <FormFrame title={t('assignment.give')} submit={t('assignment.give')} missing={missing} onSubmit={send} onClose={onClose}>
      <Textarea label={t('assignment.text')} value={text} maxLength={4000} autosize minRows={3} maxRows={8} onChange={(event) => setText(event.currentTarget.value)} />
      <Select label={t('assignment.owner')} placeholder={t('assignment.find')} data={choices} value={owner} onChange={setOwner} searchable openOnFocus={false} limit={60} nothingFoundMessage={t('assignment.nobody')} data-autofocus />
      <MultiSelect label={t('assignment.assist')} data={choices.filter(({ value }) => value !== owner)} value={assist} onChange={setAssist} searchable limit={60} maxValues={50} nothingFoundMessage={t('assignment.nobody')} />
      <DateField label={t('assignment.due')} value={due} onChange={setDue} min={today()} calendar={calendar} workingDays={[5, 10, 15, 30]} />
    </FormFrame>
  );
}
