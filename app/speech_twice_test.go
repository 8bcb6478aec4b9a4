package app

import "testing"

// A wish that the one who carries the meeting wrote down, and that its speaker's
// laptop brings itself when the line is back, is one wish, in either order.
func TestAWishComesByTwoWays(t *testing.T) {
	wish := SpeechWish{Kind: SpeechContribution, Text: "Về tiến độ"}
	ask := func(w *world, id CommandID) error {
		w.now += 60_000
		m, err := w.run(w.server, true, &Command{ID: id, Name: "session.ask_to_speak.1", Target: Key{KindSession, SessionID("m1")},
			Actor: "x1.deputy", Args: &AskToSpeak{Meeting: "m1", Wish: wish}})
		w.server = m
		return err
	}
	const own = CommandID(9<<32 | 1)
	enter := &EnterSpeech{Meeting: "m1", Person: "x1.deputy", Wish: wish, As: own}
	for _, first := range []string{"himself", "the secretary"} {
		w := newWorld(t)
		w.invited("m1")
		w.now = w.meetingOf("m1").Start
		w.must("x1.clerk", "session.start.1", SessionID("m1"), &SessionNote{Meeting: "m1"})
		if first == "himself" {
			if err := ask(w, own); err != nil {
				t.Fatal(err)
			}
		}
		w.must("x1.clerk", "session.enter_speech.1", SessionID("m1"), enter)
		w.must("x1.clerk", "session.close_queue.1", SessionID("m1"), &SpeakingQueue{Meeting: "m1"})
		if err := ask(w, own); err != nil {
			t.Errorf("%s first: %v", first, err)
		}
		r, err := w.server.Get(Key{KindSession, SessionID("m1")})
		if err != nil {
			t.Fatal(err)
		}
		if q := r.(*Session).Queue; len(q) != 1 || q[own].Person != "x1.deputy" {
			t.Errorf("%s first: %+v", first, q)
		}
		w.refused("session.unknown_speech", "x1.clerk", "session.enter_speech.1", SessionID("m1"),
			&EnterSpeech{Meeting: "m1", Person: "x1.head", Wish: wish, As: own})
	}
}
