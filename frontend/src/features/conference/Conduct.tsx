import { Button, Menu, NumberInput, Popover, Select, Switch, Textarea } from '@mantine/core';
import { IconDoor, IconLock, IconLockOpen, IconMicrophoneOff, IconSettings, IconSpeakerphone, IconUsersGroup } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ConfirmDialog, Kbd } from '@/ui';
import { Guests } from './Guests';
import { floorModes, layouts, type FloorMode, type Layout } from './protocol';
import { may } from './state';
import { useActs } from './useActs';
import { useHall } from './useHall';
import classes from './console.module.css';

/** What holds for the whole conference: the layout, who may speak, the door. */
export function Conduct() {
  const { t } = useTranslation();
  const act = useActs();
  const state = useHall();
  const { view, floor, door, talk } = state;
  const can = (name: string) => may(state, name);
  const [ending, setEnding] = useState(false);
  const [guests, setGuests] = useState(false);
  return (
    <div className={classes.conduct}>
      {can('layout') && <LayoutChoice />}
      {can('mode') && <Select size="xs" w={182} aria-label={t('conference.mode')} allowDeselect={false} value={floor.mode} data={floorModes.map((value) => ({ value, label: t(`conference.mode.${value}`) }))} onChange={(mode) => act('mode', { mode: mode as FloorMode })} />}
      {can('mute_all') && <Button size="compact-sm" variant={floor.mutedAll ? 'filled' : 'default'} aria-pressed={floor.mutedAll ?? false} leftSection={<IconMicrophoneOff size={15} aria-hidden />} rightSection={<Kbd keys="shift+x" />} onClick={() => act('mute_all', { on: !floor.mutedAll })}>{t(floor.mutedAll ? 'conference.act.unmute_all' : 'conference.act.mute_all')}</Button>}
      {can('lock') && <Button size="compact-sm" variant={door.locked ? 'filled' : 'default'} aria-pressed={door.locked ?? false} leftSection={door.locked ? <IconLock size={15} aria-hidden /> : <IconLockOpen size={15} aria-hidden />} onClick={() => act('lock', { on: !door.locked })}>{t(door.locked ? 'conference.act.unlock' : 'conference.act.lock')}</Button>}
      {can('lobby') && <Button size="compact-sm" variant={door.lobby ? 'light' : 'default'} aria-pressed={door.lobby ?? false} leftSection={<IconDoor size={15} aria-hidden />} onClick={() => act('lobby', { on: !door.lobby })}>{t('conference.act.lobby')}</Button>}
      {can('admit') && (door.waiting ?? 0) > 0 && <Button size="compact-sm" onClick={() => act('admit')}>{t('conference.act.admit_all', { count: door.waiting ?? 0 })}</Button>}
      {can('roll') && <RollChoice />}
      {can('announce') && <Announce />}
      <Menu position="bottom-end" withinPortal closeOnItemClick={false}>
        <Menu.Target><Button size="compact-sm" variant="default" leftSection={<IconSettings size={15} aria-hidden />}>{t('conference.more')}</Button></Menu.Target>
        <Menu.Dropdown>
          {can('chat') && <Menu.Item component="div"><Switch size="sm" label={t('conference.act.chat')} checked={talk.chat ?? false} onChange={({ currentTarget: { checked } }) => act('chat', { on: checked })} /></Menu.Item>}
          {can('reactions') && <Menu.Item component="div"><Switch size="sm" label={t('conference.act.reactions')} checked={talk.reactions ?? false} onChange={({ currentTarget: { checked } }) => act('reactions', { on: checked })} /></Menu.Item>}
          {can('test') && <Menu.Item closeMenuOnClick onClick={() => act('test')}>{t('conference.act.test_all')}</Menu.Item>}
          {can('guests') && <Menu.Item closeMenuOnClick onClick={() => setGuests(true)}>{t('conference.guests')}…</Menu.Item>}
          {can('lower') && <Menu.Item closeMenuOnClick onClick={() => act('lower')}>{t('conference.act.lower_all')}</Menu.Item>}
          {can('screen') && view.screen && <Menu.Item closeMenuOnClick onClick={() => act('screen', { station: view.screen, on: false })}>{t('conference.act.screen_end')}</Menu.Item>}
          {(door.removed ?? []).map(({ station, name }) => <Menu.Item key={station} closeMenuOnClick onClick={() => act('admit', { station })}>{t('conference.act.readmit', { name })}</Menu.Item>)}
          {can('end') && <Menu.Item closeMenuOnClick color="son" onClick={() => setEnding(true)}>{t('conference.act.end')}</Menu.Item>}
        </Menu.Dropdown>
      </Menu>
      <Guests meeting={state.hello?.meeting ?? ''} opened={guests} onClose={() => setGuests(false)} />
      <ConfirmDialog opened={ending} danger title={t('conference.act.end')} text={t('conference.end.text')} confirm={t('conference.act.end')} onConfirm={() => act('end')} onClose={() => setEnding(false)} />
    </div>
  );
}

/** Layouts that have pages, which may turn by themselves. */
const turning: ReadonlySet<Layout> = new Set(['GRID4', 'GRID9', 'GRID16', 'GALLERY']);

function LayoutChoice() {
  const { t } = useTranslation();
  const act = useActs();
  const { view } = useHall();
  return (
    <>
      <Select
        size="xs" w={178} aria-label={t('conference.layout')} allowDeselect={false} value={view.layout}
        data={layouts.filter((value) => value !== 'SPOTLIGHT' || view.layout === value).map((value) => ({ value, label: t(`conference.layout.${value}`) }))}
        onChange={(layout) => act('layout', { layout: layout as Layout, ...(layout === 'SPOTLIGHT' && { station: view.station }) })}
      />
      {turning.has(view.layout) && (
        <Select
          size="xs" w={146} aria-label={t('conference.period')} allowDeselect={false} value={String(view.period ?? 0)}
          data={[0, 10, 20, 30, 60].map((value) => ({ value: String(value), label: value === 0 ? t('conference.period.none') : t('conference.period.seconds', { count: value }) }))}
          onChange={(period) => act('layout', { layout: view.layout, period: Number(period) })}
        />
      )}
    </>
  );
}

function RollChoice() {
  const { t } = useTranslation();
  const act = useActs();
  const { roll } = useHall();
  const [period, setPeriod] = useState<number | string>(5);
  const [open, setOpen] = useState(false);
  if (roll.began) return <Button size="compact-sm" onClick={() => act('roll', { on: false })}>{t('conference.roll.stop')}</Button>;
  return (
    <Popover opened={open} onChange={setOpen} position="bottom-start" withinPortal trapFocus>
      <Popover.Target><Button size="compact-sm" variant="default" leftSection={<IconUsersGroup size={15} aria-hidden />} onClick={() => setOpen(!open)}>{t('conference.roll')}</Button></Popover.Target>
      <Popover.Dropdown aria-label={t('conference.roll')}>
        <form
          className={classes.popover}
          onSubmit={(event) => {
            event.preventDefault();
            setOpen(false);
            act('roll', { on: true, period: Number(period) || 5 });
          }}
        >
          <p className={classes.quiet}>{t('conference.roll.text')}</p>
          <NumberInput size="sm" label={t('conference.roll.period')} min={3} max={600} value={period} onChange={setPeriod} data-autofocus />
          <Button type="submit" size="sm">{t('conference.roll.start')}</Button>
        </form>
      </Popover.Dropdown>
    </Popover>
  );
}

/** Letters of a banner. */
const longest = 300;

function Announce() {
  const { t } = useTranslation();
  const act = useActs();
  const { talk } = useHall();
  const [text, setText] = useState('');
  const [open, setOpen] = useState(false);
  const say = (words: string) => {
    setOpen(false);
    setText('');
    act('announce', { text: words.trim().normalize('NFC') });
  };
  return (
    <Popover opened={open} onChange={setOpen} position="bottom-start" width={340} withinPortal trapFocus>
      <Popover.Target><Button size="compact-sm" variant={talk.banner ? 'light' : 'default'} leftSection={<IconSpeakerphone size={15} aria-hidden />} onClick={() => setOpen(!open)}>{t('conference.announce')}</Button></Popover.Target>
      <Popover.Dropdown aria-label={t('conference.announce')}>
        <form
          className={classes.popover}
          onSubmit={(event) => {
            event.preventDefault();
            say(text);
          }}
        >
          <Textarea label={t('conference.announce.text')} autosize minRows={2} maxRows={5} maxLength={longest} value={text} onChange={(event) => setText(event.currentTarget.value)} data-autofocus />
          <div className={classes.acts}>
            <Button type="submit" size="sm" disabled={text.trim() === ''}>{t('conference.announce.show')}</Button>
            {talk.banner && <Button size="sm" variant="default" onClick={() => say('')}>{t('conference.announce.hide')}</Button>}
          </div>
        </form>
      </Popover.Dropdown>
    </Popover>
  );
}
