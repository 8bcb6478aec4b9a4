// Package ical writes calendars as iCalendar objects (RFC 5545; names and
// refresh intervals of RFC 7986), as the calendar of a telephone or of a desk
// program reads them. All times are in Việt Nam's zone, which has had no
// daylight saving since 1975, and every object carries its definition. It does
// no I/O, and the same events always give the same bytes. TestWritten reads
// what it writes with a strict parser of its own.
package ical

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"khonggiay/app"
)

// Status is where an event stands (RFC 5545, 3.8.1.11).
type Status string

// Statuses of events.
const (
	Confirmed Status = "CONFIRMED"
	Tentative Status = "TENTATIVE"
	Cancelled Status = "CANCELLED"
)

// Event is one entry of a calendar.
type Event struct {
	UID         string   // the same for ever
	Stamp       app.Time // when it was last changed
	Sequence    uint32   // rises with every change of time or place
	Start, End  app.Time
	Summary     string
	Location    string
	Description string
	Status      Status
	Private     bool // CLASS:PRIVATE
	Free        bool // it takes up nobody's time
}

// Calendar is what one file holds.
type Calendar struct {
	Name    string
	Refresh time.Duration // how often a subscriber should ask; 0 = not said
	Events  []Event
}

// zone is Việt Nam's (UTC+7), under the name that all calendars know.
const zone = "Asia/Ho_Chi_Minh"

const zoneBlock = "BEGIN:VTIMEZONE\r\nTZID:" + zone + "\r\nBEGIN:STANDARD\r\nDTSTART:19750613T000000\r\n" +
	"TZOFFSETFROM:+0700\r\nTZOFFSETTO:+0700\r\nTZNAME:+07\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n"

// Bytes is the calendar as a file: text/calendar in UTF-8.
func (c Calendar) Bytes() []byte {
	var w writer
	w.line("BEGIN", "VCALENDAR")
	w.line("VERSION", "2.0")
	w.line("PRODID", "-//Khong Giay//Lich cong tac//VI")
	w.line("CALSCALE", "GREGORIAN")
	w.line("METHOD", "PUBLISH")
	w.text("NAME", c.Name)
	w.text("X-WR-CALNAME", c.Name)
	if c.Refresh > 0 {
		every := fmt.Sprintf("PT%dM", max(1, int(c.Refresh/time.Minute)))
		w.line("REFRESH-INTERVAL;VALUE=DURATION", every)
		w.line("X-PUBLISHED-TTL", every)
	}
	w.b.WriteString(zoneBlock)
	for _, e := range c.Events {
		w.event(e)
	}
	w.line("END", "VCALENDAR")
	return []byte(w.b.String())
}

func (w *writer) event(e Event) {
	w.line("BEGIN", "VEVENT")
	w.text("UID", e.UID)
	w.line("DTSTAMP", e.Stamp.Std().UTC().Format("20060102T150405Z"))
	w.line("DTSTART;TZID="+zone, local(e.Start))
	w.line("DTEND;TZID="+zone, local(e.End))
	w.line("SEQUENCE", fmt.Sprint(e.Sequence))
	w.line("STATUS", string(e.Status))
	w.text("SUMMARY", e.Summary)
	if e.Location != "" {
		w.text("LOCATION", e.Location)
	}
	if e.Description != "" {
		w.text("DESCRIPTION", e.Description)
	}
	if e.Private {
		w.line("CLASS", "PRIVATE")
	}
	transparent := "OPAQUE"
	if e.Free || e.Status == Cancelled {
		transparent = "TRANSPARENT"
	}
	w.line("TRANSP", transparent)
	w.line("END", "VEVENT")
}

func local(t app.Time) string { return t.Std().Format("20060102T150405") }

type writer struct{ b strings.Builder }

// maxLine is the most octets of a line, without its end (RFC 5545, 3.1).
const maxLine = 75

// line writes a content line, folded between characters.
func (w *writer) line(name, value string) {
	rest, room := name+":"+value, maxLine
	for len(rest) > room {
		at := room
		for !utf8.RuneStart(rest[at]) {
			at--
		}
		w.b.WriteString(rest[:at])
		w.b.WriteString("\r\n ")
		rest, room = rest[at:], maxLine-1 // the blank counts
	}
	w.b.WriteString(rest)
	w.b.WriteString("\r\n")
}

var escaper = strings.NewReplacer(`\`, `\\`, ";", `\;`, ",", `\,`, "\r\n", `\n`, "\n", `\n`, "\r", `\n`)

// text writes a value of type TEXT (RFC 5545, 3.3.11). Controls, which no value
// may have, are left out, and so is what is no UTF-8.
func (w *writer) text(name, value string) {
	clean := strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' && r != '\r' && r != '\t' || r == 0x7f {
			return -1
		}
		return r
	}, strings.ToValidUTF8(value, ""))
	w.line(name, escaper.Replace(clean))
}
