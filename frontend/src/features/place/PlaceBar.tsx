import { Button } from '@mantine/core';
import { IconBuildingCommunity, IconPlugConnectedX } from '@tabler/icons-react';
import type { TFunction } from 'i18next';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, usePlace, useSession, type MeetingView, type PlaceView } from '@/lib/backend';
import { notify } from '@/ui';
import classes from './place.module.css';

/** Statuses in which people may sit together without a line. */
const sitting = new Set(['INVITED', 'LIVE', 'PAUSED']);

/** Says, on a laptop without a line, who carries the meeting for this place; and lets those who run it do so. */
export function PlaceBar({ meeting }: { meeting: MeetingView }) {
  const { t } = useTranslation();
  const { data: session } = useSession();
  const { data: place } = usePlace(meeting.id);
  const [busy, setBusy] = useState(false);
  if (!session?.device || !place || place.carrier === 'server' || !sitting.has(meeting.status)) return null;
  const carry = async (on: boolean) => {
    setBusy(true);
    try {
      await api.carryMeeting(meeting.id, on);
    } catch (error) {
      notify.error(error);
    }
    setBusy(false);
  };
  const down = place.carrier === 'lost';
  return (
    <div className={classes.bar} data-carrier={place.carrier} role={down ? 'alert' : 'status'}>
      {place.carrier === 'nobody' || down ? <IconPlugConnectedX size={18} aria-hidden /> : <IconBuildingCommunity size={18} aria-hidden />}
      <div className={classes.text}>
        <p>{t(`place.${place.carrier}`, { name: place.person?.name ?? '', count: place.here ?? 0 })}</p>
        {down && <p>{whoMay(t, place)}</p>}
      </div>
      {place.carrier === 'this' && <Button size="xs" variant="default" loading={busy} onClick={() => void carry(false)}>{t('place.end')}</Button>}
      {place.carrier === 'nobody' && place.may && <Button size="xs" loading={busy} onClick={() => void carry(true)}>{t('place.carry')}</Button>}
      {down && place.may && <Button size="md" loading={busy} onClick={() => void carry(true)}>{t('place.carryOn')}</Button>}
    </div>
  );
}

/** Who may carry a meeting on that has lost its laptop, in words. */
function whoMay(t: TFunction, place: PlaceView): string {
  if (place.may) return t('place.lost.you');
  const names = (place.mayCarry ?? []).map(({ name }) => name).join(', ');
  return names ? t('place.lost.who', { names }) : t('place.lost.nobody');
}
