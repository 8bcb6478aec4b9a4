package replica_test

import (
	"strings"
	"testing"

	"khonggiay/app"
	"khonggiay/sync/feed"
	"khonggiay/sync/hub"
	"khonggiay/sync/replica"
)

// flaws are the faults that the simulation must find: each by itself, within
// so many seeds as `make test` has.
var flaws = map[string]func() flaw{
	"an acknowledgement is lost":                      lostAnswer,
	"a command is decided twice":                      decidedTwice,
	"a cursor runs ahead of its page":                 cursorAhead,
	"a record that left is not purged":                missedPurge,
	"a document that left stays in the search index":  missedIndex,
	"a result comes before what it made":              resultFirst,
	"a patch has the wrong base":                      wrongBase,
	"a number is given twice":                         numberTwice,
	"a number is left out":                            numberSkipped,
	"scopes that have ended are still served":         endedScopes,
	"a command is not kept in the outbox":             forgottenCommand,
	"a command leaves the outbox without its result":  silentAnswer,
	"a sum of the server is not brought up to date":   wrongSum,
	"a purge is never acknowledged":                   silentPurge,
	"a restored server is not shown what was decided": noProofs,
	"a pending command is not run again":              noRebase,
	"a holder gives a number twice":                   numberTwiceOnLoan,
	"two holders are no alarm":                        withoutAlarm,
	"the number of a refused command is not kept":     numberNotKept,
	"a hand-over leaves a command out":                droppedAtTheDoor,
	"a stream outlives the revocation":                lastingStream,
	"a revoked device is still believed":              forgiving,
	"a revoked laptop keeps records":                  clinging,
	"an adopted command is lost":                      adoptedLost,
	"a new writer is told a wrong standing":           wrongStanding,
	"a lost writer number cannot be proved":           lostClaim,
	"a page has old bytes":                            oldBody(false),
	"a page has an old record":                        oldBody(true),
	"the server decides on an old record":             oldGet,
	"pages are built from an old snapshot":            lag,
}

// within is how many seeds a planted fault has; each is found far sooner.
const within = 200

// TestSimulationFindsPlantedFaults plants each of flaws in worlds until one of
// them fails: the proof that the simulation would see the like.
func TestSimulationFindsPlantedFaults(t *testing.T) {
	tpl := makeTemplates(t)
	for name, plant := range flaws {
		t.Run(strings.ReplaceAll(name, " ", "_"), func(t *testing.T) {
			t.Parallel()
			for seed := uint64(1); seed <= within; seed++ {
				if seed%long == 0 {
					continue
				}
				c := &catcher{}
				c.run(func() { live(c, tpl, seed, plant()) })
				if c.said != "" {
					said := strings.Split(c.said, "\n")
					t.Logf("found with seed %d: %.200s", seed, said[min(1, len(said)-1)])
					return
				}
			}
			t.Errorf("nothing noticed")
		})
	}
}

// every n-th time something happens.
func every(n int) func() bool {
	count := 0
	return func() bool {
		count++
		return count%n == 0
	}
}

func lostAnswer() flaw {
	return flaw{page: func(_ *exchange, p *feed.Page) {
		if p.Receipt == nil {
			return
		}
		var kept []feed.Result
		for _, r := range p.Receipt.Results {
			if r.ID.Counter()%3 != 0 {
				kept = append(kept, r)
			}
		}
		p.Receipt, _ = feed.NewReceipt(p.Epoch, kept, keyOf("server"))
	}}
}

// twice is a server that forgets an answer when the command comes again.
type twice struct {
	hub.Tx
	hidden app.CommandID
}

func (t *twice) Result(id app.CommandID) (*feed.StoredResult, error) {
	t.hidden = id
	return nil, nil
}

func (t *twice) Next(writer uint32) (uint32, error) {
	next, err := t.Tx.Next(writer)
	if t.hidden.Writer() == writer && t.hidden.Counter() < next {
		return t.hidden.Counter(), err
	}
	return next, err
}

func (t *twice) SetNext(writer, next uint32) error {
	have, err := t.Tx.Next(writer)
	if err != nil || next <= have {
		return err
	}
	return t.Tx.SetNext(writer, next)
}

func decidedTwice() flaw {
	return flaw{serverTx: func(tx hub.Tx) hub.Tx { return &twice{Tx: tx} }}
}

func cursorAhead() flaw {
	return flaw{page: func(_ *exchange, p *feed.Page) {
		if n := len(p.Items); n > 1 {
			p.Items = p.Items[:n-1]
		}
	}}
}

// keeping is a laptop that does not delete documents.
type keeping struct{ replica.Tx }

func (t keeping) Delete(key app.Key) error {
	if key.Kind == app.KindDocument {
		return nil
	}
	return t.Tx.Delete(key)
}

func missedPurge() flaw {
	return flaw{laptopTx: func(_ *laptop, tx replica.Tx) replica.Tx { return keeping{tx} }}
}

func resultFirst() flaw {
	held := map[*exchange][]feed.Item{}
	return flaw{page: func(x *exchange, p *feed.Page) {
		p.Items = append(held[x], p.Items...)
		held[x] = nil
		if p.Receipt != nil && !p.Level {
			held[x], p.Items = p.Items, nil
		}
	}}
}

// patchless is a server that leaves the first of several patches out.
type patchless struct{ hub.View }

func (v patchless) Patches(key app.Key, after uint64) ([]feed.PatchRow, error) {
	rows, err := v.View.Patches(key, after)
	return shortened(rows), err
}

func (v patchless) PatchesOf(keys []app.Key, after uint64) (map[app.Key][]feed.PatchRow, error) {
	all, err := v.View.PatchesOf(keys, after)
	for key, rows := range all {
		all[key] = shortened(rows)
	}
	return all, err
}

func shortened(rows []feed.PatchRow) []feed.PatchRow {
	if len(rows) < 2 || rows[0].Base == 0 {
		return rows
	}
	rows[1].Base = rows[0].Base
	return rows[1:]
}

func wrongBase() flaw {
	return flaw{serverView: func(v hub.View) hub.View { return patchless{v} }}
}

// miscounting is a server that counts its numbers wrong.
type miscounting struct {
	hub.Tx
	shift func(n uint32) uint32
}

func (t miscounting) NextNumber(book app.ID, year int) (uint32, bool, error) {
	n, ok, err := t.Tx.NextNumber(book, year)
	return t.shift(n), ok, err
}

func numberTwice() flaw {
	return flaw{serverTx: func(tx hub.Tx) hub.Tx {
		return miscounting{tx, func(n uint32) uint32 { return max(n, 2) - n%2 }}
	}}
}

func numberSkipped() flaw {
	return flaw{serverTx: func(tx hub.Tx) hub.Tx {
		return miscounting{tx, func(n uint32) uint32 { return n + n/2 }}
	}}
}

// memberless is a server that does not note how scopes change.
type memberless struct{ hub.Tx }

func (t memberless) PutMembership(person app.ID, m feed.Membership, at app.Time) error {
	if m.Version > 1 {
		return nil
	}
	return t.Tx.PutMembership(person, m, at)
}

func endedScopes() flaw {
	return flaw{serverTx: func(tx hub.Tx) hub.Tx { return memberless{tx} }}
}

// sumless is a server that forgets to count now and then.
type sumless struct {
	hub.Tx
	forgets func() bool
}

func (t sumless) AddSum(s app.Scope, d feed.Sum) error {
	if t.forgets() {
		return nil
	}
	return t.Tx.AddSum(s, d)
}

func wrongSum() flaw {
	forgets := every(7)
	return flaw{serverTx: func(tx hub.Tx) hub.Tx { return sumless{tx, forgets} }}
}

func noProofs() flaw {
	return flaw{request: func(_ *laptop, req *feed.Request) { req.Proofs = nil }}
}
