import { IconHandStop, IconMicrophoneOff, IconPlugConnectedX } from '@tabler/icons-react';
import { memo, useEffect, useRef, type CSSProperties } from 'react';
import { useTranslation } from 'react-i18next';
import type { Row } from './protocol';
import { has, lets, mutes } from './protocol';
import classes from './stage.module.css';

/** A stream in a video element, which makes no sound. */
export function Picture({ stream, mirrored, fit = 'cover' }: { stream: MediaStream; mirrored?: boolean; fit?: 'cover' | 'contain' }) {
  const ref = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    const video = ref.current;
    if (!video) return;
    video.srcObject = stream;
    return () => {
      video.srcObject = null;
    };
  }, [stream]);
  return <video ref={ref} className={classes.video} data-mirrored={mirrored || undefined} data-fit={fit} autoPlay playsInline muted tabIndex={-1} aria-hidden />;
}

interface Props {
  row: Row | undefined;
  name: string;
  stream: MediaStream | null;
  /** The line cannot bear the picture: it stands still. */
  frozen?: boolean;
  screen?: boolean;
  mirrored?: boolean;
  speaking?: boolean;
  holder?: boolean;
  chair?: boolean;
  own?: boolean;
  /** Too small for words. */
  wordless?: boolean;
  /** No room for more than the name. */
  bare?: boolean;
  style?: CSSProperties;
}

/** One station: its picture, or its initials, and what is to be known of it. */
export const Tile = memo(function Tile({ row, name, stream, frozen, screen, mirrored, speaking, holder, chair, own, wordless, bare, style }: Props) {
  const { t } = useTranslation();
  const lost = row?.s === 'MAT_TIN_HIEU';
  const silent = row !== undefined && !has(row.l, lets.audio);
  const shut = has(row?.m, mutes.audio);
  const live = stream !== null && !lost;
  return (
    <figure className={classes.tile} style={style} data-speaking={speaking || undefined} data-floor={holder || undefined} data-lost={lost || undefined} data-station={row?.i} aria-label={wordless ? name : undefined}>
      {live ? <Picture stream={stream} mirrored={mirrored} fit={screen ? 'contain' : 'cover'} /> : <span className={classes.initials} aria-hidden>{initials(name)}</span>}
      {lost && !wordless && <span className={classes.over}><IconPlugConnectedX size={18} aria-hidden /> {t('conference.tile.lost')}</span>}
      {!lost && !wordless && frozen && <span className={classes.over}>{t('conference.tile.frozen')}</span>}
      {!wordless && <figcaption className={classes.caption}>
        {!screen && silent && <IconMicrophoneOff size={14} stroke={2} className={shut ? classes.shut : undefined} role="img" aria-label={t(shut ? 'conference.tile.shut' : 'conference.tile.muted')} />}
        {row?.h ? <IconHandStop size={14} stroke={2} className={classes.hand} role="img" aria-label={t('conference.tile.hand')} /> : null}
        <span className="kg-clip">{screen ? t('conference.tile.screen', { name }) : name}</span>
        {own && !bare && <span className={classes.tag}>{t('conference.tile.you')}</span>}
        {chair && !bare && <span className={classes.tag}>{t('conference.tile.chair')}</span>}
        {holder && !bare && <span className={classes.tag} data-floor>{t('conference.tile.floor')}</span>}
      </figcaption>}
    </figure>
  );
});

/** Of the last two words: what a Vietnamese name is called by. */
function initials(name: string): string {
  return name.split(/\s+/).slice(-2).map((word) => word.charAt(0)).join('').toUpperCase();
}
