import { Button, Textarea } from '@mantine/core';
import { IconFileUpload } from '@tabler/icons-react';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { MaterialView } from '@/lib/backend';
import { FormFrame, useAct } from '@/ui';
import { useDrop, useUploads } from '../compose';
import { Files } from './Files';
import classes from './materials.module.css';

interface Props {
  meeting: string;
  material: MaterialView;
  onClose: () => void;
}

/** Hands in the first file of what was asked for, or a new version with what has changed. */
export function VersionForm({ meeting, material, onClose }: Props) {
  const { t } = useTranslation();
  const act = useAct();
  const uploads = useUploads();
  const [note, setNote] = useState('');
  const first = !material.newest;
  const add = (files: File[]) => {
    uploads.clear(); // a version is one file
    uploads.add(files.slice(0, 1));
  };
  const picker = useRef<HTMLInputElement>(null);
  const { over, handlers } = useDrop(add);
  const upload = uploads.list[0]?.upload;
  const send = async () => {
    if (!upload) return;
    const file = { name: upload.name, media: upload.media, sha256: upload.sha256, replaces: material.newest };
    await act({ name: 'material.add_version.1', id: material.id, base: material.version, args: { meeting, file, note: note.trim() } });
    onClose();
  };
  const missing = uploads.list.length === 0 ? 'material.missing.file' : uploads.failed ? 'material.missing.failed' : uploads.busy ? 'material.missing.busy' : null;
  return (
    <FormFrame
      title={t(first ? 'material.hand_in' : 'material.do.version')} sub={<bdi>{material.title}</bdi>} submit={t('material.hand_in.submit')} missing={missing && t(missing)}
      onSubmit={send} onClose={onClose}
    >
      <div className={classes.drop} data-over={over || undefined} {...handlers}>
        <Files uploads={uploads} />
        <Button variant="default" leftSection={<IconFileUpload size={16} aria-hidden />} data-autofocus onClick={() => picker.current?.click()}>{t('material.hand_in.choose')}</Button>
        <span className={classes.hint}>{t('material.hand_in.drop')}</span>
        <input
          ref={picker} type="file" hidden aria-label={t('material.hand_in.choose')}
          onChange={(event) => {
            add([...(event.currentTarget.files ?? [])]);
            event.currentTarget.value = '';
          }}
        />
      </div>
      {!first && <Textarea label={t('material.field.note')} description={t('material.field.note.text')} maxLength={2000} autosize minRows={2} maxRows={6} value={note} onChange={(event) => setNote(event.currentTarget.value)} />}
    </FormFrame>
  );
}
