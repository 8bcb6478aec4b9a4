import { Button, SegmentedControl, Select } from '@mantine/core';
import { IconMicrophone, IconMicrophoneOff, IconVideo, IconVideoOff } from '@tabler/icons-react';
import { useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { PointRow } from '@/lib/backend';
import { useMeetingPoints } from '@/lib/points';
import { Link, paths } from '@/lib/router';
import { formatClock } from '@/lib/time';
import { Devices, MicLevel } from './Devices';
import { hallPrefs, setHallPrefs, useHallPrefs } from './prefs';
import type { HallMeeting, Seat } from './protocol';
import { TestButton } from './SelfTest';
import { Picture } from './Tile';
import { useLocal, useStation } from './useHall';
import classes from './hall.module.css';

/** Before the door: as what, with which devices; everything was remembered from the last time. */
export function PreJoin({ meeting, onJoin }: { meeting: HallMeeting; onJoin: (seat: Seat) => void }) {
  const { t } = useTranslation();
  const { data: board } = useMeetingPoints(meeting.id, meeting.id !== '');
  const points = useMemo(() => board?.rows ?? [], [board]);
  const prefs = useHallPrefs();
  const [point, setPoint] = usePoint(points, meeting);
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
            {points.length > 0 && (
              <fieldset className={classes.as}>
                <legend>{t('conference.as')}</legend>
                <SegmentedControl
                  fullWidth size="sm" aria-label={t('conference.as')} value={point === null ? 'person' : 'point'}
                  data={[{ value: 'person', label: t('conference.as.person') }, { value: 'point', label: t('conference.as.point') }]}
                  onChange={(as) => setPoint(as === 'point' ? points[0]?.point ?? null : null)}
                />
                {point !== null && (
                  <>
                    <Select size="sm" aria-label={t('conference.as.point')} searchable allowDeselect={false} value={point} onChange={setPoint} data={points.map((row) => ({ value: row.point, label: row.name }))} />
                    <p className={classes.quiet}>{t('conference.as.point.text')}</p>
                  </>
                )}
              </fieldset>
            )}
            <Devices />
            <TestButton meeting={meeting.id} />
            <Button
              size="md" fullWidth autoFocus
              onClick={() => {
                setHallPrefs({ point: point ?? '' });
                onJoin(point === null ? { as: 'person' } : { as: 'point', point });
              }}
            >
              {t('conference.enter')}
            </Button>
          </div>
        </div>
      </section>
    </main>
  );
}

/** The point that came in from here the last time, else the only one of somebody who does not run the meeting. */
function usePoint(points: readonly PointRow[], meeting: HallMeeting): [string | null, (point: string | null) => void] {
  const [chosen, setChosen] = useState<string | null>();
  const last = points.find((row) => row.point === hallPrefs().point)?.point;
  const only = meeting.official ? null : points[0]?.point ?? null;
  return [chosen === undefined ? last ?? only : chosen, setChosen];
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
  const { camera } = useLocal();
  const stream = useMemo(() => (camera ? new MediaStream([camera]) : null), [camera]);
  return <div className={classes.preview}>{stream ? <Picture stream={stream} mirrored /> : <span>{t('conference.camera.off')}</span>}</div>;
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
