import { Button, TextInput } from '@mantine/core';
import { IconCircleCheck } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { LiveSession, MeetingView } from '@/lib/backend';
import { errorText } from '@/lib/errors';
import { useSearch } from '@/lib/router';
import { formatClock } from '@/lib/time';
import { StatusPill, useAct } from '@/ui';
import { useNow } from './clock';
import { may } from './steps';
import classes from './session.module.css';

type Me = NonNullable<LiveSession['me']>;

/** The roll has this person in the meeting, at the room or online. */
export function isHere(me: Me): boolean {
  return me.presence.startsWith('CO_MAT') && !me.left;
}

/** Điểm danh: said, or to be said here, by a button or by the code on the wall. */
export function CheckIn({ view, me, form }: { view: LiveSession; me: Me; form: MeetingView['form'] }) {
  const { t } = useTranslation();
  const now = useNow(view);
  const here = isHere(me);
  const open = now >= view.checkInFrom || view.started !== undefined;
  return (
    <section className={classes.panel} data-ok={here || undefined} aria-labelledby="session-checkin">
      <h2 id="session-checkin" className={classes.title}>{t('session.checkin')}</h2>
      {here ? (
        <p className={classes.here}><IconCircleCheck size={20} stroke={1.7} aria-hidden /> {t('session.checkin.done', { at: formatClock(me.arrived), how: t(`roll.presence.${me.presence}`) })}</p>
      ) : (
        <>
          {me.presence.startsWith('VANG') && <p><StatusPill tone="warn">{t(`roll.presence.${me.presence}`)}</StatusPill></p>}
          {me.left && <p className={classes.note}>{t('session.left_at', { at: formatClock(me.left) })}</p>}
          {!may(view, 'attendance.check_in') ? <p className={classes.note}>{t('session.checkin.closed')}</p> : open ? <Ways view={view} me={me} form={form} /> : <p className={classes.note}>{t('session.checkin.from', { at: formatClock(view.checkInFrom) })}</p>}
        </>
      )}
      {me.seat && <p className={classes.note}>{t('session.seat', { seat: me.seat })}</p>}
    </section>
  );
}

function Ways({ view, me, form }: { view: LiveSession; me: Me; form: MeetingView['form'] }) {
  const { t } = useTranslation();
  const act = useAct();
  const scanned = new URLSearchParams(useSearch());
  const [code, setCode] = useState(scanned.get('ma')?.replace(/\D/g, '').slice(0, 6) ?? '');
  const [busy, setBusy] = useState('');
  const [failed, setFailed] = useState<unknown>(null);
  const give = async (way: string, doing: () => Promise<unknown>) => {
    setBusy(way);
    setFailed(null);
    await doing().catch(setFailed);
    setBusy('');
  };
  const arrive = (online: boolean) => give(online ? 'online' : 'room', () => act({ name: 'attendance.check_in.1', id: me.attendance, base: 0, args: { meeting: view.meeting, online } }));
  const byCode = () => {
    const step = code === scanned.get('ma') ? Number(scanned.get('buoc')) || undefined : undefined;
    return give('code', () => act({ name: 'attendance.check_in_code.1', id: me.attendance, base: 0, args: { meeting: view.meeting, code, step } }));
  };
  return (
    <>
      <div className={classes.ways}>
        {form !== 'TRUC_TUYEN' && <Button loading={busy === 'room'} onClick={() => void arrive(false)}>{t('session.checkin.room')}</Button>}
        {form !== 'TRUC_TIEP' && <Button variant={form === 'TRUC_TUYEN' ? 'filled' : 'light'} loading={busy === 'online'} onClick={() => void arrive(true)}>{t('session.checkin.online')}</Button>}
      </div>
      {/* Who runs the meeting has no need of the code on the wall. */}
      {form !== 'TRUC_TUYEN' && !view.official && (
        <form
          className={classes.code}
          onSubmit={(event) => {
            event.preventDefault();
            if (code.length === 6) void byCode();
          }}
        >
          <TextInput label={t('session.checkin.code')} inputMode="numeric" autoComplete="off" maxLength={6} value={code} onChange={(event) => setCode(event.currentTarget.value.replace(/\D/g, ''))} />
          <Button type="submit" variant="default" disabled={code.length !== 6} loading={busy === 'code'}>{t('session.checkin.send')}</Button>
        </form>
      )}
      {failed !== null && <p role="alert" className={classes.failed}>{errorText(failed)}</p>}
    </>
  );
}
