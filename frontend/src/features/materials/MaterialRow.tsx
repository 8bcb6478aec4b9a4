import { ActionIcon, Button, Menu } from '@mantine/core';
import { IconChevronDown, IconChevronRight, IconDots, IconDownload, IconFileText } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, materialUrl, type MaterialView, type MaterialVersion, type MeetingView } from '@/lib/backend';
import { formatBytes, formatFacts } from '@/lib/format';
import { may } from '@/lib/may';
import { Link, paths } from '@/lib/router';
import { formatMoment } from '@/lib/time';
import { StatusPill } from '@/ui';
import { newestOf, newSince, percentHere, tones } from './materials';
import classes from './materials.module.css';

/** What can be done with a material, by form or after one question. */
export type Doing = 'approve' | 'reject' | 'submit' | 'open' | 'recall' | 'remove' | 'edit' | 'version' | 'access';

interface Props {
  meeting: MeetingView;
  material: MaterialView;
  onDo: (what: Doing) => void;
}

/** One paper: what it is, where it stands, how much of it is here, what may be done. */
export function MaterialRow({ meeting, material, onDo }: Props) {
  const { t } = useTranslation();
  const [unfolded, setUnfolded] = useState(false);
  const newest = newestOf(material);
  const details = `material-${material.id}`;
  return (
    <li className={classes.material} data-unread={material.unread || undefined} data-recalled={material.state === 'recalled' || undefined}>
      <div className={classes.row}>
        <ActionIcon size={26} aria-expanded={unfolded} aria-controls={details} aria-label={t('material.details', { title: material.title })} onClick={() => setUnfolded(!unfolded)}>
          {unfolded ? <IconChevronDown size={16} /> : <IconChevronRight size={16} />}
        </ActionIcon>
        <div className={classes.what}>
          <Title meeting={meeting} material={material} />
          <div className={classes.meta}>{metaOf(material, newest, t)}</div>
          {material.reason && <p className={classes.reason}>{t('material.reason', { text: material.reason })}</p>}
        </div>
        <div className={classes.marks}>
          {material.pending && <StatusPill hollow tone="warn">{t('material.unsent')}</StatusPill>}
          {material.unread && newest && <StatusPill tone="info">{t(material.read ? 'material.changed' : 'material.unread')}</StatusPill>}
          <StatusPill tone={tones[material.state]}>{t(`material.state.${material.state}`, { at: formatMoment(material.openFrom) })}</StatusPill>
          {newest && <Here version={newest} />}
        </div>
        <Actions material={material} onDo={onDo} />
      </div>
      <div id={details} hidden={!unfolded} className={classes.details}>
        {unfolded && <Details meeting={meeting} material={material} />}
      </div>
    </li>
  );
}

function Title({ meeting, material }: { meeting: MeetingView; material: MaterialView }) {
  const read = () => {
    if (meeting.role) void api.give({ name: 'material.read.1', id: material.id, base: 0, args: { meeting: meeting.id } }).catch(() => undefined); // it is read all the same
  };
  if (!material.newest) return <span className={classes.title}><bdi>{material.title}</bdi></span>;
  return <Link className={classes.title} href={paths.reading(meeting.id, material.id)} onClick={read}><bdi>{material.title}</bdi></Link>;
}

function metaOf(material: MaterialView, newest: MaterialVersion | undefined, t: (key: string, data?: Record<string, unknown>) => string): string {
  return formatFacts(
    t(`material.kind.${material.kind}`),
    material.preparer?.name ?? material.unit?.name,
    !newest && material.due && t('material.due_at', { at: formatMoment(material.due) }),
    newest && material.versions.length > 1 && t('material.version', { n: newest.number }),
    newest && formatBytes(newest.size),
    material.readBy && t('material.read_by', { count: material.readBy }),
  );
}

/** How much of it is on this machine. */
function Here({ version }: { version: MaterialVersion }) {
  const { t } = useTranslation();
  const percent = percentHere(version);
  const word = percent === 100 ? t('material.here') : !version.atServer ? t('material.uploading') : t('material.coming', { percent });
  return (
    <span className={classes.here} data-whole={percent === 100 || undefined}>
      {percent < 100 && <span className={classes.bar} aria-hidden><span style={{ width: `${percent}%` }} /></span>}
      {word}
    </span>
  );
}

const menu: ReadonlyArray<{ doing: Doing; action: string; danger?: boolean }> = [
  { doing: 'version', action: 'material.add_version' },
  { doing: 'access', action: 'material.set_access' },
  { doing: 'edit', action: 'material.edit' },
  { doing: 'open', action: 'material.open' },
  { doing: 'recall', action: 'material.recall', danger: true },
  { doing: 'remove', action: 'material.remove', danger: true },
];

function Actions({ material, onDo }: { material: MaterialView; onDo: (what: Doing) => void }) {
  const { t } = useTranslation();
  const { actions, title, state } = material;
  const reviews = may(actions, 'material.review');
  const more = menu.filter(({ action }) => may(actions, action));
  const word = (doing: Doing) => t(doing === 'version' && state === 'asked' ? 'material.hand_in' : `material.do.${doing}`);
  const button = (doing: Doing, variant: string) => (
    <Button key={doing} size="compact-sm" variant={variant} aria-label={`${word(doing)}: ${title}`} onClick={() => onDo(doing)}>{word(doing)}</Button>
  );
  return (
    <div className={classes.actions}>
      {reviews && state !== 'waits' && button('approve', 'light')}
      {reviews && state !== 'rejected' && state !== 'draft' && button('reject', 'default')}
      {!reviews && may(actions, 'material.submit') && button('submit', 'light')}
      {!reviews && state === 'asked' && may(actions, 'material.add_version') && button('version', 'light')}
      {more.length > 0 && (
        <Menu position="bottom-end" withinPortal>
          <Menu.Target><ActionIcon size={28} aria-label={t('material.more', { title })}><IconDots size={17} /></ActionIcon></Menu.Target>
          <Menu.Dropdown>
            {more.map(({ doing, danger }) => <Menu.Item key={doing} color={danger ? 'son' : undefined} onClick={() => onDo(doing)}>{word(doing)}</Menu.Item>)}
          </Menu.Dropdown>
        </Menu>
      )}
    </div>
  );
}

function Details({ meeting, material }: { meeting: MeetingView; material: MaterialView }) {
  const { t } = useTranslation();
  const fresh = new Set(newSince(material).map(({ key }) => key));
  return (
    <>
      <p className={classes.access}>{accessOf(material, t)}</p>
      {material.versions.length === 0 ? <p className={classes.access}>{t('material.nothing')}</p> : (
        <ol className={classes.versions} aria-label={t('material.versions', { title: material.title })}>
          {material.versions.map((version) => (
            <li key={version.key}>
              <IconFileText size={16} stroke={1.6} aria-hidden />
              <div>
                <span className={classes.versionName}>{t('material.version', { n: version.number })}: <bdi>{version.name}</bdi></span>
                <span className={classes.meta}>{formatFacts(version.by.name, formatMoment(version.at), formatBytes(version.size))}</span>
                {version.note && <p className={classes.note}>{version.note}</p>}
              </div>
              {fresh.has(version.key) && <StatusPill tone="info">{t('material.since')}</StatusPill>}
              {material.mine.download && (
                <ActionIcon component="a" size={26} href={materialUrl(meeting.id, material.id, version.key, true)} aria-label={t('material.save', { name: version.name })}><IconDownload size={15} /></ActionIcon>
              )}
            </li>
          ))}
        </ol>
      )}
    </>
  );
}

/** Who may read it, from when until when, and what he may do with it. */
function accessOf(material: MaterialView, t: (key: string, data?: Record<string, unknown>) => string): string {
  const who = material.access === 'ALL' ? t('material.for.ALL')
    : material.access === 'ROLE' ? material.roles.map((role) => t(`meeting.role.${role}`)).join(', ')
    : material.persons.map(({ name }) => name).join(', ');
  return formatFacts(
    t('material.for', { who }),
    material.openFrom && t('material.opens', { at: formatMoment(material.openFrom) }),
    material.recalled ? t('material.recalled_at', { at: formatMoment(material.recalled) }) : material.recallAt && t('material.recalls', { at: formatMoment(material.recallAt) }),
    t(material.print ? 'material.print.yes' : 'material.print.no'),
    t(material.download ? 'material.download.yes' : 'material.download.no'),
    material.watermark && t('material.watermark.yes'),
  );
}
