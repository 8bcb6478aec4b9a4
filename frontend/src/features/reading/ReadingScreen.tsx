import { ActionIcon, Button, Tooltip } from '@mantine/core';
import { IconArrowLeft, IconLayoutSidebarLeftCollapse, IconLayoutSidebarRightCollapse, IconPresentation } from '@tabler/icons-react';
import { useCallback, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMeeting } from '@/lib/backend';
import { usePeople } from '@/lib/people';
import { Link, navigate, paths, useParams, useSearch } from '@/lib/router';
import { Empty, Loaded } from '@/ui';
import { Detached } from './Detached';
import { FollowBar } from './FollowBar';
import { MaterialList } from './MaterialList';
import { MaterialReader, type Seek } from './MaterialReader';
import { byItem, useMaterials, type Material } from './materials';
import { useStops } from './useAnnotations';
import { useFollow } from './useFollow';
import { useFollowKeys } from './useFollowKeys';
import { useLed } from './useLed';
import classes from './reading.module.css';

/** Reads the papers of a meeting: the list, the paper, and what the person wrote on it. */
export default function ReadingScreen() {
  const { meeting = '' } = useParams();
  const materials = useMaterials(meeting);
  return <Loaded query={materials}>{(list) => <Reader meeting={meeting} materials={list} />}</Loaded>;
}

function Reader({ meeting, materials }: { meeting: string; materials: Material[] }) {
  const { t } = useTranslation();
  const { material: wanted } = useParams();
  const page = Number(new URLSearchParams(useSearch()).get('trang')) || undefined;
  const { data: view } = useMeeting(meeting);
  const people = usePeople();
  const [listed, setListed] = useKept('khonggiay.reading.list', true);
  const [sided, setSided] = useKept('khonggiay.reading.side', window.innerWidth >= 1280);
  const [query, setQuery] = useState('');
  const ids = useMemo(() => materials.map(({ id }) => id), [materials]);
  const stops = useStops(meeting, ids);
  const chosen = wanted ? materials.find(({ id }) => id === wanted) : byItem(materials)[0]?.materials[0];
  const following = useFollow(meeting, ({ place }) => page !== undefined || (wanted !== undefined && wanted !== place?.material));
  const { state: { by }, room } = following;
  useFollowKeys(following);
  const reach = useLed(meeting, materials, chosen?.id ?? wanted ?? '', following);
  const led = reach?.kind === 'here' && reach.material.id === chosen?.id ? reach.version.key : undefined;
  const seek = useMemo<Seek>(() => ({ page, query }), [page, query]);
  const onOpen = useCallback((material: string, at: number, words: string) => {
    setQuery(words);
    navigate(paths.reading(meeting, material, at), { replace: true });
  }, [meeting]);
  return (
    <div className={classes.screen}>
      <header className={classes.header}>
        <Link href={paths.meeting(meeting)} className={classes.back} aria-label={t('reading.back')} title={t('reading.back')}><IconArrowLeft size={18} /></Link>
        <Toggle label={t('reading.toggle.list')} icon={IconLayoutSidebarLeftCollapse} on={listed} onClick={() => setListed(!listed)} />
        <span className={classes.titles}>
          <h1 className={classes.title}>{chosen?.title ?? t('reading.materials')}</h1>
          <span className={classes.sub}>{view?.title}</span>
        </span>
        {following.mayTake && (
          <Tooltip label={`${t('reading.follow.lead')} (P)`}>
            <Button size="compact-sm" variant="default" leftSection={<IconPresentation size={16} stroke={1.7} />} onClick={room?.take}>{t('reading.follow.lead')}</Button>
          </Tooltip>
        )}
        <Toggle label={t('reading.toggle.side')} icon={IconLayoutSidebarRightCollapse} on={sided} onClick={() => setSided(!sided)} />
      </header>
      <FollowBar following={following} name={view?.participants.find(({ id }) => id === by)?.name ?? people.name(by)} reach={reach} />
      <div className={classes.columns} data-list={listed || undefined}>
        {listed && <MaterialList meeting={meeting} materials={materials} chosen={chosen?.id ?? ''} stops={stops} />}
        {chosen
          ? <MaterialReader key={chosen.id} meeting={meeting} material={chosen} materials={materials} seek={seek} following={following} led={led} sided={sided} onSide={setSided} onOpen={onOpen} />
          : wanted
            ? <Detached meeting={meeting} material={wanted} />
            : <Empty title={t('reading.none')} text={t('reading.none.text')} />}
      </div>
    </div>
  );
}

function Toggle({ label, icon: Icon, on, onClick }: { label: string; icon: typeof IconArrowLeft; on: boolean; onClick: () => void }) {
  return (
    <Tooltip label={label}>
      <ActionIcon variant={on ? 'light' : 'subtle'} color="gray" size={30} aria-label={label} aria-pressed={on} onClick={onClick}><Icon size={18} stroke={1.7} /></ActionIcon>
    </Tooltip>
  );
}

/** Kept on this machine. */
function useKept(key: string, initial: boolean): [boolean, (on: boolean) => void] {
  const [on, setOn] = useState(() => (localStorage.getItem(key) ?? String(initial)) === 'true');
  return [on, useCallback((next: boolean) => {
    localStorage.setItem(key, String(next));
    setOn(next);
  }, [key])];
}
