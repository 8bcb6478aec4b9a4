package app

import (
	"slices"
	"time"
)

// WorkingDay reports whether people work on the day: Monday to Friday without
// the days off of its year's calendar, and the days worked in their place. In a
// year without a calendar only weekends are off.
func (d *Directory) WorkingDay(day Date) bool {
	c := d.Calendar(day.Year())
	if c != nil {
		if slices.Contains(c.Working, day) {
			return true
		}
		if slices.ContainsFunc(c.Off, func(h Holiday) bool { return h.Day == day }) {
			return false
		}
	}
	w := day.Std().Weekday()
	return w != time.Saturday && w != time.Sunday
}

// maxWorkingDays bounds a walk over the calendar: about forty years.
const maxWorkingDays = 10_000

// AddWorkingDays is the n-th working day after from (before it when n is
// negative); the day itself is not counted. With n = 0 it is from, or the next
// working day when from is off.
func (d *Directory) AddWorkingDays(from Date, n int) Date {
	step := Date(1)
	if n < 0 {
		step, n = -1, -n
	}
	day := from
	if n == 0 {
		for range maxWorkingDays {
			if d.WorkingDay(day) {
				return day
			}
			day++
		}
		return from
	}
	for range 2 * maxWorkingDays {
		day += step
		if d.WorkingDay(day) {
			if n--; n <= 0 {
				return day
			}
		}
	}
	return day
}

// WorkingDaysBetween counts the working days after a up to and including b;
// negative when b is before a. For n > 0 it undoes AddWorkingDays.
func (d *Directory) WorkingDaysBetween(a, b Date) int {
	if b < a {
		return -d.WorkingDaysBetween(b, a)
	}
	n := 0
	for day := a + 1; day <= b && n < maxWorkingDays; day++ {
		if d.WorkingDay(day) {
			n++
		}
	}
	return n
}
