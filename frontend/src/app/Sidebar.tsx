import { Tooltip } from '@mantine/core';
import { IconLayoutSidebarLeftCollapse, IconLayoutSidebarLeftExpand } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { NavItem } from '@/lib/feature';
import { usePrefs } from '@/lib/prefs';
import { Link, useLocation } from '@/lib/router';
import { toggleSidebar } from './shellCommands';
import classes from './shell.module.css';

export function Sidebar({ nav }: { nav: readonly NavItem[] }) {
  const { t } = useTranslation();
  const narrow = usePrefs().sidebar === 'narrow';
  const sections = [nav.filter((item) => item.section !== 'tools'), nav.filter((item) => item.section === 'tools')];
  const label = narrow ? t('shell.sidebar.open') : t('shell.sidebar.narrow');
  return (
    <aside className={classes.sidebar}>
      <div className={classes.brand}>
        <img src="/icon.svg" alt="" width={26} height={26} />
        <span className={classes.brandName}>{t('app.name')}</span>
      </div>
      <nav className={classes.nav} aria-label={t('shell.nav')}>
        {sections.map((items, i) => (
          <ul key={i} className={classes.navList}>
            {items.map((item) => <NavLink key={item.path} item={item} narrow={narrow} />)}
          </ul>
        ))}
      </nav>
      <Tooltip label={label} position="right" disabled={!narrow}>
        <button type="button" className={classes.collapse} onClick={toggleSidebar} aria-label={label}>
          {narrow ? <IconLayoutSidebarLeftExpand size={18} stroke={1.6} /> : <IconLayoutSidebarLeftCollapse size={18} stroke={1.6} />}
          <span className={classes.navLabel}>{label}</span>
        </button>
      </Tooltip>
    </aside>
  );
}

function NavLink({ item, narrow }: { item: NavItem; narrow: boolean }) {
  const { t } = useTranslation();
  const [location] = useLocation();
  const here = location === item.path || location.startsWith(`${item.path}/`);
  const Icon = item.icon;
  return (
    <li>
      <Tooltip label={t(item.label)} position="right" disabled={!narrow}>
        <Link href={item.path} className={classes.navItem} aria-current={here ? 'page' : undefined}>
          <Icon size={18} stroke={1.7} />
          <span className={classes.navLabel}>{t(item.label)}</span>
          {item.badge && <item.badge />}
        </Link>
      </Tooltip>
    </li>
  );
}
