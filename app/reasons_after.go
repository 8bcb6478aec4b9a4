package app

var _ = reasonsOf(map[string]string{
	"richtext.bad":              "the text is not what the editor writes",
	"richtext.too_long":         "the text is too long: max, in bytes",
	"minutes.secret":            "nothing is written here of a meeting with state secrets",
	"minutes.conflict":          "somebody else has changed the text meanwhile: mine, theirs, revision, by, at",
	"conclusion.empty":          "a conclusion without words",
	"conclusion.not_found":      "no such conclusion",
	"conclusion.removed":        "the conclusion was removed meanwhile: mine, by, at",
	"meeting.not_its_paper":     "the document is no draft of the meeting's office and of the right type",
	"meeting.has_paper":         "the meeting has such a document already: document",
	"meeting.notice_not_issued": "the notice of conclusions has not been issued yet",
	"assignment.not_found":      "no such task, or not for this person",
	"assignment.wrong_state":    "the task has moved on: state, by, at, step",
	"assignment.unknown_owner":  "nobody by that id works in the province, or twice: person",
	"assignment.not_later":      "an extension is a day after the present one: due",

	"can.as_assignment_owner": "carries the task out", "can.needs_assignment_owner": "who carries the task out only",
	"can.as_assignment_giver": "gave the task", "can.needs_assignment_giver": "who gave the task or follows it up only",
	"can.as_assignment_follower": "follows the task up", "can.needs_assignment_follower": "who follows the task up only",
})
