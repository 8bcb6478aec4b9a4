import { createPortal } from 'react-dom';
import { useTranslation } from 'react-i18next';
import type { WeekLine, WeekView } from '@/lib/backend';
import { usePeople } from '@/lib/people';
import { addDays, dayOf, type Day } from '@/lib/time';
import { PlanTable } from './PlanTable';
import classes from './print.module.css';

/** "30 tháng 11 năm 2026". */
function useLongDay() {
  const { t } = useTranslation();
  return (day: Day) => t('plan.long_day', { day: day.slice(8), month: day.slice(5, 7), year: day.slice(0, 4) });
}

/**
 * The week's work calendar as it hangs on the wall: A4 across, with the head
 * that NĐ 30/2020 gives to papers of an office. It stands beside the program's
 * own page and shows on paper only.
 */
export function PrintSheet({ week, lines }: { week: WeekView; lines: readonly WeekLine[] }) {
  const { t } = useTranslation();
  const people = usePeople();
  const longDay = useLongDay();
  const sunday = addDays(week.monday, 6);
  const parent = people.units.get(people.units.get(week.unit.id)?.parent ?? '');
  return createPortal(
    <div className={classes.sheet}>
      <header className={classes.head}>
        <div>
          {parent?.office && <p className={classes.upper}>{parent.name}</p>}
          <p className={classes.office}>{week.unit.name}</p>
        </div>
        <div>
          <p className={classes.office}>{t('plan.heading.nation')}</p>
          <p className={classes.motto}>{t('plan.heading.motto')}</p>
        </div>
      </header>
      <h1 className={classes.title}>{t('plan.heading')}</h1>
      <p className={classes.span}>{t('plan.heading.span', { from: longDay(week.monday), to: longDay(sunday) })}</p>
      {!week.published && <p className={classes.span}>{t('plan.heading.draft')}</p>}
      {(week.revision ?? 0) > 1 && <p className={classes.span}>{t('plan.heading.revision', { revision: week.revision, day: longDay(dayOf(week.published ?? 0)) })}</p>}
      <PlanTable monday={week.monday} lines={lines} paper />
      {week.approver && week.approved ? (
        <footer className={classes.foot}>
          <div className={classes.signer}>
            <p className={classes.approved}>{t('plan.approved_by')}</p>
            {week.approver.position && <p className={classes.post}>{week.approver.position}</p>}
            <p className={classes.name}>{week.approver.name}</p>
          </div>
        </footer>
      ) : null}
    </div>,
    document.body,
  );
}
