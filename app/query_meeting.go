package app

// MeetingQuery says which meetings to list, by their planned time. Empty fields
// do not limit.
type MeetingQuery struct {
	From, To Time // those that lie at least partly in [From, To)
	Unit     ID   // office that holds them
	Room     ID
	Person   ID // in which the person takes part, whatever his role
	Status   []MeetingStatus
	Text     string // words of the title, folded
	Newest   bool   // the latest first
	For      []ID   // units whose unanswered invitations to look for
	Limit    int    // 1–2000; 0 = 500
}

// MeetingRow is what a calendar or a list shows of a meeting.
type MeetingRow struct {
	ID      ID
	Version uint64
	Unit    ID
	Status  MeetingStatus
	Form    MeetingForm
	Class   MeetingClass
	Title   string
	Start   Time
	End     Time
	Room    ID
	Place   string
	Chair   ID
	Creator ID
	Secret  bool
	People  int
	Role    MeetingRole // of the viewer; empty when he does not take part
	Reply   Reply       // of the viewer
	Waiting []ID        // units of MeetingQuery.For that have not answered, sorted
}
