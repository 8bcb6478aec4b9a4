import { Checkbox, Select } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, type AgendaRef, type MeetingView } from '@/lib/backend';
import { FormFrame, notify, useAct } from '@/ui';
import type { Uploads } from '../compose';
import { kinds, type Kind } from './fields';
import { Files } from './Files';
import { titleOf } from './materials';
import classes from './materials.module.css';

interface Props {
  meeting: MeetingView;
  items: readonly AgendaRef[];
  uploads: Uploads;
  onClose: () => void;
}

/** Files that were dropped or chosen become materials, each its own. */
export function AddForm({ meeting, items, uploads, onClose }: Props) {
  const { t } = useTranslation();
  const act = useAct();
  const [item, setItem] = useState<string | null>(null);
  const [kind, setKind] = useState<Kind>('main');
  const [approved, setApproved] = useState(true);
  const add = async () => {
    const files = uploads.list.flatMap(({ id, upload }) => (upload ? [{ id, upload }] : []));
    for (const { id, upload } of files) {
      const material = await api.newId();
      const file = { name: upload.name, media: upload.media, sha256: upload.sha256 };
      await act({
        name: 'material.add.1', id: material, base: 0,
        args: { meeting: meeting.id, fields: { title: titleOf(upload.name), kind, item: item ? Number(item) : undefined }, file, approved },
      }, files.length === 1 ? undefined : t('material.added.one', { name: upload.name }));
      uploads.remove(id); // what follows may fail; this one is in
    }
    if (files.length > 1) notify.ok(t('material.added', { count: files.length }));
    onClose();
  };
  const missing = uploads.list.length === 0 ? 'material.missing.file' : uploads.failed ? 'material.missing.failed' : uploads.busy ? 'material.missing.busy' : null;
  return (
    <FormFrame title={t('material.add')} sub={t('material.add.sub')} submit={t('material.add.submit', { count: uploads.list.length })} missing={missing && t(missing)} onSubmit={add} onClose={onClose}>
      <Files uploads={uploads} />
      <div className={classes.fields}>
        {items.length > 0 && (
          <Select label={t('material.field.item')} data={items.map(({ key, title }) => ({ value: String(key), label: title }))} value={item} placeholder={t('material.group.meeting')} clearable searchable onChange={setItem} />
        )}
        <Select label={t('material.field.kind')} data={kinds.map((value) => ({ value, label: t(`material.kind.${value}`) }))} value={kind} allowDeselect={false} onChange={(next) => setKind((next as Kind | null) ?? 'main')} />
      </div>
      <Checkbox label={t('material.add.approved')} description={t('material.add.approved.text')} checked={approved} onChange={(event) => setApproved(event.currentTarget.checked)} />
    </FormFrame>
  );
}
