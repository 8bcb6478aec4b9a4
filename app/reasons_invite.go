package app

var _ = reasonsOf(map[string]string{
	"meeting.not_invited":         "nobody by that id is invited: person",
	"meeting.already_answered":    "somebody else has answered since: by, at, reply",
	"meeting.has_substitute":      "somebody is to come instead; withdraw him first: person",
	"meeting.chair_comes":         "who chairs neither declines nor sends another; the organiser names another chair",
	"meeting.unit_names_people":   "an invited unit names its people",
	"meeting.stands_for_other":    "who stands for somebody cannot send another: person",
	"meeting.other_office":        "the person does not work at that office: person, unit",
	"meeting.already_participant": "the person takes part already: person",
	"meeting.no_substitute":       "nobody was named to come instead",
	"meeting.substitute_changed":  "another substitute was named meanwhile: person",
	"meeting.substitute_decided":  "it was decided already: by",
	"meeting.not_invitation":      "not an outgoing invitation (GM) of the office that holds the meeting",

	"agenda.no_item":      "the item is not on that sheet any more",
	"agenda.item_changed": "somebody else has changed the item: by, at",
	"agenda.item_begun":   "the meeting has begun with the item",
	"agenda.full":         "the agenda has too many items: max",

	"can.as_invited": "is invited, or answers for the invited unit", "can.needs_invited": "who is invited, or answers for the invited unit, only",
})
