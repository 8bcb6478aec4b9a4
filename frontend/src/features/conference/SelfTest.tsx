import { Button, Group, Modal } from '@mantine/core';
import { IconCircleCheck, IconCircleDashed, IconCircleX } from '@tabler/icons-react';
import { useEffect, useMemo, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useMeetingMaterials } from './useMeetingMaterials';
import { notify } from '@/ui';
import { MicLevel } from './Devices';
import { hallPrefs, useHallPrefs } from './prefs';
import type { Mark } from './protocol';
import { cameraMark, micMark, reportOf, type Found } from './selfTest';
import { Picture } from './Tile';
import { playTone } from './tone';
import { useHall, useHostNow, useLocal, useRun, useStation } from './useHall';
import classes from './hall.module.css';

/** The technical test: microphone, speaker, camera, line. What is found is told to those who lead. */
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
  const { ahead, wants } = useHall();
  const { mic, camera, trouble } = useLocal();
  const { speaker } = useHallPrefs();
  const run = useRun();
  const [loudest, setLoudest] = useState(0);
  const [heard, setHeard] = useState<boolean | null>(null);
  const [seen, setSeen] = useState<boolean | null>(null);
  const [busy, setBusy] = useState(false);
  const materials = useMeetingMaterials(meeting);
  useHostNow(ahead); // the line is measured every few seconds
  const { measured } = station;
  useEffect(() => {
    const timer = setInterval(() => setLoudest((before) => Math.max(before, local.level())), 100);
    return () => clearInterval(timer);
  }, [local]);
  useEffect(() => {
    if (!local.state().mic) void local.openMic(hallPrefs()).then(() => local.setMic(true));
    else local.setMic(true);
    // Nobody hears the test: what is let through is the person's own switch.
    return () => local.setMic(hall.state().wants.audio);
  }, [local, hall]);
  useEffect(() => {
    const opened = !local.state().camera;
    if (opened) void local.openCamera(hallPrefs().camera);
    return () => {
      if (opened && !hall.state().wants.camera) local.closeCamera();
    };
  }, [local, hall]);
  const found: Found = { loudest, mic: mic !== null, camera: camera !== null, trouble, heard, seen, measured, materials };
  const stream = useMemo(() => (camera ? new MediaStream([camera]) : null), [camera]);
  const send = async () => {
    setBusy(true);
    try {
      await hall.report(reportOf(found));
      notify.ok(t('conference.test.sent'));
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
          <Button size="compact-sm" variant="light" onClick={() => run(playTone(speaker))}>{t('conference.test.play')}</Button>
          <Answer value={heard} onAnswer={setHeard} />
        </Group>
      </Test>
      <Test mark={cameraMark(found)} title={t('conference.test.camera')} text={t(trouble.camera && !camera ? `conference.trouble.camera.${trouble.camera}` : 'conference.test.camera.text')}>
        {stream && <Group className={classes.testMore} gap={10}><div className={classes.preview} style={{ width: 176 }}><Picture stream={stream} mirrored /></div><Answer value={seen} onAnswer={setSeen} /></Group>}
      </Test>
      <Test mark={measured ? (measured.lossUp > 0.05 || measured.lossDown > 0.05 ? 'bad' : 'ok') : undefined} title={t('conference.test.line')} text={measured ? t('conference.test.line.text', { up: Math.max(measured.up, measured.bears), down: measured.down, rtt: measured.rtt, loss: (Math.max(measured.lossUp, measured.lossDown) * 100).toFixed(1) }) : t('conference.test.line.wait')} />
      {materials !== undefined && <Test mark={materials === 100 ? 'ok' : 'bad'} title={t('conference.test.materials')} text={`${materials} %`} />}
      {wants.audio && <p className={classes.quiet}>{t('conference.test.heard')}</p>}
      <Group justify="flex-end"><Button loading={busy} onClick={() => void send()}>{t('conference.test.send')}</Button></Group>
    </div>
  );
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
