import { Button, SegmentedControl, Select } from '@mantine/core';
import { IconMicrophone, IconMicrophoneOff, IconVideo, IconVideoOff } from '@tabler/icons-react';
import { useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSession } from '@/lib/backend';
import { useMeetingPoints } from '@/lib/points';
import { Link, paths } from '@/lib/router';
import { formatClock } from '@/lib/time';
import { Devices, MicLevel } from './Devices';
import { doorOf, seatAtFirst, takesOver, type Door } from './door';
import { hallPrefs, setHallPrefs, useHallPrefs } from './prefs';
import type { HallMeeting, Seat } from './protocol';
import { TestButton } from './SelfTest';
import { Picture } from './Tile';
import { useLocal, useStation } from './useHall';
import classes from './hall.module.css';

interface Props {
  meeting: HallMeeting;
  onJoin: (seat: Seat) => void;
}

/** Before the door: as what, with which devices; everything was remembered from the last time. */
export function PreJoin({ meeting, onJoin }: Props) {
  const { t } = useTranslation();
  const prefs = useHallPrefs();
  const { door, seat, setSeat, pending } = useSeat(meeting);
  const { point: last } = hallPrefs();
  const replaces = seat?.as === 'point' && takesOver(door.points.find((row) => row.point === seat.point), last);
  useOpened();
  return (
    <main className={classes.door}>
      <section className={classes.card} aria-labelledby="hall-title">
        <header className={classes.doorHead}>
          <div>
            <h1 id="hall-title" className={classes.doorTitle}>{meeting.title}</h1>
            {meeting.start > 0 && <p className={classes.quiet}>{t('session.from_to', { from: formatClock(meeting.start), to: formatClock(meeting.end) })}</p>}
          </div>
          {meeting.id && <Link href={paths.meeting(meeting.id)} className={classes.out}>{t('conference.back')}</Link>}
        </header>
        <div className={classes.doorColumns}>
          <div className={classes.doorLeft}>
            <Preview />
            <div className={classes.doorSwitches}>
              <Toggle on={prefs.micOn} icons={[IconMicrophone, IconMicrophoneOff]} label={t(prefs.micOn ? 'conference.mic.on' : 'conference.mic.off')} onChange={(micOn) => setHallPrefs({ micOn })} />
              <Toggle on={prefs.cameraOn && !prefs.audioOnly} icons={[IconVideo, IconVideoOff]} label={t(prefs.cameraOn && !prefs.audioOnly ? 'conference.camera.on' : 'conference.camera.shut')} onChange={(cameraOn) => setHallPrefs({ cameraOn, audioOnly: false })} />
              <MicLevel />
            </div>
            <Troubles />
          </div>
          <div className={classes.doorRight}>
            {seat && door.points.length > 0 && <As door={door} seat={seat} onChange={setSeat} />}
            {replaces && <p className={classes.warns} role="alert">{t('conference.as.point.inside')}</p>}
            <Devices />
            {seat === null && !pending && <p className={classes.warns} role="alert">{t('conference.as.nobody')}</p>}
            <TestButton meeting={meeting.id} />
            <Button
              size="md" fullWidth autoFocus loading={pending} disabled={seat === null}
              onClick={() => {
                if (!seat) return;
                setHallPrefs({ point: seat.as === 'point' ? seat.point : '' });
                onJoin(seat);
              }}
            >
              {t(replaces ? 'conference.enter.instead' : 'conference.enter')}
            </Button>
          </div>
        </div>
      </section>
    </main>
  );
}

/** As what somebody comes in: what he chose, or what is likely. It is not known until his points are. */
function useSeat(meeting: HallMeeting) {
  const { data: session } = useSession();
  const asks = meeting.id !== '' && (meeting.points ?? 0) > 0;
  const { data: board, isPending } = useMeetingPoints(meeting.id, asks);
  const pending = asks && isPending;
  const door = useMemo<Door>(() => (meeting.actions ? doorOf(meeting.actions, board?.rows ?? []) : { own: true, points: [] }), [meeting.actions, board]);
  const [chosen, setSeat] = useState<Seat>();
  const seat = chosen ?? (pending ? null : seatAtFirst(door, hallPrefs().point, session?.person?.id ?? ''));
  return { door, seat, setSeat, pending };
}

function As({ door: { own, points }, seat, onChange }: { door: Door; seat: Seat; onChange: (seat: Seat) => void }) {
  const { t } = useTranslation();
  const choose = (point: string | null | undefined) => onChange(point ? { as: 'point', point } : { as: 'person' });
  return (
    <fieldset className={classes.as}>
      <legend>{t('conference.as')}</legend>
      {own && (
        <SegmentedControl
          fullWidth size="sm" aria-label={t('conference.as')} value={seat.as}
          data={[{ value: 'person', label: t('conference.as.person') }, { value: 'point', label: t('conference.as.point') }]}
          onChange={(as) => choose(as === 'point' ? points[0]?.point : null)}
        />
      )}
      {seat.as === 'point' && (
        <>
          <Select size="sm" aria-label={t('conference.as.point')} searchable allowDeselect={false} value={seat.point} onChange={choose} data={points.map((row) => ({ value: row.point, label: row.name }))} />
          <p className={classes.quiet}>{t('conference.as.point.text')}</p>
        </>
      )}
    </fieldset>
  );
}

/** Opens what was on the last time. */
function useOpened() {
  const { local } = useStation();
  const { cameraOn, audioOnly } = useHallPrefs();
  useEffect(() => {
    void local.openMic(hallPrefs());
  }, [local]);
  useEffect(() => {
    if (cameraOn && !audioOnly) void local.openCamera(hallPrefs().camera);
    else local.closeCamera();
  }, [local, cameraOn, audioOnly]);
}

function Preview() {
  const { t } = useTranslation();
  const { camera, cameraOpens } = useLocal();
  const stream = useMemo(() => (camera ? new MediaStream([camera]) : null), [camera]);
  return <div className={classes.preview}>{stream ? <Picture stream={stream} mirrored /> : <span>{t(cameraOpens ? 'conference.camera.opens' : 'conference.camera.off')}</span>}</div>;
}

function Troubles() {
  const { t } = useTranslation();
  const { trouble } = useLocal();
  const found = (['audio', 'camera'] as const).flatMap((track) => (trouble[track] ? [`conference.trouble.${track}.${trouble[track]}`] : []));
  return found.length > 0 ? <ul className={classes.troubles} role="alert">{found.map((key) => <li key={key}>{t(key)}</li>)}</ul> : null;
}

function Toggle({ on, icons: [On, Off], label, onChange }: { on: boolean; icons: [typeof IconVideo, typeof IconVideo]; label: string; onChange: (on: boolean) => void }) {
  const Icon = on ? On : Off;
  return <Button size="compact-md" variant={on ? 'light' : 'default'} aria-pressed={on} leftSection={<Icon size={16} stroke={1.8} aria-hidden />} onClick={() => onChange(!on)}>{label}</Button>;
}
