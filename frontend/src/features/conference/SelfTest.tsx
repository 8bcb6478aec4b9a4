import { Button, Group, Modal } from '@mantine/core';
import { IconCircleCheck, IconCircleDashed, IconCircleX, IconTestPipe } from '@tabler/icons-react';
import { useEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useMeetingMaterials } from './useMeetingMaterials';
import { notify } from '@/ui';
import { MicLevel } from './Devices';
import { hallPrefs, useHallPrefs } from './prefs';
import type { Mark } from './protocol';
import { cameraMark, echoMark, lineOf, micMark, reportOf, type Found } from './selfTest';
import { Picture } from './Tile';
import { playTone } from './tone';
import { useHall, useHostNow, useLocal, useRun, useStation } from './useHall';
import classes from './hall.module.css';

/** Opens the test where nobody hears the person yet: at the door, and in the lobby. */
export function TestButton({ meeting }: { meeting: string }) {
  const { t } = useTranslation();
  const [opened, setOpened] = useState(false);
  return (
    <>
      <Button variant="default" size="sm" leftSection={<IconTestPipe size={16} stroke={1.8} aria-hidden />} onClick={() => setOpened(true)}>{t('conference.test')}</Button>
      <SelfTest meeting={meeting} opened={opened} onClose={() => setOpened(false)} />
    </>
  );
}

/** The technical test: microphone, speaker, echo, camera, line. What is found is told to those who lead. */
export function SelfTest({ meeting, opened, onClose }: { meeting: string; opened: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Modal opened={opened} onClose={onClose} title={t('conference.test')} size={560} closeButtonProps={{ 'aria-label': t('action.close') }}>
      {opened && <Tests meeting={meeting} onClose={onClose} />}
    </Modal>
  );
}

function Tests({ meeting, onClose }: { meeting: string; onClose: () => void }) {
  const { t } = useTranslation();
  const station = useStation();
  const { hall, local } = station;
  const { ahead, wants, phase, link, bears } = useHall();
  const { mic, camera, trouble } = useLocal();
  const { speaker } = useHallPrefs();
  const run = useRun();
  const [loudest, setLoudest] = useState(0);
  const [heard, setHeard] = useState<boolean | null>(null);
  const [seen, setSeen] = useState<boolean | null>(null);
  const [echo, setEcho] = useState<Mark>();
  const ringing = useRef(false);
  const [busy, setBusy] = useState(false);
  const materials = useMeetingMaterials(meeting);
  useHostNow(ahead); // the line is measured every few seconds
  const { measured } = station;
  useEffect(() => {
    // The tone is no voice.
    const timer = setInterval(() => !ringing.current && setLoudest((before) => Math.max(before, local.level())), 100);
    return () => clearInterval(timer);
  }, [local]);
  useEffect(() => {
    if (!local.state().mic) void local.openMic(hallPrefs()).then(() => local.setMic(true));
    else local.setMic(true);
    // Nobody hears the test: what is let through is the person's own switch.
    return () => local.setMic(hall.state().phase === 'joining' || hall.state().wants.audio);
  }, [local, hall]);
  useEffect(() => {
    const opened = !local.state().camera;
    if (opened) void local.openCamera(hallPrefs().camera);
    return () => {
      if (opened && !hall.state().wants.camera) local.closeCamera();
    };
  }, [local, hall]);
  useEffect(() => {
    if (link === 'up') void hall.measure().catch(() => {}); // without it there is no figure
  }, [hall, link]);
  const found: Found = { loudest, mic: mic !== null, camera: camera !== null, trouble, heard, seen, echo, measured, bears, materials };
  const line = measured && lineOf(measured, bears);
  const rate = (kilobits: number | undefined) => (kilobits === undefined ? t('conference.test.line.unknown') : t('conference.test.line.rate', { rate: kilobits }));
  const ring = async () => {
    const before = await levels(local.level, 400);
    ringing.current = true;
    // The first moments are for the browser to learn the room.
    const during = levels(local.level, 1300).then((all) => all.slice(all.length >> 1));
    try {
      await playTone(speaker);
      setEcho(local.state().mic ? echoMark(before, await during) : undefined);
    } finally {
      ringing.current = false;
    }
  };
  const stream = useMemo(() => (camera ? new MediaStream([camera]) : null), [camera]);
  const send = async () => {
    setBusy(true);
    try {
      await station.report(reportOf(found));
      notify.ok(t(phase === 'joining' ? 'conference.test.kept' : 'conference.test.sent'));
      onClose();
    } catch (error) {
      notify.error(error);
    }
    setBusy(false);
  };
  return (
    <div className={classes.tests}>
      <Test mark={micMark(found)} title={t('conference.test.mic')} text={t(micMark(found) === 'ok' ? 'conference.test.mic.ok' : trouble.audio && !mic ? `conference.trouble.audio.${trouble.audio}` : 'conference.test.mic.speak')}>
        <div className={classes.testMore}><MicLevel /></div>
      </Test>
      <Test mark={heard === null ? undefined : heard ? 'ok' : 'bad'} title={t('conference.test.speaker')} text={t('conference.test.speaker.text')}>
        <Group className={classes.testMore} gap={6}>
          <Button size="compact-sm" variant="light" onClick={() => run(ring())}>{t('conference.test.play')}</Button>
          <Answer value={heard} onAnswer={setHeard} />
        </Group>
      </Test>
      <Test mark={echo} title={t('conference.test.echo')} text={t(echo ? `conference.test.echo.${echo}` : 'conference.test.echo.text')} />
      <Test mark={cameraMark(found)} title={t('conference.test.camera')} text={t(trouble.camera && !camera ? `conference.trouble.camera.${trouble.camera}` : 'conference.test.camera.text')}>
        {stream && <Group className={classes.testMore} gap={10}><div className={classes.preview} style={{ width: 176 }}><Picture stream={stream} mirrored /></div><Answer value={seen} onAnswer={setSeen} /></Group>}
      </Test>
      <Test
        mark={line?.loss === undefined || (line.up === undefined && line.down === undefined) ? undefined : line.loss > 0.05 ? 'bad' : 'ok'} title={t('conference.test.line')}
        text={line ? t('conference.test.line.text', { up: rate(line.up), down: rate(line.down), rtt: line.rtt ?? '–', loss: line.loss === undefined ? '–' : (line.loss * 100).toFixed(1).replace('.', ',') }) : t(phase === 'room' ? 'conference.test.line.wait' : 'conference.test.line.later')}
      />
      {materials !== undefined && <Test mark={materials === 100 ? 'ok' : 'bad'} title={t('conference.test.materials')} text={`${materials} %`} />}
      {wants.audio && <p className={classes.quiet}>{t('conference.test.heard')}</p>}
      <Group justify="flex-end"><Button loading={busy} onClick={() => void send()}>{t(phase === 'joining' ? 'conference.test.keep' : 'conference.test.send')}</Button></Group>
    </div>
  );
}

/** How loud it is at the microphone for so many milliseconds, twenty times a second. */
function levels(level: () => number, forMs: number): Promise<number[]> {
  return new Promise((resolve) => {
    const all: number[] = [];
    const until = performance.now() + forMs;
    const timer = setInterval(() => {
      all.push(level());
      if (performance.now() < until) return;
      clearInterval(timer);
      resolve(all);
    }, 50);
  });
}

function Answer({ value, onAnswer }: { value: boolean | null; onAnswer: (yes: boolean) => void }) {
  const { t } = useTranslation();
  return (
    <>
      <Button size="compact-sm" variant={value === true ? 'filled' : 'default'} aria-pressed={value === true} onClick={() => onAnswer(true)}>{t('conference.test.yes')}</Button>
      <Button size="compact-sm" variant={value === false ? 'filled' : 'default'} color={value === false ? 'son' : undefined} aria-pressed={value === false} onClick={() => onAnswer(false)}>{t('conference.test.no')}</Button>
    </>
  );
}

const icons = { ok: IconCircleCheck, bad: IconCircleX, none: IconCircleX };
const colours = { ok: 'var(--kg-ok)', bad: 'var(--kg-bad)', none: 'var(--kg-bad)' };

function Test({ mark, title, text, children }: { mark: Mark | undefined; title: string; text: string; children?: ReactNode }) {
  const { t } = useTranslation();
  const Icon = mark ? icons[mark] : IconCircleDashed;
  return (
    <div className={classes.test}>
      <Icon size={22} stroke={1.7} color={mark ? colours[mark] : 'var(--kg-text-3)'} role="img" aria-label={t(`conference.mark.${mark ?? 'untested'}`)} />
      <span><strong>{title}</strong><br /><span className={classes.quiet}>{text}</span></span>
      {children}
    </div>
  );
}
