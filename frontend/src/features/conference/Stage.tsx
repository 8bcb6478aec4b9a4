import { ActionIcon } from '@mantine/core';
import { useDocumentVisibility, useElementSize } from '@mantine/hooks';
import { IconChevronLeft, IconChevronRight } from '@tabler/icons-react';
import { Suspense, useEffect, useMemo, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Followed } from '@/features/reading';
import { useCommands, type Command } from '@/lib/commands';
import { Loading } from '@/ui';
import { gridFor, rankOf, sceneOf, type Scene, type Tile as Shown } from './layout';
import { useHallPrefs } from './prefs';
import { stepOf, type Want } from './slots';
import { nameOf, type HallState } from './state';
import { Tile } from './Tile';
import { useHall, useHostNow, useLocal, useStation } from './useHall';
import classes from './stage.module.css';

const gap = 6;
/** The strip beside a large picture. */
const stripWidth = 208;
const stripHeight = (stripWidth * 9) / 16;
/** Below the tiles, where there are pages. */
const turnerHeight = 34;
/** Tiles less wide than this have no room for words. */
const tiny = 110;
/** And than this no room for more than the name. */
const narrow = 200;

interface Box {
  width: number;
  height: number;
}

/** What all see, the layout that those who lead have chosen, or what the person has. `small` is beside something else, and what all see. */
export function Stage({ small }: { small?: boolean }) {
  const { t } = useTranslation();
  const state = useHall();
  const { ref, width, height } = useElementSize<HTMLElement>();
  const [page, setPage] = useState(0);
  const [turns, setTurns] = useState(0);
  const now = useHostNow(state.ahead, turns);
  const whole = sceneOf(small ? { ...state, look: 'set' } : state, now, page, state.hello?.station);
  const scene = small ? { ...whole, strip: [] } : whole;
  if (scene.turns !== turns) setTurns(scene.turns);
  const turnable = scene.pages > 1 && scene.turns === 0 && !small && scene.shape !== 'one';
  const main = mainBox(scene, { width, height: height - (turnable ? turnerHeight : 0) });
  const tile = tileBox(scene, main);
  useWatched(scene, state, tile);
  usePages(scene, setPage);
  const papers = scene.shape === 'slides' && scene.tiles.length === 0 && state.hello?.kind !== 'guest';
  return (
    <section ref={ref} className={classes.stage} aria-label={t('conference.stage')} data-shape={scene.shape} data-turnable={turnable || undefined}>
      <div className={classes.main}>
        {papers ? <div className={classes.papers}><Suspense fallback={<Loading />}><Followed meeting={state.hello?.meeting ?? ''} /></Suspense></div> : (
          <Tiles tiles={scene.tiles} box={tile} state={state} />
        )}
        {!papers && scene.tiles.length === 0 && <p className={classes.nobody}>{t(state.view.layout === 'CHAIR' || state.view.layout === 'CHAIR_SPEAKER' ? 'conference.stage.no_chair' : 'conference.stage.nobody')}</p>}
      </div>
      {scene.strip.length > 0 && <div className={classes.strip}><Tiles tiles={scene.strip} box={{ width: stripWidth, height: stripHeight }} state={state} /></div>}
      {turnable && <Turner page={scene.page} pages={scene.pages} onPage={setPage} />}
    </section>
  );
}

function Turner({ page, pages, onPage }: { page: number; pages: number; onPage: (page: number) => void }) {
  const { t } = useTranslation();
  return (
    <div className={classes.turner}>
      <ActionIcon variant="transparent" className={classes.turn} disabled={page === 0} aria-label={t('conference.page.back')} onClick={() => onPage(page - 1)}><IconChevronLeft size={20} /></ActionIcon>
      <span>{t('conference.page', { page: page + 1, pages })}</span>
      <ActionIcon variant="transparent" className={classes.turn} disabled={page >= pages - 1} aria-label={t('conference.page.next')} onClick={() => onPage(page + 1)}><IconChevronRight size={20} /></ActionIcon>
    </div>
  );
}

function Tiles({ tiles, box, state }: { tiles: readonly Shown[]; box: Box; state: HallState }): ReactNode {
  const { hall } = useStation();
  const { camera } = useLocal();
  const mine = useMemo(() => (camera ? new MediaStream([camera]) : null), [camera]);
  const style = useMemo(() => ({ width: box.width, height: box.height }), [box.width, box.height]);
  const holders = state.floor.holders ?? [];
  return tiles.map(({ station, track }) => {
    const own = station === state.hello?.station;
    const picture = own ? null : hall.picture(station, track);
    const arriving = picture && picture.stream.getVideoTracks().some((each) => !each.muted);
    return (
      <Tile
        key={`${track} ${station}`} style={style} row={state.stations.get(station)} name={nameOf(state, station)} screen={track === 'screen'} wordless={box.width < tiny} bare={box.width < narrow}
        stream={own && track === 'camera' ? mine : arriving ? picture.stream : null} frozen={picture?.height === 0} mirrored={own && state.hello?.kind !== 'point'}
        speaking={state.speaking === station && track === 'camera'} holder={track === 'camera' && holders.includes(station)} chair={track === 'camera' && state.view.chair === station} own={own}
      />
    );
  });
}

function mainBox({ shape, strip }: Scene, { width, height }: Box): Box {
  const beside = strip.length > 0 && (shape === 'one' || shape === 'pair' || shape === 'slides' || shape === 'grid' || shape === 'gallery');
  return { width: Math.max(0, width - gap * 2 - (beside ? stripWidth + gap : 0)), height: Math.max(0, height - gap * 2) };
}

/** The size of each of the large tiles. */
function tileBox({ shape, tiles }: Scene, { width, height }: Box): Box {
  if (shape === 'one' || shape === 'slides') return { width, height };
  const { columns, rows } = gridFor(tiles.length, width, height);
  const across = Math.floor((width - gap * (columns - 1)) / columns);
  const down = Math.floor((height - gap * (rows - 1)) / rows);
  const tile = Math.min(across, Math.floor((down * 16) / 9));
  return { width: Math.max(0, tile), height: Math.max(0, Math.floor((tile * 9) / 16)) };
}

/** Asks for what is in view, as large as it is drawn, and for nothing else. */
function useWatched(scene: Scene, state: HallState, box: Box) {
  const { hall } = useStation();
  const { lowCpu, audioOnly } = useHallPrefs();
  const hidden = useDocumentVisibility() === 'hidden';
  const own = state.hello?.station;
  const holders = state.floor.holders ?? [];
  const large = scene.shape === 'one' || scene.shape === 'pair' ? scene.tiles : [];
  const matters = (tile: Shown) => tile.track === 'screen' || holders.includes(tile.station) || large.includes(tile) || (holders.length === 0 && state.view.chair === tile.station);
  const wanted = (tile: Shown) => tile.station !== own && !audioOnly && (!lowCpu || matters(tile));
  const want = (tile: Shown, height: number): Want => ({ ...tile, height: stepOf(height * devicePixelRatio), rank: rankOf(tile, state) });
  const wants = hidden || box.height === 0 ? [] : [...scene.tiles.filter(wanted).map((tile) => want(tile, box.height)), ...scene.strip.filter(wanted).map((tile) => want(tile, stripHeight))];
  const told = JSON.stringify(wants);
  useEffect(() => hall.watch('stage', JSON.parse(told) as Want[]), [hall, told]);
  useEffect(() => () => hall.watch('stage', []), [hall]);
}

function usePages({ page, pages }: Scene, setPage: (page: number) => void) {
  useCommands(useMemo<Command[]>(() => {
    const turn = (id: string, key: string, to: number): Command => ({
      id: `conference.${id}`, label: `conference.key.${id}`, group: 'view', hotkeys: [key], hidden: true, when: () => to >= 0 && to < pages, run: () => setPage(to),
    });
    return [turn('page_back', '[', page - 1), turn('page_next', ']', page + 1)];
  }, [page, pages, setPage]));
}
