import { IconBuilding, IconMail, IconPhone } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { PersonInfo } from '@/lib/backend';
import type { People } from '@/lib/people';
import { Link, paths } from '@/lib/router';
import classes from './directory.module.css';

export function PersonCard({ person, people }: { person: PersonInfo; people: People }) {
  const { t } = useTranslation();
  return (
    <article className={classes.card}>
      <h2 className={classes.cardName}>{person.name}</h2>
      <ul className={classes.facts}>
        {person.posts.map((post) => {
          const office = people.officeOf(post.unit);
          return (
            <li key={`${post.unit}${post.role}`}>
              <IconBuilding size={16} stroke={1.6} aria-hidden />
              <div>
                <div className={classes.position}>{post.position || t(`role.${post.role}`)}</div>
                <Link href={paths.unit(post.unit)}>{people.name(post.unit)}</Link>
                {office && office.id !== post.unit && <div className={classes.office}>{office.name}</div>}
              </div>
            </li>
          );
        })}
        {person.phone && <li><IconPhone size={16} stroke={1.6} aria-hidden /><a href={`tel:${person.phone}`}>{person.phone}</a></li>}
        {person.email && <li><IconMail size={16} stroke={1.6} aria-hidden /><a href={`mailto:${person.email}`}>{person.email}</a></li>}
      </ul>
    </article>
  );
}
