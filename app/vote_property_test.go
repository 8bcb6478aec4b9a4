package app

import (
	"maps"
	"reflect"
	"testing"

	"pgregory.net/rapid"
)

// voteModel is what people expect of a vote, in a few lines.
type voteModel struct {
	state     VoteState
	counted   map[ID]Choice
	late      map[ID]bool
	published VoteResult
}

// sent is a command on its way up, from one of several machines.
type sent struct {
	person ID
	name   string
	choice Choice
}

// outboxes are queues of commands: two machines of each member, two of officials
// who both close and publish.
func outboxes(t *rapid.T) [][]sent {
	var out [][]sent
	for _, p := range []ID{"x1.deputy", "x1.head", "x1.leader", "x1.deputy", "x1.head", "x3.leader"} {
		var q []sent
		for range rapid.IntRange(0, 3).Draw(t, "casts") {
			q = append(q, sent{p, "ballot.cast.1", rapid.SampledFrom([]Choice{ChoiceFor, ChoiceAgainst, ChoiceOther}).Draw(t, "choice")})
		}
		out = append(out, q)
	}
	for _, p := range []ID{"x1.clerk", "x1.leader"} {
		out = append(out, []sent{{p, "session.close_vote.1", ""}, {p, "session.publish_vote.1", ""}})
	}
	return out
}

// arrive applies one command to the model and says whether it is accepted.
func (m *voteModel) arrive(s sent) bool {
	switch s.name {
	case "session.close_vote.1":
		ok := m.state == VoteOpened
		if ok {
			m.state = VoteClosed
		}
		return ok
	case "session.publish_vote.1":
		ok := m.state == VoteClosed
		if ok {
			m.state = VotePublished
		}
		return ok
	}
	_, counted := m.counted[s.person]
	switch {
	case s.person == "x3.leader":
		return false // has no vote
	case m.state == VoteOpened:
		m.counted[s.person] = s.choice
		return true
	case counted || m.late[s.person]:
		return false
	}
	m.late[s.person] = true
	return true
}

// TestVotesInAnyOrder: whatever order the server gets the commands of several
// machines in, the vote is what a few lines say it is; a published result stays.
func TestVotesInAnyOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := newWorld(t)
		session := w.live()
		key := w.opened(nil)
		model := &voteModel{state: VoteOpened, counted: map[ID]Choice{}, late: map[ID]bool{}}
		queues := outboxes(t)
		for {
			var open []int
			for i, q := range queues {
				if len(q) > 0 {
					open = append(open, i)
				}
			}
			if len(open) == 0 {
				break
			}
			i := rapid.SampledFrom(open).Draw(t, "next")
			s := queues[i][0]
			queues[i] = queues[i][1:]
			want := model.arrive(s)
			var err error
			switch s.name {
			case "ballot.cast.1":
				err = w.cast(s.person, key, s.choice)
			case "session.close_vote.1":
				err = w.try(s.person, s.name, session, &CloseVote{Meeting: "m", Vote: key})
			default:
				err = w.try(s.person, s.name, session, &VoteRef{"m", key})
			}
			if (err == nil) != want {
				t.Fatalf("%+v: %v, the model says %v", s, err, want)
			}
			model.check(t, w, key)
		}
	})
}

func (m *voteModel) check(t *rapid.T, w *world, key CommandID) {
	v := w.vote(key)
	if v.State != m.state {
		t.Fatalf("state %s, want %s", v.State, m.state)
	}
	for p := range m.late {
		if !w.ballot(key, p).Late {
			t.Fatalf("the ballot of %s is not late", p)
		}
	}
	if m.state == VoteOpened {
		return
	}
	if !maps.Equal(v.Result.Named, m.counted) || v.Result.Cast != len(m.counted) {
		t.Fatalf("counted %v, want %v", v.Result, m.counted)
	}
	if m.state == VotePublished {
		if m.published.Eligible == 0 {
			m.published = v.Result
		}
		if !reflect.DeepEqual(v.Result, m.published) {
			t.Fatalf("a published result changed: %+v, %+v", v.Result, m.published)
		}
	}
}
