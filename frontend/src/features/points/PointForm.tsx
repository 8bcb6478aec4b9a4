import { Button, Group, NumberInput, Select, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, useRooms, type CommandArgs, type PointView, type UnitRef } from '@/lib/backend';
import { usePeople } from '@/lib/people';
import { ConfirmDialog, FormFrame, useAct } from '@/ui';
import { pointDevices, pointGroups } from './points';
import classes from './points.module.css';

interface Props {
  point?: PointView;
  offices: readonly UnitRef[];
  onClose: () => void;
}

type Fields = CommandArgs['point.save.1'];

/** A meeting point as a whole; for who does not keep it, to read. */
export function PointForm({ point, offices, onClose }: Props) {
  const { t } = useTranslation();
  const act = useAct();
  const people = usePeople();
  const { data: rooms } = useRooms();
  const [ending, setEnding] = useState(false);
  const [fields, setFields] = useState<Fields>({
    unit: point?.unit.id ?? offices[0]?.id ?? '', name: point?.name ?? '', group: point?.group ?? 'XA_PHUONG', device: point?.device ?? 'PC', place: point?.place, room: point?.room?.id,
    phone: point?.phone, technician: point?.technician?.id, up: point?.up, down: point?.down, backup: point?.backup,
  });
  const set = (change: Partial<Fields>) => setFields((now) => ({ ...now, ...change }));
  const reads = point !== undefined && !point.mayEdit;
  const common = { readOnly: reads };
  const words = (name: 'name' | 'place' | 'phone' | 'backup') => ({ ...common, value: fields[name] ?? '', onChange: (event: { currentTarget: { value: string } }) => set({ [name]: event.currentTarget.value }) });
  const kbps = (name: 'up' | 'down') => ({ ...common, min: 0, max: 10_000_000, step: 1000, allowDecimal: false, allowNegative: false, hideControls: true, thousandSeparator: '.', decimalSeparator: ',', value: fields[name] ?? '', onChange: (value: string | number) => set({ [name]: Number(value) || undefined }) });
  const staff = people.ofOffice(fields.unit).map(({ id, name }) => ({ value: id, label: name }));
  const technician = point?.technician;
  if (technician && !staff.some(({ value }) => value === technician.id)) staff.push({ value: technician.id, label: technician.name });
  const save = async () => {
    await act({ name: 'point.save.1', id: point?.id ?? (await api.newId()), base: point?.version ?? 0, args: fields });
    onClose();
  };
  const missing = reads ? t('points.form.reads', { name: point.unit.name }) : fields.name.trim() === '' ? t('points.form.missing') : null;
  return (
    <FormFrame title={point?.name ?? t('points.new')} sub={point?.ended ? t('points.form.ended') : undefined} submit={t(point?.ended ? 'points.form.again' : 'action.save')} missing={missing} onSubmit={save} onClose={onClose}>
      <div className={classes.form}>
        {point || offices.length === 1
          ? <p className={classes.note}>{point?.unit.name ?? offices[0]?.name}</p>
          : <Select label={t('points.unit')} searchable limit={100} allowDeselect={false} data={offices.map(({ id, name }) => ({ value: id, label: name }))} value={fields.unit} onChange={(unit) => set({ unit: unit ?? '', room: undefined, technician: undefined })} />}
        <TextInput label={t('points.name')} withAsterisk maxLength={200} data-autofocus {...words('name')} />
        <Group grow align="flex-start">
          <Select {...common} label={t('points.group')} allowDeselect={false} data={pointGroups.map((value) => ({ value, label: t(`points.group.${value}`) }))} value={fields.group} onChange={(group) => group && set({ group: group as Fields['group'] })} />
          <Select {...common} label={t('points.device')} allowDeselect={false} data={pointDevices.map((value) => ({ value, label: t(`points.device.${value}`) }))} value={fields.device} onChange={(device) => device && set({ device: device as Fields['device'] })} />
        </Group>
        <TextInput label={t('points.place')} placeholder={t('rooms.place.example')} maxLength={300} {...words('place')} />
        <Select {...common} label={t('points.room')} clearable data={(rooms ?? []).filter((room) => room.unit.id === fields.unit).map((room) => ({ value: room.id, label: room.name }))} value={fields.room ?? null} clearButtonProps={{ 'aria-label': t('action.clear') }} nothingFoundMessage={t('points.nothing')} onChange={(room) => set({ room: room ?? undefined })} />
        <Group grow align="flex-start">
          <Select {...common} label={t('points.technician')} searchable clearable limit={100} data={staff} value={fields.technician ?? null} clearButtonProps={{ 'aria-label': t('action.clear') }} nothingFoundMessage={t('points.nothing')} onChange={(to) => set({ technician: to ?? undefined })} />
          <TextInput label={t('points.phone')} description={t('points.phone.text')} inputMode="tel" maxLength={30} {...words('phone')} />
        </Group>
        <Group grow align="flex-start">
          <NumberInput label={t('points.up')} {...kbps('up')} />
          <NumberInput label={t('points.down')} {...kbps('down')} />
        </Group>
        <TextInput label={t('points.backup')} placeholder="4G" maxLength={100} {...words('backup')} />
        {point?.mayEdit && !point.ended && <Button className={classes.end} variant="subtle" color="son" size="compact-md" onClick={() => setEnding(true)}>{t('points.end')}</Button>}
      </div>
      {point && (
        <ConfirmDialog
          opened={ending} danger title={t('points.end.title', { name: point.name })} text={t('points.end.text')} confirm={t('points.end')}
          onConfirm={async () => { await act({ name: 'point.end.1', id: point.id, base: point.version, args: {} }); onClose(); }} onClose={() => setEnding(false)}
        />
      )}
    </FormFrame>
  );
}
