package api_test

import "maps"

// The commands of a meeting that goes on at its place; see triedCommands.
func init() {
	maps.Copy(triedCommands, map[string]tried{
		"session.host.1":          {inMeeting, `{"meeting":"{meeting}","host":"server"}`},
		"session.bring.1":         {inMeeting, `{"meeting":"{meeting}"}`},
		"session.carry_on.1":      {inMeeting, `{"meeting":"{meeting}"}`},
		"attendance.note_ready.1": {inMeeting, `{"meeting":"{meeting}","person":"x1.deputy","vote":1}`},
		"attendance.note_help.1":  {inMeeting, `{"meeting":"{meeting}","person":"x1.deputy","kind":"water"}`},
	})
}
