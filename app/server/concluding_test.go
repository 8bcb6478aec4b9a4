package server

import (
	"testing"

	"khonggiay/app"
	"khonggiay/app/sqlite"
)

// noticed makes a meeting that stands somewhere, with a notice in some state.
func (f *fixture) noticed(status app.MeetingStatus, state app.State) (meeting, notice app.Key) {
	f.Helper()
	meeting, notice = app.Key{Kind: app.KindMeeting, ID: f.sitting()}, app.Key{Kind: app.KindDocument, ID: app.NewID(f.store.Now())}
	f.change(meeting, func(r app.Record) {
		m := r.(*app.Meeting)
		m.Status, m.Notice = status, notice.ID
	})
	err := f.store.Write(f.Context(), func(tx *sqlite.Tx) error {
		return tx.Put(&app.Document{ID: notice.ID, Direction: app.Outgoing, Unit: unitCommune, State: state, Type: app.TypeNotice, Subject: "Kết luận cuộc họp"})
	})
	if err != nil {
		f.Fatal(err)
	}
	return meeting, notice
}

// change changes a record as no command does.
func (f *fixture) change(key app.Key, by func(app.Record)) {
	f.Helper()
	err := f.store.Write(f.Context(), func(tx *sqlite.Tx) error {
		r, err := tx.Get(key)
		if err != nil {
			return err
		}
		by(r)
		return tx.Put(r)
	})
	if err != nil {
		f.Fatal(err)
	}
}

func (f *fixture) meetingAt(key app.Key) *app.Meeting {
	f.Helper()
	var m *app.Meeting
	f.view(func(v *sqlite.View) error {
		r, err := v.Get(key)
		if err == nil {
			m = r.(*app.Meeting)
		}
		return err
	})
	return m
}

// TestNoticeConcludesItsMeeting: nobody has to press a button, in whichever order
// the meeting ends and its notice goes out; and nothing is concluded early.
func TestNoticeConcludesItsMeeting(t *testing.T) {
	f := open(t)
	over, draft := f.noticed(app.MeetingFinished, app.OutDraft)
	live, _ := f.noticed(app.MeetingLive, app.OutIssued)
	cancelled, _ := f.noticed(app.MeetingCancelled, app.OutIssued)
	unlinked := app.Key{Kind: app.KindMeeting, ID: f.sitting()}
	f.change(unlinked, func(r app.Record) { r.(*app.Meeting).Status = app.MeetingFinished })
	c := &concluding{store: f.store, system: f.Server, log: f.log}
	look := func(when string, want map[app.Key]app.MeetingStatus) {
		t.Helper()
		for range 2 { // told twice, it does so once
			if err := c.look(t.Context()); err != nil {
				t.Fatalf("%s: %v", when, err)
			}
		}
		for key, status := range want {
			if got := f.meetingAt(key).Status; got != status {
				t.Errorf("%s: %s, want %s", when, got, status)
			}
		}
	}
	look("before", map[app.Key]app.MeetingStatus{over: app.MeetingFinished, live: app.MeetingLive, cancelled: app.MeetingCancelled, unlinked: app.MeetingFinished})
	f.change(draft, func(r app.Record) { r.(*app.Document).State = app.OutIssued })
	f.change(live, func(r app.Record) { r.(*app.Meeting).Status = app.MeetingFinished })
	look("after", map[app.Key]app.MeetingStatus{over: app.MeetingConcluded, live: app.MeetingConcluded, cancelled: app.MeetingCancelled, unlinked: app.MeetingFinished})
	steps := 0
	for _, step := range f.meetingAt(over).History {
		if step.Name == "meeting.conclude" {
			if steps++; step.By != app.SystemPerson || step.About != draft.ID {
				t.Errorf("history %+v", step)
			}
		}
	}
	if steps != 1 {
		t.Errorf("concluded %d times", steps)
	}
}

// TestNoticeWakesTheServer: the commit that issues a notice is enough.
func TestNoticeWakesTheServer(t *testing.T) {
	f := open(t)
	concluded := make(chan app.Key, 1)
	leave := f.store.Subscribe(func(changes []sqlite.Change) {
		for _, ch := range changes {
			if ch.Key.Kind != app.KindMeeting || ch.New == nil {
				continue
			}
			select {
			case concluded <- ch.Key:
			default:
			}
		}
	})
	meeting, notice := f.noticed(app.MeetingFinished, app.OutDraft)
	for len(concluded) > 0 {
		<-concluded
	}
	defer leave()
	f.change(notice, func(r app.Record) { r.(*app.Document).State = app.OutIssued })
	if key := <-concluded; key != meeting || f.meetingAt(meeting).Status != app.MeetingConcluded {
		t.Errorf("%v %s", key, f.meetingAt(meeting).Status)
	}
}
