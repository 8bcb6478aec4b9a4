import { useTranslation } from 'react-i18next';
import type { WeekLine } from '@/lib/backend';
import { Link, paths } from '@/lib/router';
import { formatDay, type Day } from '@/lib/time';
import { weekdayOf } from './calendar';
import { byDay, hoursText, type HalfDay } from './plan';
import classes from './plan.module.css';

interface Props {
  monday: Day;
  lines: readonly WeekLine[];
  /** Absent where nothing can be changed. */
  onEdit?: (line: WeekLine) => void;
  onAdd?: (day: Day) => void;
  /** On paper there are no links. */
  paper?: boolean;
}

const columns = ['hours', 'title', 'leaders', 'attend', 'place', 'prepare'] as const;

/** Thứ, ngày × Sáng, Chiều: one row a line, as the office's calendar is printed. */
export function PlanTable({ monday, lines, onEdit, onAdd, paper }: Props) {
  const { t } = useTranslation();
  return (
    <table className={classes.table} data-paper={paper || undefined} aria-label={t('schedule.view.plan')}>
      <thead>
        <tr>
          <th scope="col" className={classes.dayColumn}>{t('plan.day')}</th>
          <th scope="col" className={classes.halfColumn}>{t('plan.half')}</th>
          {columns.map((column) => <th key={column} scope="col" data-column={column}>{t(`plan.column.${column}`)}</th>)}
        </tr>
      </thead>
      {byDay(monday, lines).map(({ day, halves }) => (
        <tbody key={day}>
          {halves.flatMap((half, h) => rowsOf(half).map((line, i) => (
            <tr key={`${half.half}-${line?.key ?? 'none'}`} data-changed={line?.changed || undefined}>
              {h === 0 && i === 0 && (
                <th scope="rowgroup" rowSpan={halves.reduce((sum, each) => sum + rowsOf(each).length, 0)} className={classes.dayCell}>
                  {t(`schedule.day.${weekdayOf(day)}`)}<span className={classes.date}>{formatDay(day).slice(0, 5)}</span>
                  {onAdd && <button type="button" className={classes.add} aria-label={t('plan.add.on', { day: formatDay(day) })} onClick={() => onAdd(day)}>{t('plan.add')}</button>}
                </th>
              )}
              {i === 0 && <th scope="rowgroup" rowSpan={rowsOf(half).length} className={classes.halfCell}>{t(`plan.half.${half.half}`)}</th>}
              {line ? <LineCells line={line} onEdit={onEdit} paper={paper} /> : columns.map((column) => <td key={column}>{'\u00a0'}</td>)}
            </tr>
          )))}
        </tbody>
      ))}
    </table>
  );
}

/** An empty half-day is one empty row. */
function rowsOf(half: HalfDay): Array<WeekLine | undefined> {
  return half.lines.length > 0 ? half.lines : [undefined];
}

function LineCells({ line, onEdit, paper }: { line: WeekLine; onEdit?: (line: WeekLine) => void; paper?: boolean }) {
  const { t } = useTranslation();
  const prepare = [line.unit?.name, line.car && t('plan.car.of', { car: line.car }), line.note].filter(Boolean);
  return (
    <>
      <td className={classes.hours}>{hoursText(line)}</td>
      <td className={classes.title}>
        {line.changed && <span className={classes.changed}>{t(`plan.changed.${line.changed}`)}</span>}
        {onEdit && line.changed !== 'removed'
          ? <button type="button" className={classes.edit} aria-label={t('plan.edit.of', { title: line.title })} onClick={() => onEdit(line)}>{line.title}</button>
          : <span className={classes.words}>{line.title}</span>}
        {line.meeting && !paper && <Link className={classes.meeting} href={paths.meeting(line.meeting)}>{t('plan.open_meeting')}</Link>}
      </td>
      <td>{line.leaders.map((person) => <div key={person.id}>{person.name}{person.position && <span className={classes.position}>{person.position}</span>}</div>)}</td>
      <td className={classes.words}>{line.attend}</td>
      <td className={classes.words}>{line.place}</td>
      <td>{prepare.map((each) => <div key={each}>{each}</div>)}</td>
    </>
  );
}
