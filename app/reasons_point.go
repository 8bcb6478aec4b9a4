package app

var _ = reasonsOf(map[string]string{
	"meeting.secret_with_points": "a meeting that has meeting points cannot be marked as having state secrets",

	"point.not_found":           "no such meeting point",
	"point.other_office":        "the meeting point belongs to another office: unit",
	"point.unknown_room":        "no such room of the office, or it is closed: room",
	"point.unknown_person":      "nobody by that id works in the province: person",
	"point.bad_phone":           "not a telephone number",
	"point.same_name":           "the office has another meeting point of that name: name",
	"point.ended":               "the meeting point is out of use already: at",
	"point.not_in_use":          "no such meeting point, or it is out of use: point",
	"point.not_in_meeting":      "the meeting point does not take part in the meeting: point",
	"point.secret_meeting":      "a meeting with state secrets has no meeting points",
	"point.took_part":           "the meeting point has been in the meeting and stays in its report: point, at",
	"point.too_many":            "too many meeting points: max",
	"point.too_few":             "fewer people than are named: named",
	"point.other_office_person": "the person is of another office than the meeting point: person",

	"can.as_point": "at the meeting point: invited of its office, or its technician", "can.needs_point": "who is at the meeting point only",
})
