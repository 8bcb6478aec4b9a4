import { Button, Menu } from '@mantine/core';
import { IconPlaylistAdd } from '@tabler/icons-react';
import { useRef, type KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { api, type MeetingView, type MinutesFacts, type MinutesView } from '@/lib/backend';
import { notify } from '@/ui';
import { Conflict } from './Conflict';
import { may } from './may';
import { PreviewButton } from './PreviewButton';
import { parseRich } from './rich';
import { RichEditor, type RichHandle } from './RichEditor';
import { SaveState } from './SaveState';
import { useMinutesDraft } from './useMinutesDraft';
import classes from './conclusions.module.css';

const parts: ReadonlyArray<keyof MinutesFacts> = ['rollCall', 'agenda', 'speeches', 'votes'];

/** Biên bản: written while the meeting runs; what the records know is put in by one button. */
export function MinutesEditor({ meeting, minutes }: { meeting: MeetingView; minutes: MinutesView }) {
  const { t } = useTranslation();
  const editor = useRef<RichHandle>(null);
  const { draft, typed, save, choose } = useMinutesDraft(meeting.id, minutes, editor);
  const readOnly = !may(meeting, 'minutes.write');
  const insert = async (part: keyof MinutesFacts) => {
    try {
      const lines = (await api.minutesFacts(meeting.id))[part];
      if (lines.length === 0) notify.warn(t('minutes.insert.nothing'));
      else editor.current?.insert(lines);
    } catch (error) {
      notify.error(error);
    }
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key.toLowerCase() !== 's' || (!event.ctrlKey && !event.metaKey) || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    save();
  };
  return (
    // Only listens to keys that bubble up from the editor.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <section className={classes.card} aria-label={t('minutes.title')} onKeyDown={onKeyDown}>
      <header className={classes.head}>
        <h2 className={classes.title}>{t('minutes.title')}</h2>
        <SaveState draft={draft} onSave={save} />
        <PreviewButton meeting={meeting.id} />
      </header>
      <Conflict draft={draft} onChoose={choose} />
      <RichEditor
        ref={editor} label={t('minutes.title')} start={parseRich(minutes.body)} readOnly={readOnly || draft.theirs !== undefined} onChange={typed}
        tools={
          <Menu position="bottom-start" withinPortal>
            <Menu.Target><Button size="compact-sm" variant="subtle" leftSection={<IconPlaylistAdd size={16} />}>{t('minutes.insert')}</Button></Menu.Target>
            <Menu.Dropdown>{parts.map((part) => <Menu.Item key={part} onClick={() => void insert(part)}>{t(`minutes.insert.${part}`)}</Menu.Item>)}</Menu.Dropdown>
          </Menu>
        }
      />
      {readOnly && <p className={classes.note}>{t('minutes.read_only')}</p>}
    </section>
  );
}
