package app

import (
	"maps"
	"testing"

	"pgregory.net/rapid"
)

// atPlace is a meeting whose place has no line: two laptops that carry it one
// after the other, and those who vote there or elsewhere.
type atPlace struct {
	t       *rapid.T
	w       *world
	queues  [][]*Command // each machine's outbox, oldest first
	next    CommandID
	session ID
}

const (
	placeEpoch  = 2 // of the vote, under its first host
	secondEpoch = 3
)

// writers of the machines, as [world.machineOf] does not tell them apart.
var placeWriters = map[ID]uint32{"x1.clerk": 21, "x1.leader": 22, "x1.deputy": 23, "x1.head": 24}

func (p *atPlace) outbox(person ID) *[]*Command {
	p.queues = append(p.queues, nil)
	return &p.queues[len(p.queues)-1]
}

func (p *atPlace) command(person ID, name string, target Key, args any) *Command {
	p.next++
	return &Command{ID: NewCommandID(placeWriters[person], uint32(p.next)), Name: name, Target: target, Actor: person, At: p.w.now, Args: args}
}

func (p *atPlace) onSession(person ID, name string, args any) *Command {
	return p.command(person, name, Key{KindSession, p.session}, args)
}

// ballot is a signed ballot, each given a moment after the one before.
func (p *atPlace) ballot(person ID, vote CommandID, choice Choice) (*Command, CountedBallot) {
	p.w.now++
	a := p.w.proved(person, &BallotCast{Meeting: "m", Vote: vote, Epoch: placeEpoch, Choice: choice}).(*BallotCast)
	return p.command(person, "ballot.cast.1", Key{KindBallot, BallotID("m", vote, person)}, a),
		CountedBallot{Person: person, Choice: choice, Given: a.Given, Proof: a.Proof}
}

// signs makes bytes of commands, as a host tells them to those who may carry on.
func (p *atPlace) signs(commands []*Command) (out [][]byte) {
	if p.w.server.signed == nil {
		p.w.server.signed, p.w.server.decided = map[string]*Command{}, map[CommandID]bool{}
	}
	for _, c := range commands {
		p.w.server.signed[c.ID.String()] = c
		out = append(out, []byte(c.ID.String()))
	}
	return out
}

// TestAPlaceIsBelieved: a vote is opened and counted at a place. Whatever order
// the outboxes of hosts and voters come to the server in, however they are mixed
// among each other, and however much of a silent host's commands the next one
// brings, its result is what the closing record says, once; a ballot that the
// record does not name is late, and nobody is refused but who was.
func TestAPlaceIsBelieved(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := newWorld(t)
		p := &atPlace{t: t, w: w, session: w.live()}
		first, second := ID("x1.clerk"), ID("x1.leader")
		draft := p.onSession(first, "session.draft_vote.1", &DraftVote{Meeting: "m", Title: "Thông qua", Type: VoteNamed, Threshold: MoreThanHalf, Base: OfEligible})
		vote := draft.ID
		hostA := p.onSession(first, "session.host.1", &SessionHost{Meeting: "m", Host: w.machineOf(first).id})
		open := p.onSession(first, "session.open_vote.1", &VoteOpening{Meeting: "m", Vote: vote, Epoch: placeEpoch})

		var counted []CountedBallot
		want := map[ID]Choice{}
		named := map[ID]bool{}
		for _, person := range []ID{"x1.deputy", "x1.head"} {
			q := p.outbox(person)
			named[person] = rapid.Bool().Draw(t, "the place has his ballot")
			for range rapid.IntRange(1, 3).Draw(t, "ballots") {
				choice := rapid.SampledFrom([]Choice{ChoiceFor, ChoiceAgainst}).Draw(t, "choice")
				cmd, c := p.ballot(person, vote, choice)
				*q = append(*q, cmd)
				if named[person] {
					want[person] = choice
					counted = append(deleteOf(counted, person), c)
				}
			}
		}
		closing := &CloseVote{Meeting: "m", Vote: vote, Counted: counted, AtPlace: true}
		a := p.outbox(first)
		*a = append(*a, hostA, draft, open)
		if rapid.Bool().Draw(t, "the first host falls silent") {
			told := Vote{Title: "Thông qua", Type: VoteNamed, Threshold: MoreThanHalf, Base: OfEligible, State: VoteOpened, Epoch: placeEpoch, Opened: 1}
			b := p.outbox(second)
			if all := p.signs(*a); rapid.Bool().Draw(t, "the second brings") {
				*b = append(*b, p.onSession(second, "session.bring.1", &Bring{Meeting: "m", Commands: all[:rapid.IntRange(1, len(all)).Draw(t, "commands")]}))
			}
			*b = append(*b, p.onSession(second, "session.host.1", &SessionHost{Meeting: "m", Host: w.machineOf(second).id, Epoch: secondEpoch}),
				p.onSession(second, "session.carry_on.1", &CarryOn{Meeting: "m", Votes: []CarriedVote{{Key: vote, Vote: told}}}),
				p.onSession(second, "session.close_vote.1", closing), p.onSession(second, "session.publish_vote.1", &VoteRef{"m", vote}),
				p.onSession(second, "session.host.1", &SessionHost{Meeting: "m", Host: HostServer}))
		} else {
			*a = append(*a, p.onSession(first, "session.close_vote.1", closing), p.onSession(first, "session.publish_vote.1", &VoteRef{"m", vote}),
				p.onSession(first, "session.host.1", &SessionHost{Meeting: "m", Host: HostServer}))
		}
		for person, writer := range placeWriters {
			m := w.machineOf(person)
			w.server.machines[m.id] = Machine{ID: m.id, Person: person, Writer: writer}
		}
		p.deliver()

		v := w.vote(vote)
		if v.State != VotePublished || !maps.Equal(v.Result.Named, want) || v.Result.Cast != len(want) {
			t.Fatalf("%s %+v, want %v", v.State, v.Result, want)
		}
		for person, is := range named {
			if b := w.ballot(vote, person); b.Late == is {
				t.Fatalf("%s: late %v, named %v", person, b.Late, is)
			}
		}
	})
}

func deleteOf(list []CountedBallot, person ID) (out []CountedBallot) {
	for _, c := range list {
		if c.Person != person {
			out = append(out, c)
		}
	}
	return out
}

// deliver brings the outboxes to the server. Those of hosts come each at a time,
// as a laptop sends all that it has; ballots at any moment between.
func (p *atPlace) deliver() {
	hosts := 0 // the host's outbox that is on its way
	for {
		var open []int
		for i, q := range p.queues {
			isHost := i >= 2
			if len(q) > 0 && (!isHost || hosts == 0 || hosts == i) {
				open = append(open, i)
			}
		}
		if len(open) == 0 {
			return
		}
		i := rapid.SampledFrom(open).Draw(p.t, "next")
		cmd := p.queues[i][0]
		p.queues[i] = p.queues[i][1:]
		if i >= 2 {
			if hosts = i; len(p.queues[i]) == 0 {
				hosts = 0
			}
		}
		m, err := p.w.run(p.w.server, true, cmd)
		p.w.server = m
		if m.decided != nil {
			m.decided[cmd.ID] = true
		}
		if reason := reasonIn(err); reason != "" && reason != "vote.closed" {
			p.t.Fatalf("%s of %s: %s", cmd.Name, cmd.Actor, reason)
		}
	}
}
