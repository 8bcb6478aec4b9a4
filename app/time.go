package app

import (
	"fmt"
	"time"
)

// Time is Unix time in milliseconds; 0 means "not set". JSON carries the number.
type Time int64

// Date is a calendar day, in days since 1970-01-01; 0 means "not set". JSON
// carries "2006-01-02".
type Date int32

// Zone is the official time of Việt Nam (UTC+7, no daylight saving), in which
// every legal day and year begins.
var Zone = time.FixedZone("+07", 7*3600)

// TimeOf converts a time.Time.
func TimeOf(t time.Time) Time { return Time(t.UnixMilli()) }

// Std converts to time.Time in Vietnam's zone.
func (t Time) Std() time.Time { return time.UnixMilli(int64(t)).In(Zone) }

// Date is the legal day in which t falls.
func (t Time) Date() Date {
	if t == 0 {
		return 0
	}
	return Date(floorDiv(int64(t)+7*3600*1000, 24*3600*1000))
}

// Year is the legal year in which t falls.
func (t Time) Year() int { return t.Std().Year() }

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

// DateOf makes a Date.
func DateOf(year int, month time.Month, day int) Date {
	return Date(floorDiv(time.Date(year, month, day, 0, 0, 0, 0, time.UTC).Unix(), 24*3600))
}

// Std is midnight UTC of the day, for calendar arithmetic only.
func (d Date) Std() time.Time { return time.Unix(int64(d)*24*3600, 0).UTC() }

// Weekday of the day: 1 is Monday, 0 Sunday.
func (d Date) Weekday() time.Weekday { return d.Std().Weekday() }

// Year of the day.
func (d Date) Year() int { return d.Std().Year() }

// Start is the first moment of the day in Vietnam's zone.
func (d Date) Start() Time { return Time(int64(d)*24*3600*1000 - 7*3600*1000) }

func (d Date) String() string {
	if d == 0 {
		return ""
	}
	return d.Std().Format(time.DateOnly)
}

// MarshalText writes 2006-01-02, or nothing when not set.
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads 2006-01-02; empty means not set.
func (d *Date) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*d = 0
		return nil
	}
	t, err := time.Parse(time.DateOnly, string(b))
	if err != nil {
		return fmt.Errorf("date %q: want year-month-day", b)
	}
	*d = DateOf(t.Year(), t.Month(), t.Day())
	return nil
}
