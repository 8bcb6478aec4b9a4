import { Checkbox, MultiSelect, Radio } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { CommandArgs, MaterialView, MeetingRole, MeetingView } from '@/lib/backend';
import { FormFrame, useAct } from '@/ui';
import { MomentField } from './MomentField';
import classes from './materials.module.css';

interface Props {
  meeting: MeetingView;
  material: MaterialView;
  onClose: () => void;
}

type Access = CommandArgs['material.set_access.1'];

/** Who may read a material, from when until when, and what he may do with it. */
export function AccessForm({ meeting, material, onClose }: Props) {
  const { t } = useTranslation();
  const act = useAct();
  const [access, setAccess] = useState<Access>({
    meeting: meeting.id, access: material.access, roles: material.roles, persons: material.persons.map(({ id }) => id), openFrom: material.openFrom,
    recallAt: material.recallAt, print: material.print, download: material.download, watermark: material.watermark,
  });
  const set = (patch: Partial<Access>) => setAccess((old) => ({ ...old, ...patch }));
  const roles = [...new Set(meeting.participants.map(({ role }) => role))];
  const nobody = (access.access === 'ROLE' && !access.roles?.length) || (access.access === 'PERSONS' && !access.persons?.length);
  const send = async () => {
    await act({ name: 'material.set_access.1', id: material.id, base: material.version, args: access });
    onClose();
  };
  return (
    <FormFrame title={t('material.do.access')} sub={<bdi>{material.title}</bdi>} submit={t('action.save')} missing={nobody ? t('material.missing.readers') : null} onSubmit={send} onClose={onClose}>
      <Radio.Group label={t('material.access.who')} value={access.access} onChange={(to) => set({ access: to as Access['access'] })}>
        <div className={classes.radios}>
          {(['ALL', 'ROLE', 'PERSONS'] as const).map((value) => <Radio key={value} value={value} label={t(`material.access.${value}`)} />)}
        </div>
      </Radio.Group>
      {access.access === 'ROLE' && (
        <MultiSelect label={t('material.access.roles')} data={roles.map((value) => ({ value, label: t(`meeting.role.${value}`) }))} value={access.roles ?? []} onChange={(to) => set({ roles: to as MeetingRole[] })} />
      )}
      {access.access === 'PERSONS' && (
        <MultiSelect
          label={t('material.access.persons')} searchable limit={80} data={meeting.participants.map(({ id, name }) => ({ value: id, label: name }))}
          value={access.persons ?? []} onChange={(persons) => set({ persons })}
        />
      )}
      <div className={classes.moments}>
        <MomentField label={t('material.access.open_from')} value={access.openFrom} onChange={(openFrom) => set({ openFrom })} />
        <MomentField label={t('material.access.recall_at')} value={access.recallAt} onChange={(recallAt) => set({ recallAt })} />
      </div>
      <p className={classes.hint}>{t('material.access.times')}</p>
      <div className={classes.radios}>
        {(['print', 'download', 'watermark'] as const).map((what) => (
          <Checkbox key={what} label={t(`material.access.${what}`)} checked={access[what] ?? false} onChange={(event) => set({ [what]: event.currentTarget.checked })} />
        ))}
      </div>
    </FormFrame>
  );
}
