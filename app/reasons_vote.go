package app

var _ = reasonsOf(map[string]string{
	"vote.no_session":      "the meeting has no session on this machine yet",
	"vote.not_found":       "no such vote",
	"vote.wrong_state":     "the vote has moved on: state",
	"vote.share_missing":   "a share of its own is given with that threshold, and only with it",
	"vote.nobody_entitled": "nobody at the meeting has a vote",
	"vote.bad_grace":       "ballots may come later for a day at most, and none of a secret vote",
	"vote.not_eligible":    "the person has no vote in it: person",
	"vote.not_host":        "the machine is not the meeting's host",
	"vote.bad_proof":       "the signature is not right, or not of the person's machine",
	"vote.no_grace":        "the closing record gave nobody more time",
	"vote.not_on_paper":    "totals are entered of secret votes only",
	"vote.bad_totals":      "more ballots than people who have a vote, or a choice that is not offered: eligible",
	"vote.no_totals":       "the totals of the secret vote have not been entered",
	"vote.closed":          "the vote is closed, and the ballot given before stands",
	"vote.on_paper":        "a secret vote is taken on paper",
	"vote.no_vote":         "the person has no vote in it",
	"vote.not_offered":     "the vote does not offer the choice",
	"vote.text_missing":    "another opinion has to be said in words",
	"vote.wrong_epoch":     "the vote was opened anew by another host of the meeting",

	"can.needs_participant": "who takes part in the meeting only",

	"slip.not_found":      "no such opinion slip, or not for this person",
	"slip.wrong_state":    "the slip has moved on: state",
	"slip.due_passed":     "the deadline has passed already",
	"slip.not_invited":    "a slip of a meeting asks people who are invited to it: person",
	"slip.not_due":        "the deadline has not come",
	"slip.secret_meeting": "a slip of a meeting with state secrets carries no files",
	"slip.closed":         "the deadline has passed, and the answer given before stands",
	"slip.not_asked":      "the slip does not ask this person",
})
