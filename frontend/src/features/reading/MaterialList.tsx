import { IconCloudDown, IconFileText, IconFileTypePdf } from '@tabler/icons-react';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { paths } from '@/lib/router';
import { Link } from '@/lib/router';
import { StatusPill } from '@/ui';
import { byItem, isPdf, newest, percentOf, type Material } from './materials';
import { isNew } from './seen';
import classes from './reading.module.css';

interface Props {
  meeting: string;
  materials: readonly Material[];
  chosen: string;
  stops: ReadonlyMap<string, number>;
}

/** The papers of a meeting by agenda item, with what is new, coming and read. */
export function MaterialList({ meeting, materials, chosen, stops }: Props) {
  const { t } = useTranslation();
  const groups = useMemo(() => byItem(materials), [materials]);
  return (
    <nav className={classes.list} aria-label={t('reading.materials')}>
      {groups.map((group) => (
        <section key={group.key}>
          <h2 className={classes.item}>{group.title ?? t('reading.whole_meeting')}</h2>
          <ul>
            {group.materials.map((material) => (
              <li key={material.id}>
                <Link href={paths.reading(meeting, material.id)} className={classes.material} aria-current={material.id === chosen ? 'page' : undefined}>
                  <Row material={material} stop={stops.get(material.id) ?? 0} />
                </Link>
              </li>
            ))}
          </ul>
        </section>
      ))}
    </nav>
  );
}

function Row({ material, stop }: { material: Material; stop: number }) {
  const { t } = useTranslation();
  const version = newest(material);
  const Icon = version && isPdf(version) ? IconFileTypePdf : IconFileText;
  const coming = version && !version.here ? (version.progress ?? { done: 0, total: 0 }) : undefined;
  return (
    <>
      <Icon size={18} stroke={1.6} aria-hidden />
      <span className={classes.materialMain}>
        <span className={classes.materialTitle}>{material.title}</span>
        <span className={classes.facts}>
          {material.recalled ? <StatusPill tone="bad">{t('reading.recalled')}</StatusPill> : isNew(material) && <StatusPill tone="info">{t('reading.new')}</StatusPill>}
          {coming && (
            <span className={classes.coming}><IconCloudDown size={14} aria-hidden /> {t('reading.coming', { percent: percentOf(coming) })}</span>
          )}
          {!coming && stop > 0 && <span>{t('reading.read_to', { page: stop })}</span>}
        </span>
      </span>
    </>
  );
}
