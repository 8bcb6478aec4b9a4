package room

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"testing/synctest"

	"khonggiay/app"
	"khonggiay/meeting/site"
)

// sitting is a place whose host has given commands of so many bytes each.
type sitting struct{ given []string }

func (*sitting) Give(context.Context, app.ID, app.ID, []byte) error { return nil }

func (*sitting) States(_ context.Context, _, _ app.ID, keys []app.Key) (out []site.State, err error) {
	for _, key := range keys {
		out = append(out, site.State{Kind: key.Kind, ID: key.ID})
	}
	return out, nil
}

func (s *sitting) Signed(_ context.Context, _, _ app.ID, after app.CommandID) (out [][]byte, last app.CommandID, err error) {
	for _, c := range s.given[after:] {
		out = append(out, []byte(c))
	}
	return out, app.CommandID(len(s.given)), nil
}

// heard lists what has come in frames, in order.
func (s *screen) heard() (out []string) {
	for {
		synctest.Wait()
		select {
		case b := <-s.down:
			var told Told
			if err := json.Unmarshal(b, &told); err != nil {
				s.t.Fatal(err)
			}
			for _, c := range told.Signed {
				out = append(out, fmt.Sprintf("command %.6s", c))
			}
			for _, r := range told.Records {
				out = append(out, "record "+string(r.ID))
			}
		default:
			return out
		}
	}
}

// TestKeepingCommands: who asks for the host's commands has each of them once, and
// before the record that came of it; who does not ask has none.
func TestKeepingCommands(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		place := &sitting{given: []string{"first", "second"}}
		r := newRelay()
		r.Host, r.Place = "dev", place
		keeps, sees := connect(t, r, "chair"), connect(t, r, "chair")
		keeps.heard()
		sees.heard()
		keeps.ask(Asked{Keep: true})
		if got := keeps.heard(); !slices.Equal(got, []string{"command first", "command second"}) {
			t.Errorf("at first: %v", got)
		}
		large := string(make([]byte, MaxTold/3))
		place.given = append(place.given, "third1"+large, "third2"+large, "third3"+large)
		r.Changed("m", []app.Key{{Kind: app.KindSession, ID: "s"}})
		if got := keeps.heard(); !slices.Equal(got, []string{"command third1", "command third2", "command third3", "record s"}) {
			t.Errorf("later: %v", got)
		}
		r.Changed("m", []app.Key{{Kind: app.KindSession, ID: "t"}})
		if got := keeps.heard(); !slices.Equal(got, []string{"record t"}) {
			t.Errorf("again: %v", got)
		}
		if got := sees.heard(); slices.ContainsFunc(got, func(s string) bool { return s[:7] == "command" }) {
			t.Errorf("without asking: %v", got)
		}
		keeps.end()
		sees.end()
		<-keeps.done
		<-sees.done
	})
}
