import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Doc, Fields } from '@/lib/backend';
import { clashesOf, ConflictView, editOf, fieldsOf, FieldsForm, localFields, settle, type Clash, type Edit } from '@/features/compose';
import { FormFrame, notify, useAct } from '@/ui';
import type { DocAction } from '../actions';

/** Changes the fields of an incoming document; a clash shows both texts. */
export function FieldsEditForm({ doc, action, onClose }: { doc: Doc; action: DocAction; onClose: () => void }) {
  const { t } = useTranslation();
  const act = useAct();
  const before = useMemo(() => fieldsOf(doc), [doc]);
  const [seen] = useState(before);
  const [fields, setFields] = useState<Fields>(before);
  const [clash, setClash] = useState<{ edit: Edit; list: Clash[] } | null>(null);
  const edit = editOf(seen, fields);

  const give = async (change: Edit) => {
    if (Object.keys(change.set).length > 0) {
      await act({ name: 'document.edit.1', id: doc.id, base: doc.version, delegation: action.delegation?.id, args: { set: change.set, old: change.old } });
    }
    onClose();
  };
  const clashed = (change: Edit) => (error: unknown) => {
    const list = clashesOf(error);
    if (list) setClash({ edit: change, list });
    return list !== null;
  };
  return (
    <FormFrame
      title={t('action.document.edit')}
      submit={t('action.save')}
      missing={Object.keys(edit.set).length === 0 ? t('doc.nothing_changed') : fields.subject?.trim() ? null : t('compose.missing.subject')}
      onSubmit={() => give(edit)}
      onRefused={clashed(edit)}
      onClose={onClose}
    >
      {clash && (
        <ConflictView
          clashes={clash.list}
          onSettle={(mine) => {
            const next = settle(clash.edit, clash.list, mine);
            give(next).catch((error: unknown) => clashed(next)(error) || notify.error(error));
          }}
        />
      )}
      <FieldsForm kind={doc.direction} value={fields} onChange={(patch) => setFields((old) => ({ ...old, ...patch }))} only={doc.source ? localFields : undefined} />
    </FormFrame>
  );
}
