package app

// BusyQuery asks which meetings take up a room or people in [From, To).
type BusyQuery struct {
	From, To Time
	Room     ID
	People   []ID
	Except   ID // the meeting that is being planned
}

// BusyRow is one such meeting.
type BusyRow struct {
	Meeting ID
	Start   Time
	End     Time
	Room    bool // it is in that room
	People  []ID // of those asked about
}

// BusyStatuses are those in which a meeting takes up its room and people: not
// while it is only a draft, and not once it is over, put off or called off.
var BusyStatuses = []MeetingStatus{MeetingPending, MeetingInvited, MeetingLive, MeetingPaused}
