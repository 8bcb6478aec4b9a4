import { IconPresentation } from '@tabler/icons-react';
import { useCallback, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { materialUrl } from '@/lib/backend';
import { Empty, Loaded, PdfView, type PageFrame } from '@/ui';
import { LeadPoint } from './LeadPoint';
import { isPdf, percentOf, useMaterials, type Material } from './materials';
import { reachOf, spotOf } from './relay';
import { useFollow } from './useFollow';
import { Watermark } from './Watermark';
import classes from './reading.module.css';

const never = () => false;

/** The page that is led through, and nothing else: beside pictures of people, or on a screen of its own. */
export default function Followed({ meeting }: { meeting: string }) {
  const materials = useMaterials(meeting);
  return <Loaded query={materials}>{(list) => <Page meeting={meeting} materials={list} />}</Loaded>;
}

function Page({ meeting, materials }: { meeting: string; materials: readonly Material[] }) {
  const { t } = useTranslation();
  const { room, state: { place } } = useFollow(meeting, never);
  const reach = useMemo(() => (place ? reachOf(materials, place) : null), [materials, place]);
  const spot = useMemo(() => (place ? spotOf(place) : undefined), [place]);
  const watermark = reach?.kind === 'here' && reach.material.watermark;
  const overlay = useCallback((frame: PageFrame) => (
    <>
      {watermark && <Watermark width={frame.width} height={frame.height} />}
      {room && <LeadPoint room={room} page={frame.index + 1} />}
    </>
  ), [watermark, room]);
  if (!reach) return <Empty icon={IconPresentation} title={t('reading.followed.nobody')} text={t('reading.followed.nobody.text')} />;
  if (reach.kind === 'unknown') return <Empty icon={IconPresentation} title={t('reading.followed.unknown')} />;
  if (reach.kind === 'coming') return <Empty icon={IconPresentation} title={t('reading.followed.coming', { title: reach.material.title, percent: reach.version?.progress ? percentOf(reach.version.progress) : 0 })} />;
  if (!isPdf(reach.version)) return <Empty icon={IconPresentation} title={t('reading.not_pdf', { name: reach.version.name })} />;
  return <div className={classes.alone}><PdfView key={`${reach.material.id} ${reach.version.key}`} url={materialUrl(meeting, reach.material.id, reach.version.key)} name={reach.material.title} overlay={overlay} spot={spot} /></div>;
}
