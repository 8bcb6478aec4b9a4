import { Checkbox, NumberInput, Select, Textarea, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, type RoomView } from '@/lib/backend';
import { FormFrame, useAct } from '@/ui';
import { parseRows } from './rooms';
import classes from './rooms.module.css';

interface Props {
  room?: RoomView;
  offices: ReadonlyArray<{ value: string; label: string }>;
  onClose: () => void;
}

/** A room as a whole; it is closed, never deleted. */
export function RoomForm({ room, offices, onClose }: Props) {
  const { t } = useTranslation();
  const act = useAct();
  const [fields, setFields] = useState({
    unit: room?.unit.id ?? offices[0]?.value ?? '', name: room?.name ?? '', place: room?.place ?? '', seats: room?.seats ?? 0, equipment: room?.equipment ?? '',
    rows: room?.rows.join(', ') ?? '', closed: room?.closed ?? false,
  });
  const set = (change: Partial<typeof fields>) => setFields((now) => ({ ...now, ...change }));
  const rows = parseRows(fields.rows);
  const save = async () => {
    const { unit, name, place, seats, equipment, closed } = fields;
    await act({ name: 'room.save.1', id: room?.id ?? (await api.newId()), base: room?.version ?? 0, args: { unit, name, place, seats, equipment, closed, rows: rows ?? [] } });
    onClose();
  };
  return (
    <FormFrame title={room ? room.name : t('rooms.new')} submit={t('action.save')} missing={fields.name.trim() === '' ? t('rooms.missing.name') : rows === null ? t('rooms.missing.rows') : null} onSubmit={save} onClose={onClose}>
      <div className={classes.form}>
        {!room && offices.length > 1 && <Select label={t('rooms.unit')} data={[...offices]} value={fields.unit} allowDeselect={false} onChange={(unit) => set({ unit: unit ?? '' })} />}
        <TextInput label={t('rooms.name')} withAsterisk maxLength={100} data-autofocus value={fields.name} onChange={(event) => set({ name: event.currentTarget.value })} />
        <TextInput label={t('rooms.place')} placeholder={t('rooms.place.example')} maxLength={200} value={fields.place} onChange={(event) => set({ place: event.currentTarget.value })} />
        <NumberInput label={t('rooms.seats')} min={0} max={5000} allowDecimal={false} allowNegative={false} hideControls value={fields.seats || ''} onChange={(seats) => set({ seats: Number(seats) || 0 })} />
        <TextInput label={t('rooms.rows')} description={t('rooms.rows.text')} placeholder="12, 14, 14" value={fields.rows} error={rows === null ? t('rooms.missing.rows') : undefined} onChange={(event) => set({ rows: event.currentTarget.value })} />
        <Textarea label={t('rooms.equipment')} placeholder={t('rooms.equipment.example')} autosize minRows={2} maxRows={5} maxLength={500} value={fields.equipment} onChange={(event) => set({ equipment: event.currentTarget.value })} />
        {room && <Checkbox label={t('rooms.close')} description={t('rooms.close.text')} checked={fields.closed} onChange={(event) => set({ closed: event.currentTarget.checked })} />}
      </div>
    </FormFrame>
  );
}
