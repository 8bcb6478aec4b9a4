import { Button, FileButton } from '@mantine/core';
import { IconTrash, IconUpload } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, usePicture, useSigningKeys, type PictureKind, type Session } from '@/lib/backend';
import { errorText } from '@/lib/errors';
import { formatBytes } from '@/lib/format';
import { keys } from '@/lib/queries';
import { Loaded, notify } from '@/ui';
import { EmptyTokens, KeyFacts, Libraries } from './KeyChoice';
import { LookAgain } from './LookAgain';
import { isPNG, mostPictureBytes } from './picture';
import { useObjectUrl } from './useObjectUrl';
import classes from './signing-settings.module.css';

/** What this machine signs with: pictures for the page, keys, and the makers' libraries. */
export function SigningSettings({ session }: { session: Session }) {
  const { t } = useTranslation();
  const clerk = session.posts.some((post) => post.role === 'clerk');
  const query = useSigningKeys();
  return (
    <>
      <Picture kind="person" />
      {clerk && <Picture kind="organ" />}
      <section className={classes.block} aria-label={t('signing.keys')}>
        <div className={classes.head}>
          <h3>{t('signing.keys')}</h3>
          <LookAgain />
        </div>
        <Loaded query={query} lines={3}>
          {(data) => (
            <>
              {data.keys.length === 0 && <p className={classes.note}>{t('signing.keys.none')}. {t('signing.keys.none.plug')}</p>}
              <ul className={classes.keys}>{data.keys.map((key) => <li key={key.id}><KeyFacts value={key} /></li>)}</ul>
              <EmptyTokens tokens={data.empty} />
              <Libraries keys={data} />
            </>
          )}
        </Loaded>
      </section>
    </>
  );
}

function Picture({ kind }: { kind: PictureKind }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const query = usePicture(kind);
  const url = useObjectUrl(query.data);
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState<string | null>(null);
  const name = t(`signing.picture.${kind}`);

  const save = async (file: File | null, words: string) => {
    setFailed(null);
    if (file && file.size > mostPictureBytes) return setFailed(t('signing.picture.too_large', { max: formatBytes(mostPictureBytes) }));
    if (file && !(await isPNG(file))) return setFailed(t('signing.picture.not_png'));
    setBusy(true);
    try {
      await api.savePicture(kind, file);
      await client.invalidateQueries({ queryKey: keys.picture(kind) });
      notify.ok(words);
    } catch (error) {
      setFailed(errorText(error));
    }
    setBusy(false);
  };
  return (
    <section className={classes.picture} aria-label={name}>
      <div className={classes.preview} data-kind={kind}>{url ? <img src={url} alt={name} /> : <span>{t('signing.picture.none')}</span>}</div>
      <div className={classes.text}>
        <h3>{name}</h3>
        <p className={classes.note}>{t(`signing.picture.${kind}.hint`)}</p>
        {failed && <p role="alert" className={classes.failed}>{failed}</p>}
        <div className={classes.buttons}>
          <FileButton accept="image/png" onChange={(file) => file && void save(file, t('signing.picture.saved'))} inputProps={{ 'aria-label': t('signing.picture.choose_name', { name }) }}>
            {(props) => <Button {...props} size="compact-sm" variant="light" loading={busy} leftSection={<IconUpload size={15} aria-hidden />}>{t(url ? 'signing.picture.replace' : 'signing.picture.choose')}</Button>}
          </FileButton>
          {url && <Button size="compact-sm" variant="subtle" color="son" disabled={busy} leftSection={<IconTrash size={15} aria-hidden />} onClick={() => void save(null, t('signing.picture.removed'))}>{t('signing.picture.remove')}</Button>}
        </div>
      </div>
    </section>
  );
}
