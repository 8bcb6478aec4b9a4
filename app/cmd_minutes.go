package app

import (
	"cmp"
	"slices"
)

func init() {
	define("minutes.write.1", KindMinutes, writeMinutes)
	define("minutes.put_conclusion.1", KindMinutes, putConclusion)
	define("minutes.remove_conclusion.1", KindMinutes, removeConclusion)

	writing := []MeetingStatus{MeetingInvited, MeetingLive, MeetingPaused, MeetingFinished}
	for _, act := range []Action{"minutes.write", "minutes.put_conclusion", "minutes.remove_conclusion"} {
		meetingRule(act, meetingClause{relMeetSecretary, writing}, meetingClause{relMeetChair, writing})
	}
}

// MinutesWrite replaces the text of the minutes (minutes.write.1; target:
// MinutesID of the meeting). When somebody else has written meanwhile, it is
// refused with both texts, and nobody loses silently.
type MinutesWrite struct {
	Meeting  ID     `cbor:"1,keyasint" json:"meeting" minLength:"1" maxLength:"64"`
	Body     string `cbor:"2,keyasint" json:"body" minLength:"1" maxLength:"200000" doc:"the editor's JSON"`
	Revision uint32 `cbor:"3,keyasint,omitempty" json:"revision,omitempty" doc:"that the person saw"`
}

// ConclusionPut adds a conclusion or changes one (minutes.put_conclusion.1).
// Conclusions of several people commute; of two changes of one, the second is
// refused with both texts.
type ConclusionPut struct {
	Meeting  ID        `cbor:"1,keyasint" json:"meeting" minLength:"1" maxLength:"64"`
	Key      CommandID `cbor:"2,keyasint,omitempty" json:"key,omitempty" doc:"absent: a new one"`
	Text     string    `cbor:"3,keyasint" json:"text" minLength:"1" maxLength:"20000" doc:"the editor's JSON"`
	Item     CommandID `cbor:"4,keyasint,omitempty" json:"item,omitempty" doc:"of the agenda"`
	Order    int       `cbor:"5,keyasint,omitempty" json:"order,omitempty" minimum:"0" maximum:"9999"`
	Revision uint32    `cbor:"6,keyasint,omitempty" json:"revision,omitempty" doc:"of the conclusion that the person saw"`
}

// ConclusionRemove takes a conclusion out (minutes.remove_conclusion.1).
type ConclusionRemove struct {
	Meeting ID        `cbor:"1,keyasint" json:"meeting" minLength:"1" maxLength:"64"`
	Key     CommandID `cbor:"2,keyasint" json:"key"`
}

// minutes loads the minutes of a meeting, or begins them, for a command on them.
func (x *Exec) minutes(meeting ID) (*Meeting, *Minutes, error) {
	m, err := x.openMeeting(meeting)
	if err != nil {
		return nil, nil, err
	}
	if x.Cmd.Target.ID != MinutesID(m.ID) {
		return nil, nil, Refuse(Invalid, "command.bad_target")
	}
	if m.Secret {
		return nil, nil, Refuse(Forbidden, "minutes.secret")
	}
	now, ok, err := partOf[*Minutes](x, x.Cmd.Target)
	if err != nil {
		return nil, nil, err
	}
	if !ok {
		now = &Minutes{ID: MinutesID(m.ID), PartOf: PartOf{Meeting: m.ID}}
	}
	return m, now, nil
}

// keepPart stores a part and, when it is new to the meeting, the meeting.
func (x *Exec) keepPart(m *Meeting, p MeetingPart) error {
	told, err := x.putPart(m, p)
	if err != nil || !told {
		return err
	}
	return x.Tx.Put(m)
}

// textClash refuses one of two texts that were written at the same time.
func textClash(mine, theirs string, revision uint32, by ID, at Time) *Error {
	return Refuse(Conflict, "minutes.conflict").With("mine", mine).With("theirs", theirs).
		With("revision", revision).With("by", string(by)).With("at", int64(at))
}

func writeMinutes(x *Exec, a *MinutesWrite) error {
	m, now, err := x.minutes(a.Meeting)
	if err != nil {
		return err
	}
	body, err := ParseRich(a.Body, maxRich)
	if err != nil {
		return err
	}
	if err := notSecret(body); err != nil {
		return err
	}
	text := body.JSON()
	switch {
	case text == now.Body:
		return nil
	case a.Revision != now.Revision:
		return textClash(text, now.Body, now.Revision, now.By, now.At)
	}
	now.Body, now.By, now.At = text, x.Actor.Person, x.Now
	now.Revision++
	return x.keepPart(m, now)
}

// notSecret refuses a text that bears a mark of secrecy, be it written in
// letters that look different.
func notSecret(n *RichNode) error {
	if MarkedSecret(n.PlainText()) {
		return SecrecyRefusal("text")
	}
	return nil
}

func putConclusion(x *Exec, a *ConclusionPut) error {
	m, now, err := x.minutes(a.Meeting)
	if err != nil {
		return err
	}
	n, err := ParseRich(a.Text, maxRichPart)
	if err != nil {
		return err
	}
	if n.PlainText() == "" {
		return Refuse(Invalid, "conclusion.empty")
	}
	if err := notSecret(n); err != nil {
		return err
	}
	next := Conclusion{Text: n.JSON(), Item: a.Item, Order: a.Order, By: x.Actor.Person, At: x.Now, Revision: 1}
	key := x.Cmd.ID
	if a.Key != 0 {
		old, ok := now.Conclusions[a.Key]
		switch {
		case !ok || old.Removed != 0:
			return Refuse(Conflict, "conclusion.removed").With("mine", next.Text).With("by", string(old.By)).With("at", int64(old.Removed))
		case old.Text != next.Text && old.Revision != a.Revision:
			return textClash(next.Text, old.Text, old.Revision, old.By, old.At)
		}
		key, next.Revision = a.Key, old.Revision+1
	}
	if now.Conclusions == nil {
		now.Conclusions = map[CommandID]Conclusion{}
	}
	now.Conclusions[key] = next
	return x.keepPart(m, now)
}

func removeConclusion(x *Exec, a *ConclusionRemove) error {
	m, now, err := x.minutes(a.Meeting)
	if err != nil {
		return err
	}
	c, ok := now.Conclusions[a.Key]
	if !ok {
		return Refuse(NotFound, "conclusion.not_found")
	}
	if c.Removed == 0 {
		c.Removed, c.By = x.Now, x.Actor.Person
		now.Conclusions[a.Key] = c
	}
	return x.keepPart(m, now)
}

// Standing are the keys of the conclusions that were not removed, in their order.
func (m *Minutes) Standing() []CommandID {
	var out []CommandID
	for _, key := range sortedKeys(m.Conclusions) {
		if m.Conclusions[key].Removed == 0 {
			out = append(out, key)
		}
	}
	slices.SortStableFunc(out, func(a, b CommandID) int { return cmp.Compare(m.Conclusions[a].Order, m.Conclusions[b].Order) })
	return out
}
