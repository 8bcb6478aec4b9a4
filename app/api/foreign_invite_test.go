package api_test

import "maps"

// The commands of invitations and agendas; see triedCommands.
func init() {
	maps.Copy(triedCommands, map[string]tried{
		"meeting.seen.1":                {onRecord, `{"participant":"x2"}`},
		"meeting.reply.1":               {onRecord, `{"participant":"x2","reply":"ACCEPTED"}`},
		"meeting.send_substitute.1":     {onRecord, `{"participant":"x2.leader","substitute":"x2.officer","reason":"a"}`},
		"meeting.decide_substitute.1":   {onRecord, `{"participant":"x1.leader","substitute":"x1.officer","accept":true}`},
		"meeting.withdraw_substitute.1": {onRecord, `{"participant":"x1.leader"}`},
		"meeting.name_people.1":         {onRecord, `{"unit":"x2","people":["x2.officer"]}`},
		"meeting.invitation_drafted.1":  {onRecord, `{"document":"a"}`},
		"agenda.put_item.1":             {inMeeting, `{"meeting":"{meeting}","type":"common","title":"a"}`},
		"agenda.order.1":                {inMeeting, `{"meeting":"{meeting}","items":[1]}`},
		"agenda.remove_item.1":          {inMeeting, `{"meeting":"{meeting}","item":1}`},
	})
}
