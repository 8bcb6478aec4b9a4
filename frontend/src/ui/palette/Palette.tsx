import { Modal } from '@mantine/core';
import { IconArrowRight, IconCommand, IconSearch } from '@tabler/icons-react';
import { useEffect, useId, useMemo, useRef, useState, type KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { useAllCommands } from '@/lib/commands';
import type { PaletteItem, PaletteProvider } from '@/lib/feature';
import { score } from '@/lib/fold';
import { Kbd } from '../Kbd';
import classes from './palette.module.css';

interface Props {
  opened: boolean;
  onClose: () => void;
  providers: readonly PaletteProvider[];
}

/** Ctrl+K: every command, and documents and people while typing. Accents do not matter. */
export function Palette({ opened, onClose, providers }: Props) {
  const { t } = useTranslation();
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      size={640}
      padding={0}
      centered={false}
      yOffset="12vh"
      withCloseButton={false}
      transitionProps={{ duration: 90 }}
      classNames={{ content: classes.content, body: classes.body }}
      attributes={{ content: { 'aria-label': t('palette.title') } }}
    >
      {opened && <PaletteBody onClose={onClose} providers={providers} />}
    </Modal>
  );
}

interface Entry {
  id: string;
  group: string;
  title: string;
  detail?: string;
  keys?: string;
  run: () => void;
}

function PaletteBody({ onClose, providers }: Omit<Props, 'opened'>) {
  const { t } = useTranslation();
  const [query, setQuery] = useState('');
  const [at, setAt] = useState(0);
  const listId = useId();
  const list = useRef<HTMLDivElement>(null);
  const matching = useCommandEntries(query);
  const found = useFreeResults(query, providers);
  const entries = useMemo(() => [...matching, ...found], [matching, found]);
  const current = Math.min(at, Math.max(0, entries.length - 1));

  useEffect(() => {
    list.current?.querySelector(`[data-index="${current}"]`)?.scrollIntoView({ block: 'nearest' });
  }, [current]);

  const run = (entry: Entry | undefined) => {
    if (!entry) return;
    onClose();
    // After the dialog has given the focus back.
    requestAnimationFrame(() => entry.run());
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === 'ArrowDown') setAt(Math.min(entries.length - 1, current + 1));
    else if (event.key === 'ArrowUp') setAt(Math.max(0, current - 1));
    else if (event.key === 'Enter') run(entries[current]);
    else return;
    event.preventDefault();
  };
  return (
    <>
      <div className={classes.bar}>
        <IconSearch size={18} stroke={1.8} aria-hidden />
        <input
          className={classes.input}
          autoFocus
          data-autofocus
          role="combobox"
          aria-expanded
          aria-controls={listId}
          aria-autocomplete="list"
          aria-activedescendant={entries.length > 0 ? `${listId}-${current}` : undefined}
          aria-label={t('palette.title')}
          placeholder={t('palette.placeholder')}
          value={query}
          onChange={(event) => {
            setQuery(event.currentTarget.value);
            setAt(0);
          }}
          onKeyDown={onKeyDown}
        />
        <Kbd keys="escape" />
      </div>
      <div ref={list} id={listId} role="listbox" aria-label={t('palette.title')} className={classes.list}>
        {entries.map((entry, i) => (
          <div key={entry.id} role="presentation">
            {entry.group !== entries[i - 1]?.group && <div className={classes.group} role="presentation">{entry.group}</div>}
            {/* The combobox holds the focus; the mouse is a second way. */}
            {/* oxlint-disable-next-line jsx-a11y/click-events-have-key-events */}
            <div
              id={`${listId}-${i}`}
              data-index={i}
              role="option"
              tabIndex={-1}
              aria-selected={i === current}
              className={classes.item}
              onClick={() => run(entry)}
              onMouseMove={() => setAt(i)}
            >
              {entry.keys !== undefined || entry.id.startsWith('command:') ? <IconCommand size={15} aria-hidden /> : <IconArrowRight size={15} aria-hidden />}
              <span className={classes.title} title={entry.title}>{entry.title}</span>
              {entry.detail && <span className={classes.detail} title={entry.detail}>{entry.detail}</span>}
              {entry.keys && <Kbd keys={entry.keys} />}
            </div>
          </div>
        ))}
        {entries.length === 0 && <div className={classes.none} role="presentation">{t('palette.none')}</div>}
      </div>
    </>
  );
}

function useCommandEntries(query: string): Entry[] {
  const { t } = useTranslation();
  const all = useAllCommands();
  return useMemo(() => {
    const scored = all
      .filter((command) => command.run && !command.hidden && (command.when?.() ?? true))
      .map((command, order) => ({ command, order, title: t(command.label), points: score(query, t(command.label)) }))
      .filter(({ points }) => points > 0);
    if (query.trim()) scored.sort((a, b) => b.points - a.points || a.order - b.order);
    return scored.slice(0, query.trim() ? 8 : 60).map(({ command, title }) => ({
      id: `command:${command.id}`,
      group: query.trim() ? t('palette.commands') : t(`command.group.${command.group}`),
      title,
      keys: command.hotkeys?.[0],
      run: () => command.run?.(),
    }));
  }, [all, query, t]);
}

/** Results of the providers, a moment after typing; the late answer of an older query is dropped. */
function useFreeResults(query: string, providers: readonly PaletteProvider[]): Entry[] {
  const { t } = useTranslation();
  const [found, setFound] = useState<{ query: string; items: Array<PaletteItem & { group: string }> }>({ query: '', items: [] });
  useEffect(() => {
    const text = query.trim();
    if (text.length < 2) {
      setFound({ query: '', items: [] });
      return;
    }
    const abort = new AbortController();
    const timer = setTimeout(async () => {
      const lists = await Promise.all(
        providers.map((provider) =>
          provider.search(text, abort.signal).then(
            (items) => items.slice(0, 8).map((item) => ({ ...item, group: provider.label })),
            () => [],
          ),
        ),
      );
      if (!abort.signal.aborted) setFound({ query: text, items: lists.flat() });
    }, 120);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [query, providers]);
  return useMemo(
    () => found.items.map((item) => ({ id: item.id, group: t(item.group), title: item.title, detail: item.detail, run: item.run })),
    [found, t],
  );
}
