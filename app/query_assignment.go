package app

// AssignmentBox says which tasks to list, by how the viewer stands to them.
type AssignmentBox string

// Boxes.
const (
	BoxMine  AssignmentBox = "mine"  // his own, and those of units that he answers for
	BoxGiven AssignmentBox = "given" // that he gave or follows up
	BoxAll   AssignmentBox = "all"   // all that he may see
)

// AssignmentQuery says which tasks to list. Empty fields do not limit.
type AssignmentQuery struct {
	Box      AssignmentBox
	Meeting  ID
	Unit     ID     // office that gave them
	From, To Time   // given in [From, To)
	Open     bool   // neither done nor cancelled
	Text     string // words, folded
	Limit    int    // 1–2000; 0 = 500
}

// AssignmentRow is what lists show of a task.
type AssignmentRow struct {
	ID         ID
	Version    uint64
	Meeting    ID
	Unit       ID
	Giver      ID
	Follower   ID
	Owner      ID
	OwnerUnit  bool
	Text       string
	Due        Date
	Reported   Date
	State      AssignmentState
	Since      Time
	Created    Time
	Progress   int
	Reason     string
	Conclusion CommandID
}

// Late is [Assignment.Late] of the row.
func (r *AssignmentRow) Late(today Date) bool {
	a := Assignment{State: r.State, Due: r.Due, Reported: r.Reported}
	return a.Late(today)
}

// AnsweredFor are the units for whose tasks the person answers on a day.
func (d *Directory) AnsweredFor(person ID, on Date) []ID {
	p := d.Person(person)
	if p == nil {
		return nil
	}
	var out []ID
	for _, g := range d.grants(p, on) {
		switch g.Role {
		case RoleLeader, RoleDeputy, RoleHead:
			out = append(out, g.Unit)
		}
	}
	return sortedSet(out)
}
