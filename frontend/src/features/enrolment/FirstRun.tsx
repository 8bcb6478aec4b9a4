import { Button } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { IconCircleCheck } from '@tabler/icons-react';
import type { TFunction } from 'i18next';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSession, type Enrolled, type Session } from '@/lib/backend';
import { formatMoment } from '@/lib/time';
import { FrontDoor } from '@/ui';
import { EnrolForm } from './EnrolForm';
import { isOffer, offeredInvitation } from './invitation';
import classes from './first-run.module.css';

/** What became of the machine's last work, for whoever opens it next. */
function farewell(t: TFunction, left: NonNullable<Session['left']>): string {
  return [
    t('left.text', { count: left.commands, at: formatMoment(left.at) }),
    left.files > 0 && t('left.files', { count: left.files }),
    left.lost > 0 && t('left.lost', { count: left.lost }),
    t('left.again'),
  ].filter(Boolean).join(' ');
}

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
    <FrontDoor title={left ? t('left.title') : t('enrol.title')} text={left ? farewell(t, left) : t('enrol.text')}>
      <EnrolForm asksServer offered={offered} onBusy={onBusy} onDone={setWelcome} />
    </FrontDoor>
  );
}
