import { ActionIcon } from '@mantine/core';
import { DateInput } from '@mantine/dates';
import { IconCalendar } from '@tabler/icons-react';
import { useState, type KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { addDays, isWorkingDay, parseDay, plainCalendar, today, type Day, type WorkCalendar } from '@/lib/time';
import classes from './date.module.css';

interface Props {
  label: string;
  value: Day | null;
  onChange: (day: Day | null) => void;
  description?: string;
  required?: boolean;
  min?: Day;
  /** Marks days off and the quick choices below the calendar count working days. */
  calendar?: WorkCalendar;
  /** Quick choices: working days from today, for deadlines. */
  workingDays?: readonly number[];
  placeholder?: string;
  hideLabel?: boolean;
  width?: number | string;
}

/** The day n working days after `from`. */
export function workingDayAfter(from: Day, n: number, calendar: WorkCalendar = plainCalendar): Day {
  let day = from;
  for (let left = n; left > 0; ) {
    day = addDays(day, 1);
    if (isWorkingDay(day, calendar)) left--;
  }
  return day;
}

/**
 * A day, typed as Vietnamese people type it (5/8, 05082026, +3) or picked from
 * a calendar that begins on Monday. The value is "yyyy-MM-dd". The calendar
 * covers what lies below the field, so it opens only when asked for: by its
 * button, or by the down arrow.
 */
export function DateField(props: Props) {
  const { t } = useTranslation();
  const { calendar = plainCalendar } = props;
  const [shown, setShown] = useState(false);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'ArrowDown' && !shown) setShown(true);
    else if (event.key === 'Escape' && shown) setShown(false);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div className={classes.field} style={{ width: props.width }}>
      <DateInput
        label={props.hideLabel ? undefined : props.label}
        aria-label={props.hideLabel ? props.label : undefined}
        description={props.description}
        withAsterisk={props.required}
        minDate={props.min}
        value={props.value || null}
        onChange={(value) => props.onChange(value)}
        valueFormat="DD/MM/YYYY"
        dateParser={(text) => parseDay(text)}
        placeholder={props.placeholder ?? t('date.placeholder')}
        clearable={!props.required}
        clearButtonProps={{ 'aria-label': t('action.clear') }}
        highlightToday
        hideOutsideDates
        size="sm"
        clearSectionMode="both"
        rightSectionWidth={props.value && !props.required ? 58 : undefined}
        rightSection={(
          <ActionIcon variant="subtle" color="gray" size="sm" aria-label={t('date.calendar')} aria-expanded={shown} onMouseDown={(event) => event.preventDefault()} onClick={() => setShown(!shown)}>
            <IconCalendar size={15} stroke={1.6} aria-hidden />
          </ActionIcon>
        )}
        onKeyDown={onKeyDown}
        onBlur={() => setShown(false)}
        popoverProps={{ opened: shown, onDismiss: () => setShown(false), shadow: 'md', withinPortal: true, transitionProps: { duration: 0 } }}
        ariaLabels={{
          previousMonth: t('date.month.previous'), nextMonth: t('date.month.next'), monthLevelControl: t('date.month.choose'),
          previousYear: t('date.year.previous'), nextYear: t('date.year.next'), yearLevelControl: t('date.year.choose'),
          previousDecade: t('date.decade.previous'), nextDecade: t('date.decade.next'),
        }}
        getDayProps={(day) => ({ className: isWorkingDay(day, calendar) ? undefined : classes.off, onClick: () => setShown(false) })}
      />
      {props.workingDays && (
        <div className={classes.quick}>
          {props.workingDays.map((n) => (
            <button
              key={n}
              type="button"
              aria-pressed={props.value === workingDayAfter(today(), n, calendar)}
              onClick={() => props.onChange(workingDayAfter(today(), n, calendar))}
            >
              {t('date.working_days', { count: n })}
            </button>
          ))}
        </div>
      )}
    </div>
  );
}
