package app

func init() {
	define("meeting.invitation_drafted.1", KindMeeting, invitationDrafted)
	meetingRule("meeting.invitation_drafted", meetingClause{relMeetSecretary, meetingPlanned})
}

// TypeInvitation is a giấy mời (NĐ 30/2020, Phụ lục III).
const TypeInvitation TypeCode = "GM"

// InvitationDrafted says which outgoing document invites (meeting.invitation_drafted.1).
type InvitationDrafted struct {
	Document ID `cbor:"1,keyasint" json:"document" minLength:"1" maxLength:"64"`
}

func invitationDrafted(x *Exec, a *InvitationDrafted) error {
	m, err := x.openMeeting(x.Cmd.Target.ID)
	if err != nil {
		return err
	}
	doc, err := x.document(a.Document)
	if err != nil {
		return err
	}
	if doc.Direction != Outgoing || doc.Type != TypeInvitation || doc.Unit != m.Unit {
		return Refuse(Invalid, "meeting.not_invitation")
	}
	m.Invitation = doc.ID
	x.logMeeting(m, "", "", "")
	return x.Tx.Put(m)
}
