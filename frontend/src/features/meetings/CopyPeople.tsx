import { Button, Popover } from '@mantine/core';
import { IconCopy } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/lib/backend';
import { usePeople } from '@/lib/people';
import { formatDate } from '@/lib/time';
import { Loaded, notify } from '@/ui';
import { copiedOf, type Invited } from './invited';
import { useMeetingsBefore } from './useMeetingLists';
import classes from './copy.module.css';

/** Takes the people of an earlier meeting, with their roles and order. */
export function CopyPeople({ onCopy, except }: { onCopy: (people: Invited[]) => void; except?: string }) {
  const { t } = useTranslation();
  const [opened, setOpened] = useState(false);
  return (
    <Popover opened={opened} onChange={setOpened} trapFocus withinPortal shadow="md" width={420} position="bottom-end">
      <Popover.Target>
        <Button size="compact-sm" variant="default" leftSection={<IconCopy size={15} stroke={1.7} />} onClick={() => setOpened(!opened)}>{t('meeting.people.copy')}</Button>
      </Popover.Target>
      <Popover.Dropdown>{opened && <Earlier except={except} onCopy={onCopy} onClose={() => setOpened(false)} />}</Popover.Dropdown>
    </Popover>
  );
}

function Earlier({ except, onCopy, onClose }: { except?: string; onCopy: (people: Invited[]) => void; onClose: () => void }) {
  const { t } = useTranslation();
  const known = usePeople();
  const before = useMeetingsBefore();
  const copy = async (id: string) => {
    try {
      onCopy(copiedOf(await api.meeting(id), known));
      onClose();
    } catch (error) {
      notify.error(error);
    }
  };
  return (
    <Loaded query={before} lines={3}>
      {(list) => {
        const earlier = list.filter((item) => item.id !== except && item.people > 0).slice(0, 12);
        if (earlier.length === 0) return <p className={classes.none}>{t('meeting.people.copy.none')}</p>;
        return (
          <ul className={classes.list} aria-label={t('meeting.people.copy')}>
            {earlier.map((item) => (
              <li key={item.id}><button type="button" onClick={() => void copy(item.id)}><span>{item.title}</span><small>{formatDate(item.start)} · {t('meeting.people.total', { count: item.people })}</small></button></li>
            ))}
          </ul>
        );
      }}
    </Loaded>
  );
}
