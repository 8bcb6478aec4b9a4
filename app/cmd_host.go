package app

import "cmp"

func init() {
	define("session.host.1", KindSession, hostSession)
	define("session.carry_on.1", KindSession, carryOn)
	define("attendance.note_ready.1", KindAttendance, noteReady)
	define("attendance.note_help.1", KindAttendance, noteHelp)

	runs := func(act Action, in []MeetingStatus, of ...meetingRelation) {
		clauses := make([]meetingClause, len(of))
		for i, r := range of {
			clauses[i] = meetingClause{r, in}
		}
		meetingRule(act, clauses...)
	}
	runs("session.host", meetingUpcoming, relMeetChair, relMeetSecretary, relMeetOperator)
	runs("session.carry_on", meetingSitting, relMeetChair, relMeetSecretary)
	runs("attendance.note_ready", meetingSitting, relMeetChair, relMeetSecretary, relMeetOperator)
	runs("attendance.note_help", meetingUpcoming, relMeetChair, relMeetSecretary, relMeetOperator)
}

// SessionHost hands the meeting over: to the giver's own machine while its place
// has no line, or back to the server (session.host.1).
type SessionHost struct {
	Meeting ID `cbor:"1,keyasint" json:"meeting" minLength:"1" maxLength:"64"`
	Host    ID `cbor:"2,keyasint" json:"host" minLength:"1" maxLength:"64" doc:"device, or server"`
	// Epoch is above all that the giver's machine has heard of, when it takes over
	// from another at its place whose own hand-over the server may not have.
	Epoch uint32 `cbor:"3,keyasint,omitempty" json:"-"`
	// Taken are the ballots that it had when it hands the meeting back.
	Taken []TakenBallots `cbor:"4,keyasint,omitempty" json:"-"`
}

// maxEpochs is by how much a hand-over may raise the epoch.
const maxEpochs = 1000

// hostSession raises the epoch: a closing record counts only while its machine is
// the host.
func hostSession(x *Exec, a *SessionHost) error {
	m, s, err := x.openSession(a.Meeting)
	if err != nil {
		return err
	}
	if a.Host == s.Host {
		return nil
	}
	if a.Host == HostServer && len(a.Taken) > 0 {
		host, err := x.fromHost(s)
		if err != nil || !host {
			return err // another has taken over, and hands it back
		}
		if err := x.takeGiven(m, s, a.Taken); err != nil {
			return err
		}
	}
	if x.Final && a.Host != HostServer {
		machine, err := x.Tx.Machine(a.Host)
		if e := AsError(err); e != nil && e.Code != NotFound {
			return err
		} else if e != nil || machine.Person != x.Actor.Person {
			return Refuse(Forbidden, "vote.not_host")
		}
	}
	s.Host, s.HostLost = a.Host, 0
	s.Epoch++
	if a.Epoch > s.Epoch && a.Epoch-s.Epoch < maxEpochs {
		s.Epoch = a.Epoch
	}
	return x.putSession(m, s)
}

// NoteReady writes down, for whoever carries the meeting without a line, that
// somebody said that he is ready for a vote (attendance.note_ready.1).
type NoteReady struct {
	Meeting ID        `cbor:"1,keyasint" json:"meeting" minLength:"1" maxLength:"64"`
	Person  ID        `cbor:"2,keyasint" json:"person" minLength:"1" maxLength:"64"`
	Vote    CommandID `cbor:"3,keyasint" json:"vote"`
}

func noteReady(x *Exec, a *NoteReady) error {
	m, here, err := x.openAttendance(a.Meeting, a.Person)
	if err != nil || here.Ready[a.Vote] != 0 {
		return err
	}
	return x.ready(m, here, a.Vote, false)
}

// NoteHelp writes down a call for somebody (attendance.note_help.1). As is the
// caller's own command, so that it is one call whichever comes first.
type NoteHelp struct {
	Meeting ID        `cbor:"1,keyasint" json:"meeting" minLength:"1" maxLength:"64"`
	Person  ID        `cbor:"2,keyasint" json:"person" minLength:"1" maxLength:"64"`
	Kind    string    `cbor:"3,keyasint" json:"kind" enum:"water,technician,secretary,other"`
	Text    string    `cbor:"4,keyasint,omitempty" json:"text,omitempty" maxLength:"500"`
	As      CommandID `cbor:"5,keyasint,omitempty" json:"-"`
}

func noteHelp(x *Exec, a *NoteHelp) error {
	m, roll, err := x.openAttendance(a.Meeting, a.Person)
	if err != nil {
		return err
	}
	return x.addHelp(m, roll, cmp.Or(a.As, x.Cmd.ID), HelpRequest{Kind: a.Kind, Text: a.Text, At: x.moment()})
}
