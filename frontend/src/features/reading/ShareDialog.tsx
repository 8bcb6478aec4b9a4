import { Checkbox, Modal, TextInput } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, type AnnotationView } from '@/lib/backend';
import { fold } from '@/lib/fold';
import { keys } from '@/lib/queries';
import { Empty, Loaded, notify } from '@/ui';
import classes from './reading.module.css';

interface Props {
  meeting: string;
  material: string;
  mine: AnnotationView | undefined;
  opened: boolean;
  onStop: (person: string) => Promise<void>;
  onClose: () => void;
}

/** With whom the person's marks on this paper are shared. */
export function ShareDialog({ opened, onClose, ...rest }: Props) {
  const { t } = useTranslation();
  return (
    <Modal opened={opened} onClose={onClose} title={t('reading.share')} size={480} closeButtonProps={{ 'aria-label': t('action.close') }}>
      {opened && <Readers {...rest} />}
    </Modal>
  );
}

/** Above this many people there is a field to look for one. */
const many = 8;

function Readers({ meeting, material, mine, onStop }: Omit<Props, 'opened' | 'onClose'>) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [words, setWords] = useState('');
  const [busy, setBusy] = useState('');
  const readers = useQuery({ queryKey: keys.meeting(meeting, 'readers', material), queryFn: ({ signal }) => api.readers(meeting, material, signal) });
  const shared = new Set(mine?.shared.map(({ id }) => id));
  const change = async (person: string, on: boolean) => {
    setBusy(person);
    try {
      if (on) {
        await api.shareMarks(meeting, material, person);
        await client.invalidateQueries({ queryKey: keys.meeting(meeting, 'annotations', material) });
      } else await onStop(person);
    } catch (error) {
      notify.error(error);
    } finally {
      setBusy('');
    }
  };
  return (
    <>
      <p className={classes.hint}>{t('reading.share.text')}</p>
      <Loaded query={readers}>
        {(list) => (list.length === 0 ? <Empty title={t('reading.share.nobody')} /> : (
          <>
            {list.length > many && <TextInput type="search" label={t('reading.share.find')} value={words} onChange={(event) => setWords(event.currentTarget.value)} mb={8} />}
            <ul className={classes.readers}>
              {list.filter(({ person }) => fold(person.name).includes(fold(words.trim()))).map(({ person, ready }) => (
                <li key={person.id}>
                  <Checkbox
                    label={person.name} description={ready ? person.position : t('reading.share.not_ready')} checked={shared.has(person.id)}
                    disabled={busy === person.id || (!ready && !shared.has(person.id))} onChange={(event) => void change(person.id, event.currentTarget.checked)}
                  />
                </li>
              ))}
            </ul>
          </>
        ))}
      </Loaded>
    </>
  );
}
