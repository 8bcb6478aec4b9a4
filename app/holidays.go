package app

import (
	_ "embed"
	"encoding/json"
	"strconv"
)

// The public holidays of Việt Nam (Bộ luật Lao động, Điều 112, and the yearly
// notices on exchanged days). It is data to begin with: an operator stores the
// notice of a new year as another Calendar record.
//
//go:embed holidays.json
var holidays []byte

// VietnamCalendars returns the calendars that the product ships, one a year.
// The exchanged days of a year whose notice is not out yet are not in them.
func VietnamCalendars() []*Calendar {
	var years []struct {
		Year int `json:"year"`
		Off  []struct {
			Day  Date   `json:"day"`
			Name string `json:"name"`
		} `json:"off"`
		Working []Date `json:"working"`
	}
	if err := json.Unmarshal(holidays, &years); err != nil {
		panic("app: holidays.json: " + err.Error()) // shipped with the program, read by a test
	}
	out := make([]*Calendar, len(years))
	for i, y := range years {
		c := &Calendar{ID: ID(strconv.Itoa(y.Year)), Year: y.Year, Working: y.Working}
		for _, h := range y.Off {
			c.Off = append(c.Off, Holiday{Day: h.Day, Name: h.Name})
		}
		out[i] = c
	}
	return out
}
