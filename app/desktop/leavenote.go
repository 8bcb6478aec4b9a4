package desktop

import (
	"context"
	"encoding/json"
	"fmt"
	"os"

	"khonggiay/app"
	"khonggiay/app/enrol"
	"khonggiay/app/sqlite"
)

// leaveNote is what a leaving laptop must not forget.
type leaveNote struct {
	enrol.LeaveReport // as it will be confirmed, but for what is handed over until then
	// Tried is how long the contents have been tried, in milliseconds, since the
	// server had all commands; Counted is up to when. They have bringWithin.
	Tried   app.Time `json:"tried,omitempty"`
	Counted app.Time `json:"counted,omitempty"`
}

// noteLeave finds out what this laptop holds, before it is wiped, and decides
// which contents are to be brought.
func (l *link) noteLeave(ctx context.Context) (*leaveNote, error) {
	lost, err := l.copies.handOver(ctx)
	if err != nil {
		return nil, err
	}
	note := &leaveNote{}
	if b, err := os.ReadFile(l.barPath()); err == nil && json.Unmarshal(b, note) == nil {
		return note, nil // of an earlier start: by now less is here
	}
	note.Version = l.app.cfg.Version
	if note.Unsent, err = l.chooseContents(ctx); err != nil {
		return nil, err
	}
	note.Unsent = append(note.Unsent, lost...)
	err = l.app.store.Read(ctx, func(v *sqlite.View) (err error) {
		if note.Scopes, err = heldScopes(v); err == nil {
			note.Records, err = v.RecordCount()
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	for _, err := range l.app.files.List() {
		if err != nil {
			return nil, err
		}
		note.Segments++
	}
	return note, l.keepNote(note)
}

func (l *link) keepNote(note *leaveNote) error {
	b, err := json.Marshal(note)
	if err != nil {
		return err
	}
	return writePrivate(l.barPath(), b)
}

// heldScopes is what this laptop holds of each scope.
func heldScopes(v *sqlite.View) (out []enrol.LeaveScope, err error) {
	s, err := v.SyncState()
	if err != nil {
		return nil, err
	}
	sums, err := v.Sums(s.Scopes)
	for _, sum := range sums {
		if sum.Count != 0 {
			out = append(out, enrol.LeaveScope{Scope: sum.Scope, Count: sum.Count, Sum: fmt.Sprintf("%016x", sum.Sum.Sum)})
		}
	}
	return out, err
}
