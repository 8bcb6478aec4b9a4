import { Button, Modal, Select, Switch, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { IconFolder, IconFolderPlus } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, useScanFolders, type ScanFolder, type Session } from '@/lib/backend';
import { errorText } from '@/lib/errors';
import { ConfirmDialog, Empty, Loaded, StatusPill } from '@/ui';
import classes from './scans.module.css';

/** Thư mục theo dõi: where the scanners of this machine save. */
export function ScanFolders({ session }: { session: Session }) {
  const { t } = useTranslation();
  const folders = useScanFolders();
  const client = useQueryClient();
  const [adding, setAdding] = useState(false);
  const [leaving, setLeaving] = useState<ScanFolder | null>(null);
  const refresh = () => client.invalidateQueries({ queryKey: ['scan'] });
  return (
    <>
      <div className={classes.tools}>
        <Button size="compact-sm" variant="light" leftSection={<IconFolderPlus size={15} />} onClick={() => setAdding(true)}>{t('scan.folder.add')}</Button>
      </div>
      <Loaded query={folders} lines={2}>
        {(list) =>
          list.length === 0 ? <Empty icon={IconFolder} title={t('scan.folder.none')} /> : (
            <ul className={classes.folders}>
              {list.map((folder) => (
                <li key={folder.id} className={classes.folder}>
                  <IconFolder size={18} stroke={1.6} aria-hidden />
                  <div className={classes.folderText}>
                    <div className={classes.path}>{folder.path}</div>
                    <div className={classes.note}>{[folder.unit.name, folder.tidy ? t('scan.folder.tidy') : t('scan.folder.leave')].join(' · ')}</div>
                    {folder.problem && <div role="status" className={classes.problem}>{t(`error.${folder.problem}`)}</div>}
                  </div>
                  {!folder.problem && <StatusPill tone="ok">{t('scan.folder.watched')}</StatusPill>}
                  <Button size="compact-sm" variant="subtle" color="gray" aria-label={`${t('scan.folder.remove')}: ${folder.path}`} onClick={() => setLeaving(folder)}>{t('scan.folder.remove')}</Button>
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
      <Modal opened={adding} onClose={() => setAdding(false)} title={t('scan.folder.add')} size={560} closeButtonProps={{ 'aria-label': t('action.close') }}>
        {adding && (
          <NewFolder
            session={session}
            onDone={() => {
              setAdding(false);
              void refresh();
            }}
          />
        )}
      </Modal>
      <ConfirmDialog
        opened={leaving !== null}
        title={t('scan.folder.remove.title')}
        text={t('scan.folder.remove.text')}
        confirm={t('scan.folder.remove')}
        onConfirm={async () => {
          if (leaving) await api.removeScanFolder(leaving.id);
          await refresh();
        }}
        onClose={() => setLeaving(null)}
      />
    </>
  );
}

function NewFolder({ session, onDone }: { session: Session; onDone: () => void }) {
  const { t } = useTranslation();
  const offices = session.offices.filter((office) => session.posts.some((post) => post.role === 'clerk' && post.office === office.id));
  const [path, setPath] = useState('');
  const [unit, setUnit] = useState(offices[0]?.id ?? '');
  const [tidy, setTidy] = useState(false);
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState<string | null>(null);
  const run = async (what: () => Promise<void>) => {
    setBusy(true);
    setFailed(null);
    await what().catch((error: unknown) => setFailed(errorText(error)));
    setBusy(false);
  };
  const type = (text: string) => {
    setPath(text);
    setFailed(null); // it was about another path
  };
  const choose = () => void run(async () => type((await api.chooseFolder()) || path));
  return (
    <form
      className={classes.form}
      onSubmit={(event) => {
        event.preventDefault();
        void run(async () => {
          await api.addScanFolder({ path, unit, tidy });
          onDone();
        });
      }}
    >
      <div className={classes.choose}>
        <TextInput label={t('scan.folder.path')} description={t('scan.folder.path.hint')} value={path} onChange={(event) => type(event.currentTarget.value)} data-autofocus />
        {session.window && <Button variant="default" onClick={choose}>{t('scan.folder.choose')}</Button>}
      </div>
      {offices.length > 1 && <Select label={t('scan.folder.unit')} data={offices.map((office) => ({ value: office.id, label: office.name }))} value={unit} onChange={(id) => setUnit(id ?? unit)} allowDeselect={false} />}
      <Switch label={t('scan.folder.tidy.label')} description={t('scan.folder.tidy.hint')} checked={tidy} onChange={(event) => setTidy(event.currentTarget.checked)} />
      {failed && <p role="alert" className={classes.failed}>{failed}</p>}
      <div><Button type="submit" disabled={!path.trim()} loading={busy}>{t('scan.folder.watch')}</Button></div>
    </form>
  );
}
