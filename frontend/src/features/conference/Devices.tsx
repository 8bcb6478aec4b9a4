import { Select, Switch } from '@mantine/core';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { DeviceKind } from './local';
import { setHallPrefs, useHallPrefs, type Noise } from './prefs';
import { useLocal, useRun, useStation } from './useHall';
import classes from './hall.module.css';

/** How loud it is at the microphone, drawn without a new rendering. */
export function MicLevel() {
  const { t } = useTranslation();
  const { local } = useStation();
  const bar = useRef<HTMLDivElement>(null);
  useEffect(() => {
    let frame = 0;
    const draw = () => {
      if (bar.current) bar.current.style.transform = `scaleX(${local.level().toFixed(3)})`;
      frame = requestAnimationFrame(draw);
    };
    draw();
    return () => cancelAnimationFrame(frame);
  }, [local]);
  return <div className={classes.level} role="img" aria-label={t('conference.mic.level')}><div ref={bar} /></div>;
}

/** Which devices, and how much they cost. */
export function Devices({ costs }: { costs?: boolean }) {
  const { t } = useTranslation();
  const { devices, looked, plainNoise } = useLocal();
  const station = useStation();
  const prefs = useHallPrefs();
  const run = useRun();
  const choose: Record<DeviceKind, (id: string) => void> = {
    mic: (id) => run(station.chooseMic(id)),
    camera: (id) => run(station.chooseCamera(id)),
    speaker: (speaker) => setHallPrefs({ speaker }),
  };
  return (
    <div className={classes.devices}>
      {(['mic', 'camera', 'speaker'] as const).map((kind) => (devices[kind].length > 0 || kind !== 'speaker') && (
        <Select
          key={kind} size="xs" label={t(`conference.device.${kind}`)} allowDeselect={false} placeholder={t(looked ? 'conference.device.none' : 'conference.device.looking')} disabled={devices[kind].length === 0}
          value={devices[kind].some(({ deviceId }) => deviceId === prefs[kind]) ? prefs[kind] : devices[kind][0]?.deviceId ?? null}
          data={devices[kind].map(({ deviceId, label }, i) => ({ value: deviceId, label: label || `${t(`conference.device.${kind}`)} ${i + 1}` }))}
          onChange={(id) => choose[kind](id ?? '')}
        />
      ))}
      <Select
        size="xs" label={t('conference.noise')} allowDeselect={false} value={prefs.noise} description={plainNoise ? t('conference.noise.plain') : undefined}
        data={(['network', 'browser', 'off'] as const).map((value) => ({ value, label: t(`conference.noise.${value}`) }))}
        onChange={(noise) => {
          setHallPrefs({ noise: noise as Noise });
          if (station.local.state().mic) run(station.reopenMic());
        }}
      />
      {costs && (
        <>
          <Switch
            size="sm" label={t('conference.low_cpu')} description={t('conference.low_cpu.text')} checked={prefs.lowCpu}
            onChange={({ currentTarget: { checked } }) => {
              setHallPrefs({ lowCpu: checked });
              station.hall.sendAtMost(checked ? 1 : 3);
            }}
          />
          <Switch
            size="sm" label={t('conference.audio_only')} description={t('conference.audio_only.text')} checked={prefs.audioOnly}
            onChange={({ currentTarget: { checked } }) => run(station.soundOnly(checked))}
          />
        </>
      )}
    </div>
  );
}
