import { Button, Modal } from '@mantine/core';
import { IconFilePlus, IconFiles, IconMailQuestion } from '@tabler/icons-react';
import { useRef, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useMaterials, type MaterialsView, type MaterialView, type MeetingView } from '@/lib/backend';
import { may } from '@/lib/may';
import { formatMoment } from '@/lib/time';
import { Empty, Loaded } from '@/ui';
import { useDrop, useUploads, type Uploads } from '../compose';
import { AccessForm } from './AccessForm';
import { AddForm } from './AddForm';
import { AskForm } from './AskForm';
import { MaterialRow, type Doing } from './MaterialRow';
import { groupsOf } from './materials';
import { Steps } from './Steps';
import { VersionForm } from './VersionForm';
import classes from './materials.module.css';

/** Tài liệu: the papers of a meeting by agenda item, and what the viewer may do with each. */
export default function MaterialsTab({ meeting }: { meeting: MeetingView }) {
  const query = useMaterials(meeting.id);
  return <Loaded query={query}>{(view) => <Materials meeting={meeting} view={view} />}</Loaded>;
}

type Form = { kind: 'add' } | { kind: 'ask'; material?: MaterialView } | { kind: Doing; material: MaterialView };

function Materials({ meeting, view }: { meeting: MeetingView; view: MaterialsView }) {
  const { t } = useTranslation();
  const [form, setForm] = useState<Form | null>(null);
  const uploads = useUploads();
  const picker = useRef<HTMLInputElement>(null);
  const adds = may(view.actions, 'material.add');
  const add = (files: File[]) => {
    if (!adds || files.length === 0) return;
    uploads.add(files);
    setForm({ kind: 'add' });
  };
  const { over, handlers } = useDrop(add);
  const close = () => {
    uploads.clear();
    setForm(null);
  };
  return (
    <div className={classes.tab} data-over={(adds && over) || undefined} {...(adds ? handlers : {})}>
      {(adds || view.due) && (
        <div className={classes.tools}>
          {adds && (
            <>
              <Button leftSection={<IconFilePlus size={16} aria-hidden />} onClick={() => picker.current?.click()}>{t('material.add')}</Button>
              <input
                ref={picker} type="file" multiple hidden aria-label={t('material.add.choose')}
                onChange={(event) => {
                  add([...(event.currentTarget.files ?? [])]);
                  event.currentTarget.value = '';
                }}
              />
            </>
          )}
          {may(view.actions, 'material.ask') && (
            <Button variant="default" leftSection={<IconMailQuestion size={16} aria-hidden />} onClick={() => setForm({ kind: 'ask' })}>{t('material.ask')}</Button>
          )}
          {adds && <span className={classes.hint}>{t('material.drop')}</span>}
          {view.due !== undefined && <span className={classes.due}>{t('material.all_due', { at: formatMoment(view.due) })}</span>}
        </div>
      )}
      {view.materials.length === 0 ? <Empty icon={IconFiles} title={t('material.none')} text={t(adds ? 'material.none.official' : 'material.none.text')} /> : (
        groupsOf(view).map(({ item, materials }) => (
          <section key={item?.key ?? 0} className={classes.group} aria-label={item?.title ?? t('material.group.meeting')}>
            <h2 className={classes.item}>{item?.title ?? t('material.group.meeting')}</h2>
            <ul className={classes.list}>
              {materials.map((material) => <MaterialRow key={material.id} meeting={meeting} material={material} onDo={(kind) => setForm({ kind, material })} />)}
            </ul>
          </section>
        ))
      )}
      <Forms meeting={meeting} view={view} form={form} uploads={uploads} onClose={close} />
    </div>
  );
}

function Forms({ meeting, view, form, uploads, onClose }: { meeting: MeetingView; view: MaterialsView; form: Form | null; uploads: Uploads; onClose: () => void }) {
  const { t } = useTranslation();
  const label = t(form?.kind === 'add' ? 'material.add' : 'material.form');
  return (
    <>
      <Dialog opened={form !== null && !isStep(form)} label={label} onClose={onClose}>{form && !isStep(form) && body(form)}</Dialog>
      {form && isStep(form) && <Steps meeting={meeting.id} step={form.kind} material={form.material} onClose={onClose} />}
    </>
  );
  function body(open: Form): ReactNode {
    switch (open.kind) {
      case 'add':
        return <AddForm meeting={meeting} items={view.items} uploads={uploads} onClose={onClose} />;
      case 'ask':
      case 'edit':
        return <AskForm meeting={meeting} items={view.items} material={open.material} onClose={onClose} />;
      case 'version':
        return <VersionForm meeting={meeting.id} material={open.material} onClose={onClose} />;
      case 'access':
        return <AccessForm meeting={meeting} material={open.material} onClose={onClose} />;
      default:
        return null;
    }
  }
}

type Step = Exclude<Doing, 'edit' | 'version' | 'access'>;

const isStep = (form: Form): form is { kind: Step; material: MaterialView } =>
  form.kind === 'approve' || form.kind === 'reject' || form.kind === 'submit' || form.kind === 'open' || form.kind === 'recall' || form.kind === 'remove';

function Dialog({ opened, label, onClose, children }: { opened: boolean; label: string; onClose: () => void; children: ReactNode }) {
  return (
    <Modal
      opened={opened} onClose={onClose} withCloseButton={false} padding={0} size={640} closeOnEscape={false}
      classNames={{ body: classes.dialog }} attributes={{ content: { 'aria-label': label } }}
    >
      {children}
    </Modal>
  );
}
