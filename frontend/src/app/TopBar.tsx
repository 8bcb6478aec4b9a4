import { useQueryClient } from '@tanstack/react-query';
import { IconSearch, IconUserShare } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { LinePill } from '@/features/sync';
import { actUnder, useActing } from '@/lib/acting';
import type { Session } from '@/lib/backend';
import { useStreamState } from '@/lib/live';
import { navigate, paths, useLocation, useSearch } from '@/lib/router';
import { Kbd } from '@/ui';
import { searchFieldId } from './shellCommands';
import { UserMenu } from './UserMenu';
import classes from './shell.module.css';

export function TopBar({ session, onSync }: { session: Session; onSync: () => void }) {
  return (
    <header className={classes.topbar}>
      <SearchField />
      <span className={classes.spring} />
      <StreamLost />
      <Acting session={session} />
      <LinePill onOpen={onSync} />
      <UserMenu session={session} />
    </header>
  );
}

/** Typing here opens the search screen and keeps it in step. */
function SearchField() {
  const { t } = useTranslation();
  const [location] = useLocation();
  const onSearch = location === paths.search;
  const inAddress = new URLSearchParams(useSearch()).get('q') ?? '';
  const [text, setText] = useState(inAddress);
  useEffect(() => setText(onSearch ? inAddress : ''), [onSearch, inAddress]);

  const change = (value: string) => {
    setText(value);
    const query = new URLSearchParams(onSearch ? window.location.search : '');
    if (value) query.set('q', value);
    else query.delete('q');
    if (value || onSearch) navigate(`${paths.search}?${query}`, { replace: onSearch });
  };
  return (
    <search className={classes.search}>
      <IconSearch size={16} stroke={1.8} aria-hidden />
      <input
        id={searchFieldId}
        type="text"
        autoComplete="off"
        spellCheck={false}
        aria-label={t('shell.search')}
        placeholder={t('shell.search')}
        value={text}
        onChange={(event) => change(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape') event.currentTarget.blur();
          if (event.key === 'ArrowDown' && onSearch) {
            event.preventDefault();
            document.querySelector<HTMLElement>('main [role="grid"]')?.focus();
          }
        }}
      />
      {!text && <Kbd keys="/" />}
    </search>
  );
}

/** Says for whom the work in this window is done, with the way back. */
function Acting({ session }: { session: Session }) {
  const { t } = useTranslation();
  const acting = useActing(session);
  if (!acting) return null;
  const { name } = acting.from;
  return (
    <div className={classes.acting} role="status" title={t('acting.text', { name })}>
      <IconUserShare size={16} stroke={1.8} aria-hidden />
      <span className={classes.actingFor}>{t('acting.now', { name })}</span>
      <button type="button" className={classes.actingBack} onClick={() => actUnder(null)}>{t('acting.back')}</button>
    </div>
  );
}

/** The program itself stopped answering this window; that is not the line to the server. */
function StreamLost() {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const state = useStreamState();
  const [lost, setLost] = useState(false);
  useEffect(() => {
    if (state === 'open') return setLost(false);
    const timer = setTimeout(() => setLost(true), 4000);
    return () => clearTimeout(timer);
  }, [state]);
  if (!lost) return null;
  return (
    <button type="button" className={classes.lost} onClick={() => void queryClient.invalidateQueries()}>
      {t('shell.stream_lost')}
    </button>
  );
}
