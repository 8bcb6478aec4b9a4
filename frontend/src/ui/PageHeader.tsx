import type { ReactNode } from 'react';
import classes from './layout.module.css';

/** The title line of a screen, with its actions on the right. */
export function PageHeader({ title, sub, children }: { title: string; sub?: ReactNode; children?: ReactNode }) {
  return (
    <header className={classes.header}>
      <div className={classes.heading}>
        <h1 className={classes.title}>{title}</h1>
        {sub && <span className={classes.sub}>{sub}</span>}
      </div>
      {children && <div className={classes.actions}>{children}</div>}
    </header>
  );
}

/** A screen: a header that stays and a body that scrolls (or holds its own scroller with `fixed`). */
export function Page({ header, children, fixed = false }: { header?: ReactNode; children: ReactNode; fixed?: boolean }) {
  return (
    <div className={classes.page}>
      {header}
      <div className={classes.body} style={fixed ? { overflow: 'hidden' } : undefined}>{children}</div>
    </div>
  );
}
