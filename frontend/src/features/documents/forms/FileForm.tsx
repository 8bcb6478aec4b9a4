import { Select } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Doc } from '@/lib/backend';
import { FileDrop, useUploads } from '@/features/compose';
import { FormFrame, useAct } from '@/ui';
import type { DocAction } from '../actions';

const added = '-';

/** Adds a file, or a new version of one that is there. */
export function FileForm({ doc, action, onClose }: { doc: Doc; action: DocAction; onClose: () => void }) {
  const { t } = useTranslation();
  const act = useAct();
  const uploads = useUploads();
  const mainFirst = doc.direction === 'outgoing' && !doc.files.some((file) => file.role === 0 && file.newest);
  const [role, setRole] = useState(mainFirst ? 'main' : added);
  const old = doc.files.filter((file) => file.newest && (doc.direction === 'outgoing' || !doc.source));
  const missing = uploads.list.length === 0 ? t('compose.missing.file') : uploads.failed ? t('compose.missing.failed') : uploads.busy ? t('compose.missing.busy') : null;
  const send = async () => {
    let base = doc.version;
    for (const [i, file] of uploads.files().entries()) {
      const replaced = i === 0 ? old.find((candidate) => String(candidate.key) === role) : undefined;
      const kind = replaced ? replaced.role : role === 'main' && i === 0 ? 0 : 1;
      const result = await act({ name: 'document.add_file.1', id: doc.id, base, delegation: action.delegation?.id, args: { file: { ...file, role: kind, replaces: replaced?.key } } });
      base = result.version;
    }
    onClose();
  };
  return (
    <FormFrame title={t('action.document.add_file')} submit={t('action.document.add_file.send')} missing={missing} onSubmit={send} onClose={onClose}>
      <FileDrop uploads={uploads} onFiles={uploads.add} />
      <Select
        label={t('doc.file.as')}
        allowDeselect={false}
        data={[
          ...(mainFirst ? [{ value: 'main', label: t('doc.file.main') }] : []),
          { value: added, label: t('doc.file.attachment') },
          ...old.map((file) => ({ value: String(file.key), label: t('doc.file.replaces', { name: file.name }) })),
        ]}
        value={role}
        onChange={(value) => setRole(value ?? added)}
      />
    </FormFrame>
  );
}
