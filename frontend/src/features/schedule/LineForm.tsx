import { Autocomplete, Button, MultiSelect, Select, Textarea, TextInput } from '@mantine/core';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useRooms, type WeekLine, type WeekView } from '@/lib/backend';
import { usePeople } from '@/lib/people';
import { formatDay, type Day } from '@/lib/time';
import { FormFrame, useAct } from '@/ui';
import { daysFrom, weekdayOf } from './calendar';
import { fieldsOf, lineOf, missingOf } from './plan';
import classes from './plan.module.css';

/** One line of the week: when, what, who, where. */
export function LineForm({ week, line, day, onClose }: { week: WeekView; line?: WeekLine; day: Day; onClose: () => void }) {
  const { t } = useTranslation();
  const act = useAct();
  const choices = useChoices(week.unit.id);
  const [fields, setFields] = useState(() => fieldsOf(line, day));
  const set = (change: Partial<typeof fields>) => setFields((now) => ({ ...now, ...change }));
  const missing = missingOf(fields);
  const give = async (args: object) => {
    await act({ name: 'week.edit.1', id: week.id, base: week.version, args: { unit: week.unit.id, monday: week.monday, ...args } });
    onClose();
  };
  return (
    <FormFrame
      title={line ? t('plan.edit') : t('plan.add.title')} submit={t('action.save')} missing={missing && t(missing)}
      onSubmit={() => give({ set: [lineOf(fields)] })} onClose={onClose}
    >
      <div className={classes.form}>
        <div className={classes.row}>
          <Select label={t('plan.day')} allowDeselect={false} value={fields.day} onChange={(to) => set({ day: to ?? fields.day })} data={daysFrom(week.monday, 7).map((each) => ({ value: each, label: `${t(`schedule.day.${weekdayOf(each)}`)}, ${formatDay(each)}` }))} />
          <TextInput label={t('plan.from')} withAsterisk placeholder="8h00" data-autofocus={line ? undefined : true} value={fields.from} onChange={(event) => set({ from: event.currentTarget.value })} />
          <TextInput label={t('plan.to')} placeholder="9h30" value={fields.to} onChange={(event) => set({ to: event.currentTarget.value })} />
        </div>
        <Textarea label={t('plan.column.title')} withAsterisk autosize minRows={2} maxRows={8} maxLength={1000} data-autofocus={line ? true : undefined} value={fields.title} onChange={(event) => set({ title: event.currentTarget.value })} />
        <MultiSelect label={t('plan.column.leaders')} searchable hidePickedOptions data={choices.people} value={fields.leaders} onChange={(leaders) => set({ leaders })} nothingFoundMessage={t('plan.nobody')} maxValues={30} />
        <Textarea label={t('plan.column.attend')} autosize minRows={1} maxRows={6} maxLength={1000} value={fields.attend} onChange={(event) => set({ attend: event.currentTarget.value })} />
        <Autocomplete label={t('plan.column.place')} data={choices.rooms} maxLength={200} value={fields.place} onChange={(place) => set({ place })} />
        <div className={classes.pair}>
          <Select label={t('plan.unit')} clearable searchable data={choices.units} value={fields.unit || null} onChange={(unit) => set({ unit: unit ?? '' })} clearButtonProps={{ 'aria-label': t('action.clear') }} />
          <TextInput label={t('plan.car')} maxLength={100} value={fields.car} onChange={(event) => set({ car: event.currentTarget.value })} />
        </div>
        <TextInput label={t('plan.note')} maxLength={500} value={fields.note} onChange={(event) => set({ note: event.currentTarget.value })} />
        {line?.key !== undefined && <div><Button variant="subtle" color="son" onClick={() => void give({ remove: [line.key] })}>{t('plan.remove')}</Button></div>}
      </div>
    </FormFrame>
  );
}

/** The office's people with those who lead it first, its divisions, its rooms. */
function useChoices(office: string) {
  const people = usePeople();
  const { data: rooms } = useRooms();
  return useMemo(() => {
    const leading = people.ofOffice(office, ['leader', 'deputy']);
    const ids = new Set(leading.map(({ id }) => id));
    const staff = [...leading, ...people.ofOffice(office).filter(({ id }) => !ids.has(id))];
    const named = (id: string, name: string) => ({ value: id, label: name });
    return {
      people: staff.map((person) => named(person.id, [person.name, person.posts[0]?.position].filter(Boolean).join(' – '))),
      units: people.children(office).filter((unit) => !unit.office).map((unit) => named(unit.id, unit.name)),
      rooms: [...new Set((rooms ?? []).filter((room) => room.unit.id === office).map((room) => [room.name, room.place].filter(Boolean).join(', ')))],
    };
  }, [people, rooms, office]);
}
