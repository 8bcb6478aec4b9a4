package app

import "maps"

// reasonsOf enters the reasons of one area.
func reasonsOf(more map[string]string) bool {
	maps.Copy(reasons, more)
	return true
}

var _ = reasonsOf(map[string]string{
	"meeting.not_found":             "no such meeting, or not for this person",
	"meeting.wrong_status":          "the meeting has moved on: status, by, at, step",
	"meeting.bad_span":              "it ends before it begins, or lasts longer than a month",
	"meeting.unknown_room":          "no such meeting room: room",
	"meeting.secret_with_materials": "a meeting that has materials cannot be marked as having state secrets",
	"meeting.stays_secret":          "a meeting marked as having state secrets stays so",
	"meeting.unknown_person":        "nobody by that id works in the province: person",
	"meeting.unknown_unit":          "no such unit today: person",
	"meeting.role_for_person":       "the role is for a person, not for a unit: person",
	"meeting.many_chairs":           "a meeting has one chair: person",
	"meeting.needs_chair":           "somebody has to chair the meeting",
	"meeting.needs_place":           "a meeting that is not online only needs a room or a place",
	"meeting.not_approver":          "the person cannot approve the schedule: person",

	"can.as_secretary": "secretary of the meeting", "can.needs_secretary": "the secretaries of the meeting only",
	"can.as_chair": "chair of the meeting", "can.needs_chair": "the chair of the meeting only",
	"can.as_schedule_approver": "approves the schedule", "can.needs_schedule_approver": "who approves the schedule only",
	"can.as_participant": "takes part in the meeting",
})
