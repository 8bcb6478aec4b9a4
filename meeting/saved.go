package meeting

import (
	"encoding/json"
	"errors"
	"slices"
)

var errSaved = errors.New("meeting: not a saved conference")

// Save is the conference as it is, for [Restore].
func (c *Conference) Save() ([]byte, error) { return json.Marshal(c) }

// Restore reads what Save wrote. Who was connected is, for all that it knows:
// see [Conference.Restart].
func Restore(b []byte) (*Conference, error) {
	var c Conference
	if err := json.Unmarshal(b, &c); err != nil {
		return nil, err
	}
	if !c.whole() {
		return nil, errSaved
	}
	return &c, nil
}

// whole reports whether it can have been saved by this program.
func (c *Conference) whole() bool {
	if !c.Meeting.Valid() || c.Epoch == 0 || c.Stations == nil || len(c.Given) > MaxStage || len(c.Staged) > MaxStage ||
		!slices.Contains(FloorModes, c.Mode) || !slices.Contains(Layouts, c.View.Layout) || c.Roll != nil && c.Roll.Period < minPeriod {
		return false
	}
	for id, s := range c.Stations {
		if s == nil || s.Station != id || s.Order > c.LastOrder {
			return false
		}
	}
	return true
}
