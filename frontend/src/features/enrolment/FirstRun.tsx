import { Button } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { IconCircleCheck } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSession, type Enrolled } from '@/lib/backend';
import { formatMoment } from '@/lib/time';
import { FrontDoor } from '@/ui';
import { EnrolForm } from './EnrolForm';
import { isOffer, offeredInvitation } from './invitation';
import classes from './first-run.module.css';

/** Makes this laptop its person's: by a code from the unit's administrator, or by an invitation file. */
export function FirstRun({ onBusy }: { onBusy: (busy: boolean) => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const left = useSession().data?.left;
  const [offered] = useState(() => offeredInvitation(location.pathname));
  const [welcome, setWelcome] = useState<Enrolled | null>(null);

  // What was offered is as secret as its code: it does not stay in the address.
  useEffect(() => {
    if (isOffer(location.pathname)) history.replaceState(null, '', '/');
  }, []);

  if (welcome) {
    return (
      <FrontDoor title={t('enrol.done.title', { name: welcome.name })} text={t('enrol.done.text', { office: welcome.office })}>
        <div className={classes.done}><IconCircleCheck size={20} stroke={1.7} aria-hidden />{t('enrol.done.note')}</div>
        <Button fullWidth size="md" autoFocus onClick={() => void client.invalidateQueries().then(() => onBusy(false))}>{t('enrol.done.start')}</Button>
      </FrontDoor>
    );
  }
  return (
    <FrontDoor title={left ? t('left.title') : t('enrol.title')} text={left ? t('left.text', { count: left.commands, at: formatMoment(left.at) }) : t('enrol.text')}>
      <EnrolForm asksServer offered={offered} onBusy={onBusy} onDone={setWelcome} />
    </FrontDoor>
  );
}
