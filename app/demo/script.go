package demo

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"

	"khonggiay/app"
)

// act is one command of the history, before it is given.
type act struct {
	at     app.Time
	by     app.ID
	name   string
	target app.Key
	// args is called when its turn comes: some depend on what was given before.
	args func(*player) any
	// gave, if set, learns the command's id.
	gave *app.CommandID
}

// script is a history being written: commands with their times, in any order.
// What would happen after now has not happened yet and is left out, so that the
// newest documents are found in every state.
type script struct {
	p    *Province
	dir  *app.Directory
	r    *rand.Rand
	now  app.Time
	acts []act
	// documents counts the records of documents that the acts make.
	documents int
	serial    int
	// files is the day from which documents have their PDF; older ones are
	// kept on paper.
	files app.Time
}

func newScript(p *Province, seed uint64) *script {
	return &script{
		p: p, dir: app.NewDirectory(slices.Clone(p.Records)), r: rand.New(rand.NewPCG(seed, 2)), now: p.now,
	}
}

// do adds a command on a document.
func (s *script) do(at app.Time, by *app.Person, name string, doc app.ID, args func(*player) any) *app.CommandID {
	var id app.CommandID
	if at <= s.now {
		s.acts = append(s.acts, act{at: at, by: by.ID, name: name, target: app.Key{Kind: app.KindDocument, ID: doc}, args: args, gave: &id})
	}
	return &id
}

// give is do with arguments that are known.
func (s *script) give(at app.Time, by *app.Person, name string, doc app.ID, args any) *app.CommandID {
	return s.do(at, by, name, doc, func(*player) any { return args })
}

// newID is the id of a document begun at the moment, in the form that screens
// make (UUIDv7): a derived one is not for people to take.
func (s *script) newID(at app.Time) app.ID {
	s.serial++
	s.documents++
	ms := fmt.Sprintf("%012x", int64(at))
	return app.ID(ms[:8]+"-"+ms[8:]+"-7") + app.DeriveID("demo", fmt.Sprint(at), fmt.Sprint(s.serial))[15:]
}

// sorted are the acts by time; those of one moment stay in their order.
func (s *script) sorted() []act {
	slices.SortStableFunc(s.acts, func(a, b act) int { return cmp.Compare(a.at, b.at) })
	return s.acts
}

// Office hours, in minutes of the day.
const (
	opens  = 7*60 + 30
	closes = 17 * 60
)

// later is some minutes of office time after the moment.
func (s *script) later(t app.Time, minutes int) app.Time {
	date, m := t.Date(), int((t-t.Date().Start())/minute)
	if !s.dir.WorkingDay(date) || m >= closes {
		date, m = s.dir.AddWorkingDays(date, 1), opens
	}
	m = max(m, opens) + minutes
	for m >= closes {
		date, m = s.dir.AddWorkingDays(date, 1), m-closes+opens
	}
	return date.Start() + app.Time(m)*minute + app.Time(s.r.IntN(60))*1000
}

// between is later by a random number of minutes.
func (s *script) between(t app.Time, low, high int) app.Time {
	return s.later(t, low+s.r.IntN(high-low+1))
}

// officeDay is how many minutes an office is open.
const officeDay = closes - opens

// chance is true in so many of a hundred cases.
func (s *script) chance(percent int) bool { return s.r.IntN(100) < percent }

// due is a day so many working days after the moment.
func (s *script) due(t app.Time, days int) app.Date {
	if days <= 0 {
		return 0
	}
	return s.dir.AddWorkingDays(t.Date(), days)
}
