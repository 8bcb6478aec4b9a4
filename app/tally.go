package app

import (
	"cmp"
	"slices"
)

// Tally counts the ballots of a vote. Eligible and Present are what the vote has
// frozen; whoever voted was there. A ballot counts when its person is eligible,
// when it was given under the vote's epoch, when its choice is one that the vote
// offers, and when it did not come late. Of two ballots of one person the last
// one counts. The result depends on nothing else, and not on any order.
func Tally(v Vote, ballots []Ballot) VoteResult {
	counted := countable(v, ballots)
	r := VoteResult{Eligible: len(sortedSet(slices.Clone(v.Eligible))), Cast: len(counted), Counts: map[Choice]int{}}
	here := slices.Clone(v.Present)
	for person, b := range counted {
		here = append(here, person)
		r.Counts[b.Choice]++
		if v.Type == VoteNamed {
			if r.Named == nil {
				r.Named = map[ID]Choice{}
			}
			r.Named[person] = b.Choice
		}
	}
	here = slices.DeleteFunc(sortedSet(here), func(p ID) bool { return !slices.Contains(v.Eligible, p) })
	r.Present = len(here)
	r.Passed = passes(v.Threshold, v.PerMille, v.Base, r)
	return r
}

// countable are the ballots that count, one for a person.
func countable(v Vote, ballots []Ballot) map[ID]Ballot {
	eligible := make(map[ID]bool, len(v.Eligible))
	for _, p := range v.Eligible {
		eligible[p] = true
	}
	out := map[ID]Ballot{}
	for _, b := range ballots {
		if b.Late || !eligible[b.Person] || b.Epoch != v.Epoch || !v.offers(b.Choice) {
			continue
		}
		if before, ok := out[b.Person]; !ok || later(b, before) {
			out[b.Person] = b
		}
	}
	return out
}

// later orders two ballots of one person, whatever order they are met in.
func later(a, b Ballot) bool {
	return cmp.Or(cmp.Compare(a.At, b.At), cmp.Compare(a.Given, b.Given), cmp.Compare(a.Choice, b.Choice)) > 0
}

// offers reports whether the vote has the choice.
func (v *Vote) offers(c Choice) bool {
	return slices.Contains(Choices, c) && (c != ChoiceAbstain || v.Abstain)
}

// passes reports whether the agreement in the result reaches the threshold. It
// counts in whole numbers: a share is compared by multiplying it out. Of nobody
// there is no share, so nothing passes without a base.
func passes(threshold Threshold, permille int, base VoteBase, r VoteResult) bool {
	of, yes := baseOf(base, r), r.Counts[ChoiceFor]
	if of <= 0 {
		return false
	}
	switch threshold {
	case MoreThanHalf:
		return 2*yes > of
	case TwoThirds:
		return 3*yes >= 2*of
	case Everybody:
		return yes >= of
	case CustomShare:
		return permille > 0 && 1000*yes >= permille*of
	}
	return false
}

// baseOf is of how many the share is taken. Abstentions are cast, and whoever
// abstains is there.
func baseOf(base VoteBase, r VoteResult) int {
	switch base {
	case OfEligible:
		return r.Eligible
	case OfPresent:
		return r.Present
	case OfCast:
		return r.Cast
	}
	return 0
}

// BaseOf is of how many the vote takes its share, by the result.
func (v *Vote) BaseOf(r VoteResult) int { return baseOf(v.Base, r) }

// Needed is how many have to agree for the vote to pass, by the result's base; 0
// when there is no base.
func (v *Vote) Needed(r VoteResult) int {
	of := baseOf(v.Base, r)
	if of <= 0 {
		return 0
	}
	switch v.Threshold {
	case MoreThanHalf:
		return of/2 + 1
	case TwoThirds:
		return (2*of + 2) / 3
	case Everybody:
		return of
	}
	return (v.PerMille*of + 999) / 1000
}
