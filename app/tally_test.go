package app

import (
	"fmt"
	mathbig "math/big"
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

var thresholds = []struct {
	threshold Threshold
	permille  int
}{{MoreThanHalf, 0}, {TwoThirds, 0}, {Everybody, 0}, {CustomShare, 500}, {CustomShare, 667}, {CustomShare, 1000}, {CustomShare, 1}}

// TestThresholdsExhaustively compares the rules with fractions, for every small
// result.
func TestThresholdsExhaustively(t *testing.T) {
	share := func(th Threshold, permille int) *mathbig.Rat {
		switch th {
		case MoreThanHalf:
			return mathbig.NewRat(1, 2)
		case TwoThirds:
			return mathbig.NewRat(2, 3)
		case Everybody:
			return mathbig.NewRat(1, 1)
		}
		return mathbig.NewRat(int64(permille), 1000)
	}
	for _, th := range thresholds {
		for of := 0; of <= 60; of++ {
			for yes := 0; yes <= of; yes++ {
				r := VoteResult{Eligible: of, Present: of, Cast: of, Counts: map[Choice]int{ChoiceFor: yes}}
				want := false
				if of > 0 {
					c := mathbig.NewRat(int64(yes), int64(of)).Cmp(share(th.threshold, th.permille))
					want = c > 0 || c == 0 && th.threshold != MoreThanHalf
				}
				for _, base := range []VoteBase{OfEligible, OfPresent, OfCast} {
					if got := passes(th.threshold, th.permille, base, r); got != want {
						t.Fatalf("%v of %s: %d of %d: %v, want %v", th, base, yes, of, got, want)
					}
					v := Vote{Threshold: th.threshold, PerMille: th.permille, Base: base}
					if need := v.Needed(r); of > 0 && (yes >= need) != want {
						t.Fatalf("%v: %d of %d: needed %d, passes %v", th, yes, of, need, want)
					}
				}
			}
		}
	}
	if passes("", 0, OfEligible, VoteResult{Eligible: 1, Counts: map[Choice]int{ChoiceFor: 1}}) || passes(MoreThanHalf, 0, "", VoteResult{Eligible: 1, Counts: map[Choice]int{ChoiceFor: 1}}) {
		t.Error("passed without a rule")
	}
}

// TestBasesDiffer: the same ballots, three bases, three outcomes.
func TestBasesDiffer(t *testing.T) {
	v := Vote{Type: VoteNamed, Threshold: MoreThanHalf, Abstain: true, Present: []ID{"a", "b", "c", "d"},
		Eligible: []ID{"a", "b", "c", "d", "e", "f"}}
	ballots := []Ballot{{Person: "a", Choice: ChoiceFor}, {Person: "b", Choice: ChoiceFor}, {Person: "c", Choice: ChoiceFor},
		{Person: "d", Choice: ChoiceAbstain}}
	for base, want := range map[VoteBase]bool{OfEligible: false, OfPresent: true, OfCast: true} {
		v.Base = base
		if r := Tally(v, ballots); r.Passed != want || r.Cast != 4 || r.Present != 4 || r.Eligible != 6 {
			t.Errorf("%s: %+v", base, r)
		}
	}
	v.Base = OfCast
	if r := Tally(v, nil); r.Passed || r.Cast != 0 {
		t.Errorf("nobody voted: %+v", r)
	}
	v.Type = VoteOpen
	if r := Tally(v, ballots); r.Named != nil || r.Counts[ChoiceFor] != 3 {
		t.Errorf("an open count keeps names: %+v", r)
	}
}

func anyVote(t *rapid.T) (Vote, []Ballot) {
	people := make([]ID, rapid.IntRange(1, 12).Draw(t, "people"))
	for i := range people {
		people[i] = ID(fmt.Sprint("p", i))
	}
	th := rapid.SampledFrom(thresholds).Draw(t, "threshold")
	v := Vote{Type: rapid.SampledFrom([]VoteType{VoteNamed, VoteOpen}).Draw(t, "type"), Threshold: th.threshold, PerMille: th.permille,
		Base: rapid.SampledFrom([]VoteBase{OfEligible, OfPresent, OfCast}).Draw(t, "base"), Abstain: rapid.Bool().Draw(t, "abstain"), Epoch: 1}
	for _, p := range people {
		switch rapid.IntRange(0, 3).Draw(t, "who") {
		case 0: // a guest
		case 1:
			v.Eligible = append(v.Eligible, p)
		default:
			v.Eligible, v.Present = append(v.Eligible, p), append(v.Present, p)
		}
	}
	ballots := make([]Ballot, rapid.IntRange(0, 15).Draw(t, "ballots"))
	for i := range ballots {
		ballots[i] = Ballot{Person: rapid.SampledFrom(people).Draw(t, "person"), Choice: rapid.SampledFrom(append(Choices, "x")).Draw(t, "choice"),
			At: Time(rapid.IntRange(1, 9).Draw(t, "at")), Late: rapid.IntRange(0, 4).Draw(t, "late") == 0, Epoch: uint32(rapid.IntRange(1, 5).Draw(t, "epoch")/5 + 1)}
	}
	return v, ballots
}

// TestTallyHolds: no order, no late or foreign ballot and no second one changes a
// result, the numbers fit each other, and one more in favour never fails a vote.
func TestTallyHolds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v, ballots := anyVote(t)
		r := Tally(v, ballots)
		sum := 0
		for _, n := range r.Counts {
			sum += n
		}
		if sum != r.Cast || r.Cast > r.Present || r.Present > r.Eligible || v.Type == VoteNamed && len(r.Named) != r.Cast {
			t.Fatalf("%+v", r)
		}
		if got := Tally(v, rapid.Permutation(ballots).Draw(t, "order")); !reflect.DeepEqual(got, r) {
			t.Fatalf("another order: %+v, %+v", got, r)
		}
		if got := Tally(v, append(slices.Clone(ballots), ballots...)); !reflect.DeepEqual(got, r) {
			t.Fatalf("everything twice: %+v, %+v", got, r)
		}
		for _, b := range []Ballot{{Person: "stranger", Choice: ChoiceFor, Epoch: 1}, {Person: "p0", Choice: ChoiceFor, Epoch: 9, At: 99}, {Person: "p0", Choice: ChoiceFor, Epoch: 1, At: 99, Late: true}} {
			if got := Tally(v, append(slices.Clone(ballots), b)); !reflect.DeepEqual(got, r) {
				t.Fatalf("with %+v: %+v, %+v", b, got, r)
			}
		}
		for _, p := range v.Eligible { // one more in favour
			got := Tally(v, append(slices.Clone(ballots), Ballot{Person: p, Choice: ChoiceFor, Epoch: 1, At: 99}))
			if r.Passed && !got.Passed {
				t.Fatalf("%s in favour too: failed: %+v, %+v", p, r, got)
			}
		}
	})
}
