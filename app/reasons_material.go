package app

var _ = reasonsOf(map[string]string{
	"material.not_found":      "no such material, or not for this person",
	"material.secret_meeting": "a meeting with state secrets has no materials here",
	"material.too_many":       "a meeting has so many materials at most: max",
	"material.ask_whom":       "a unit or a person has to be asked",
	"material.no_file":        "nothing has been handed in yet",
	"material.newer_version":  "somebody else has handed in a newer version: by, at",
	"material.wrong_review":   "the review has moved on: review, by, at",
	"material.is_open":        "people read it already: it has to be recalled first",
	"material.open_already":   "people read it already",
	"material.not_open":       "it is not open",
	"material.was_open":       "people have read it: it can be recalled, not removed",
	"material.not_due":        "its time has not come",
	"material.bad_times":      "it would be recalled before it is open, or before now",
	"material.no_download":    "it may be read, not saved",
	"material.for_nobody":     "nobody is named who may read it",

	"can.as_preparer": "prepares the material", "can.needs_preparer": "who prepares the material only",
	"can.needs_participant": "those who take part in the meeting only",
	"can.as_operator":       "operator of the meeting", "can.needs_operator": "the operators of the meeting only",
})
