package app

import (
	"cmp"
	"reflect"
	"slices"
)

func init() {
	define("session.bring.1", KindSession, bring)

	meetingRule("session.bring", meetingClause{relMeetChair, meetingCarried}, meetingClause{relMeetSecretary, meetingCarried}, meetingClause{relMeetOperator, meetingCarried})
}

// meetingCarried are the statuses of a meeting that a place may have carried: what
// happened there may come when it has been finished.
var meetingCarried = []MeetingStatus{MeetingInvited, MeetingLive, MeetingPaused, MeetingFinished}

// Bring runs what the laptop that carried the meeting before had given there, as
// the giver's machine was told it (session.bring.1; target SessionID(meeting)):
// that laptop has fallen silent, and its outbox with it.
type Bring struct {
	Meeting ID `cbor:"1,keyasint" json:"meeting" minLength:"1" maxLength:"64"`
	// Commands are signed commands as they lie in an outbox, in the order in which
	// they were given.
	Commands [][]byte `cbor:"2,keyasint,omitempty" json:"-"`
}

// bring runs each command in its own giver's name, with his rights. One that
// fails leaves nothing: it is decided when its own laptop comes with it.
func bring(x *Exec, a *Bring) error {
	if _, _, err := x.openSession(a.Meeting); err != nil {
		return err
	}
	var ran []CommandID
	for _, signed := range a.Commands {
		cmd, decided, err := x.Tx.Signed(signed)
		if err == nil && !decided && cmd.ofSitting(a.Meeting) {
			err = x.Tx.Savepoint(func() error { return Execute(x.Tx, cmd, x.Now, x.Final) })
			if err == nil {
				ran = append(ran, cmd.ID)
			}
		}
		if e := AsError(err); e != nil && (e.Code == Internal || e.Code == Full) {
			return err
		}
	}
	if len(ran) == 0 {
		return nil
	}
	m, err := x.meeting(a.Meeting)
	if err != nil {
		return err
	}
	s, err := x.sessionOf(m)
	if err != nil {
		return err
	}
	for _, id := range ran {
		s.Brought = withCommand(s.Brought, id)
	}
	return x.putSession(m, s)
}

// ofSitting reports whether a command is about what changes while people sit
// together at the meeting.
func (c *Command) ofSitting(meeting ID) bool {
	return OfSitting(c.Name) && MeetingOf(c.Args) == meeting
}

// OfSitting reports whether commands of the name change what changes while people
// sit together, and may be brought by another than their givers.
func OfSitting(name string) bool {
	spec := SpecOf(name)
	return spec != nil && (spec.Kind == KindSession || spec.Kind == KindAttendance) && name != "session.bring.1"
}

// MeetingOf is the meeting that a command's arguments name, or nothing.
func MeetingOf(args any) ID {
	v := reflect.Indirect(reflect.ValueOf(args))
	if v.Kind() != reflect.Struct {
		return ""
	}
	f := v.FieldByName("Meeting")
	if !f.IsValid() {
		return ""
	}
	id, _ := f.Interface().(ID)
	return id
}

// broughtBefore reports whether another has brought the command already: when its
// own laptop comes with it, it changes nothing.
func (x *Exec) broughtBefore() (bool, error) {
	if !OfSitting(x.Cmd.Name) {
		return false, nil
	}
	meeting := MeetingOf(x.Cmd.Args)
	if !meeting.Valid() {
		return false, nil
	}
	s, ok, err := partOf[*Session](x, Key{KindSession, SessionID(meeting)})
	if err != nil || !ok {
		return false, err
	}
	_, in := find(s.Brought, x.Cmd.ID)
	return in, nil
}

// CommandRange is a run of commands of one machine, one after the other.
type CommandRange struct {
	First CommandID `cbor:"1,keyasint"`
	Last  CommandID `cbor:"2,keyasint"`
}

// find is the first range that does not end before the command, and whether it is
// in it.
func find(ranges []CommandRange, id CommandID) (int, bool) {
	i, _ := slices.BinarySearchFunc(ranges, id, func(r CommandRange, id CommandID) int { return cmp.Compare(r.Last, id) })
	return i, i < len(ranges) && ranges[i].First <= id
}

// withCommand adds a command to sorted ranges.
func withCommand(ranges []CommandRange, id CommandID) []CommandRange {
	i, in := find(ranges, id)
	if in {
		return ranges
	}
	after := i < len(ranges) && ranges[i].First == id+1
	before := i > 0 && ranges[i-1].Last == id-1
	switch {
	case before && after:
		ranges[i-1].Last = ranges[i].Last
		return slices.Delete(ranges, i, i+1)
	case before:
		ranges[i-1].Last = id
		return ranges
	case after:
		ranges[i].First = id
		return ranges
	}
	return slices.Insert(ranges, i, CommandRange{id, id})
}
