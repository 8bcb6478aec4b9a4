package app

var _ = reasonsOf(map[string]string{
	"room.other_office": "the room belongs to another office: unit",
	"room.bad_rows":     "a row of the seating plan has no seats, or too many: max",

	"week.not_found":      "no such week plan, or not for this person",
	"week.wrong_state":    "the week plan has moved on: state",
	"week.no_line":        "no such line in the week plan",
	"week.bad_time":       "the line does not lie in the week, or ends before it begins",
	"week.secret_meeting": "a meeting with state secrets is not named in a calendar that all may read",
	"week.empty":          "the week plan has no line",
	"week.not_approver":   "the person cannot approve the week plan: person",

	"can.as_week_drafter": "drafts the week plan of the office", "can.needs_week_drafter": "the clerk, heads and leaders of the office only",
	"can.as_week_approver": "approves the week plan of the office", "can.needs_week_approver": "leaders and deputies of the office only",
})
