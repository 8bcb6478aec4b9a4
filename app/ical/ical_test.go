package ical

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"pgregory.net/rapid"

	"khonggiay/app"
)

// property is one content line, read back.
type property struct{ name, params, value string }

var (
	nameShape  = regexp.MustCompile(`^[A-Z][A-Z0-9-]*$`)
	paramShape = regexp.MustCompile(`^(;[A-Z-]+=[A-Za-z/_]+)*$`)
	stampShape = regexp.MustCompile(`^\d{8}T\d{6}Z$`)
	timeShape  = regexp.MustCompile(`^\d{8}T\d{6}$`)
)

// parse reads a file as RFC 5545 wants it and not a bit more freely: CRLF at
// every end, no line above 75 octets, whole characters in each, no controls.
func parse(b []byte) (out []property, err error) {
	text := string(b)
	if !strings.HasSuffix(text, "\r\n") {
		return nil, fmt.Errorf("the last line has no end")
	}
	var unfolded []string
	for _, line := range strings.Split(strings.TrimSuffix(text, "\r\n"), "\r\n") {
		switch {
		case len(line) > 75:
			return nil, fmt.Errorf("%d octets in %q", len(line), line)
		case line == "" || !utf8.ValidString(line):
			return nil, fmt.Errorf("empty, or a character cut in two: %q", line)
		case strings.ContainsFunc(line, func(r rune) bool { return r < ' ' && r != '\t' || r == 0x7f }):
			return nil, fmt.Errorf("a control in %q", line)
		case line[0] == ' ' && len(unfolded) == 0:
			return nil, fmt.Errorf("begins with a fold")
		case line[0] == ' ':
			unfolded[len(unfolded)-1] += line[1:]
		default:
			unfolded = append(unfolded, line)
		}
	}
	for _, line := range unfolded {
		head, value, ok := strings.Cut(line, ":")
		name, params, _ := strings.Cut(head, ";")
		if params != "" {
			params = ";" + params
		}
		if !ok || !nameShape.MatchString(name) || !paramShape.MatchString(params) {
			return nil, fmt.Errorf("no content line: %q", line)
		}
		out = append(out, property{name, params, value})
	}
	return out, nil
}

// unescape reads a TEXT value; an unescaped separator or an unknown escape is an error.
func unescape(value string) (string, error) {
	var b strings.Builder
	for i := 0; i < len(value); i++ {
		switch c := value[i]; c {
		case ';', ',':
			return "", fmt.Errorf("bare %q in %q", c, value)
		case '\\':
			i++
			if i == len(value) {
				return "", fmt.Errorf("ends in an escape: %q", value)
			}
			switch value[i] {
			case '\\', ';', ',':
				b.WriteByte(value[i])
			case 'n':
				b.WriteByte('\n')
			default:
				return "", fmt.Errorf("unknown escape in %q", value)
			}
		default:
			b.WriteByte(c)
		}
	}
	return b.String(), nil
}

// components checks that what begins ends, and gives the properties of each event.
func components(props []property) (events []map[string]property, err error) {
	var open []string
	for _, p := range props {
		switch p.name {
		case "BEGIN":
			open = append(open, p.value)
			if p.value == "VEVENT" {
				events = append(events, map[string]property{})
			}
			continue
		case "END":
			if len(open) == 0 || open[len(open)-1] != p.value {
				return nil, fmt.Errorf("%s ends and was not open", p.value)
			}
			open = open[:len(open)-1]
			continue
		}
		if len(open) == 0 || open[0] != "VCALENDAR" {
			return nil, fmt.Errorf("%s stands outside", p.name)
		}
		if open[len(open)-1] == "VEVENT" {
			if _, twice := events[len(events)-1][p.name]; twice {
				return nil, fmt.Errorf("%s stands twice", p.name)
			}
			events[len(events)-1][p.name] = p
		}
	}
	if len(open) != 0 {
		return nil, fmt.Errorf("%v never end", open)
	}
	return events, nil
}

// normal is what of a text can be kept: line ends alike, no controls.
func normal(s string) string {
	s = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(strings.ToValidUTF8(s, ""))
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' && r != '\t' || r == 0x7f {
			return -1
		}
		return r
	}, s)
}

func check(t interface{ Fatalf(string, ...any) }, c Calendar) {
	props, err := parse(c.Bytes())
	if err != nil {
		t.Fatalf("%v", err)
	}
	events, err := components(props)
	if err != nil || len(events) != len(c.Events) {
		t.Fatalf("%d events of %d: %v", len(events), len(c.Events), err)
	}
	for i, e := range events {
		want := c.Events[i]
		for name, text := range map[string]string{"UID": want.UID, "SUMMARY": want.Summary, "LOCATION": want.Location, "DESCRIPTION": want.Description} {
			got, err := unescape(e[name].value)
			if err != nil || got != normal(text) {
				t.Fatalf("%s: %q, %v; want %q", name, got, err, normal(text))
			}
		}
		if !stampShape.MatchString(e["DTSTAMP"].value) || e["SEQUENCE"].value != fmt.Sprint(want.Sequence) || e["STATUS"].value != string(want.Status) {
			t.Fatalf("event %v", e)
		}
		for name, at := range map[string]app.Time{"DTSTART": want.Start, "DTEND": want.End} {
			p := e[name]
			got, err := time.ParseInLocation("20060102T150405", p.value, app.Zone)
			if err != nil || !timeShape.MatchString(p.value) || p.params != ";TZID=Asia/Ho_Chi_Minh" || got.Unix() != at.Std().Unix() {
				t.Fatalf("%s: %v, want %v: %v", name, p, at.Std(), err)
			}
		}
	}
}

func TestWritten(t *testing.T) {
	text := rapid.OneOf(rapid.String(), rapid.StringOfN(rapid.RuneFrom([]rune("Hội nghị; trực tuyến, toàn tỉnh\\n\n\r\t:\"ế")), 0, 300, -1))
	rapid.Check(t, func(t *rapid.T) {
		c := Calendar{Name: text.Draw(t, "name"), Refresh: time.Hour}
		for range rapid.IntRange(0, 5).Draw(t, "events") {
			from := app.Time(rapid.Int64Range(0, 4e12).Draw(t, "from") / 1000 * 1000)
			c.Events = append(c.Events, Event{UID: text.Draw(t, "uid"), Stamp: from, Sequence: rapid.Uint32().Draw(t, "sequence"), Start: from, End: from + 3_600_000,
				Summary: text.Draw(t, "summary"), Location: text.Draw(t, "location"), Description: text.Draw(t, "description"),
				Status: rapid.SampledFrom([]Status{Confirmed, Tentative, Cancelled}).Draw(t, "status"), Private: rapid.Bool().Draw(t, "private")})
		}
		check(t, c)
	})
}

func FuzzText(f *testing.F) {
	for _, s := range []string{"", "Họp giao ban; tuần 49, tháng 11", "a\r\nEND:VEVENT\r\nBEGIN:VEVENT", "\\", "\x00\x7f\xff", strings.Repeat("ế", 200)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		check(t, Calendar{Name: s, Events: []Event{{UID: s, Summary: s, Location: s, Description: s, Status: Confirmed, Start: 1000, End: 2000}}})
	})
}

func TestExample(t *testing.T) {
	at := app.TimeOf(time.Date(2026, 11, 30, 8, 0, 0, 0, app.Zone))
	got := string(Calendar{Name: "Lịch họp", Events: []Event{{UID: "m1@khonggiay", Stamp: at - 3_600_000, Sequence: 2, Start: at, End: at + 5_400_000,
		Summary: "Họp giao ban, tuần 49", Location: "Phòng họp số 1", Status: Cancelled}}}.Bytes())
	want := strings.ReplaceAll(`BEGIN:VEVENT
UID:m1@khonggiay
DTSTAMP:20261130T000000Z
DTSTART;TZID=Asia/Ho_Chi_Minh:20261130T080000
DTEND;TZID=Asia/Ho_Chi_Minh:20261130T093000
SEQUENCE:2
STATUS:CANCELLED
SUMMARY:Họp giao ban\, tuần 49
LOCATION:Phòng họp số 1
TRANSP:TRANSPARENT
END:VEVENT
`, "\n", "\r\n")
	if !strings.Contains(got, want) {
		t.Errorf("written:\n%s", got)
	}
}
