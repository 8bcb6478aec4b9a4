import { Button } from '@mantine/core';
import { IconEye, IconPlugConnectedX, IconPresentation, IconUsers } from '@tabler/icons-react';
import type { ComponentType, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { TFunction } from 'i18next';
import { percentOf } from './materials';
import type { Reach } from './relay';
import type { Following } from './useFollow';
import classes from './follow.module.css';

interface Props {
  following: Following;
  /** The leader's name. */
  name: string;
  reach: Reach | null;
}

/** Whom the screen follows, or that it leads or looks for itself, and the way out of each. Nothing while nobody leads. */
export function FollowBar({ following, name, reach }: Props) {
  const { t } = useTranslation();
  const { room, state, stand, me } = following;
  if (!room || stand === 'nobody') return null;
  if (state.line === 'lost') return <Bar tone="warn" icon={IconPlugConnectedX} text={t('reading.follow.lost')} />;
  if (stand === 'leads') {
    return (
      <Bar tone="leads" icon={IconPresentation} text={t('reading.follow.leads')} more={t('reading.follow.here', { count: state.here })}>
        <Button size="compact-sm" variant="default" onClick={room.release}>{t('reading.follow.stop')}</Button>
      </Bar>
    );
  }
  const mine = state.by === me ? t('reading.follow.me') : undefined;
  const said = state.refused ? t('reading.follow.refused', { name }) : mine;
  if (stand === 'own') {
    return (
      <Bar icon={IconEye} text={said ?? t('reading.follow.own', { name })}>
        <Button size="compact-sm" onClick={room.follow}>{t('reading.follow.back')}</Button>
      </Bar>
    );
  }
  const stays = reach !== null && reach.kind !== 'here';
  return (
    <Bar tone={stays ? 'warn' : undefined} icon={IconUsers} text={stays ? staysText(t, reach, name) : said ?? t('reading.follow.on', { name })} more={state.place && !stays ? t('reading.page', { page: state.place.page }) : undefined}>
      <Button size="compact-sm" variant="default" onClick={room.own}>{t('reading.follow.self')}</Button>
    </Bar>
  );
}

/** Why the screen stays where it is. */
function staysText(t: TFunction, reach: Exclude<Reach, { kind: 'here' }>, name: string): string {
  if (reach.kind === 'unknown') return t('reading.follow.unknown', { name });
  const { title } = reach.material;
  return reach.version?.progress ? t('reading.follow.coming', { name, title, percent: percentOf(reach.version.progress) }) : t('reading.follow.awaited', { name, title });
}

interface BarProps {
  tone?: 'warn' | 'leads';
  icon: ComponentType<{ size?: number; stroke?: number }>;
  text: string;
  more?: string;
  children?: ReactNode;
}

function Bar({ tone, icon: Icon, text, more, children }: BarProps) {
  const { t } = useTranslation();
  return (
    <section className={classes.bar} data-tone={tone} aria-label={t('reading.follow')}>
      <Icon size={16} stroke={1.8} aria-hidden />
      <span className={classes.text} role="status">{text}</span>
      {more && <span className={classes.more}>{more}</span>}
      {children}
    </section>
  );
}
