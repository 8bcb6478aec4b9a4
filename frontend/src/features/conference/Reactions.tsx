import { useTranslation } from 'react-i18next';
import { nameOf } from './state';
import { useHall, useHostNow } from './useHall';
import classes from './hall.module.css';

/** Milliseconds for which one is seen. */
const life = 5000;

/** What others have just shown, where it hides nobody. */
export function Reactions() {
  const { t } = useTranslation();
  const state = useHall();
  const now = useHostNow(0);
  const shown = state.reactions.filter(({ at }) => now - at < life).slice(-5);
  if (shown.length === 0) return null;
  return <div className={classes.reactions} aria-hidden>{shown.map((each) => <span key={each.key} className={classes.reaction}>{t(`conference.reacted.${each.kind}`, { name: nameOf(state, each.station) })}</span>)}</div>;
}
