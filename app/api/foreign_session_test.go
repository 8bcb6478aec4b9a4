package api_test

import "maps"

// The commands of session and roll-call; see triedCommands.
func init() {
	const speech = `{"meeting":"{meeting}","speech":1}`
	maps.Copy(triedCommands, map[string]tried{
		"session.start.1":            {inMeeting, `{"meeting":"{meeting}"}`},
		"session.pause.1":            {inMeeting, `{"meeting":"{meeting}"}`},
		"session.resume.1":           {inMeeting, `{"meeting":"{meeting}"}`},
		"session.finish.1":           {inMeeting, `{"meeting":"{meeting}"}`},
		"session.item.1":             {inMeeting, `{"meeting":"{meeting}","item":1,"sheet":"common","do":"start"}`},
		"session.question_time.1":    {inMeeting, `{"meeting":"{meeting}","on":true}`},
		"session.open_code.1":        {inMeeting, `{"meeting":"{meeting}"}`},
		"session.ask_to_speak.1":     {inMeeting, `{"meeting":"{meeting}","wish":{"kind":"contribution"}}`},
		"session.enter_speech.1":     {inMeeting, `{"meeting":"{meeting}","person":"x1.leader","wish":{"kind":"contribution"}}`},
		"session.withdraw_speech.1":  {inMeeting, speech},
		"session.accept_speech.1":    {inMeeting, speech},
		"session.pause_speech.1":     {inMeeting, speech},
		"session.end_speech.1":       {inMeeting, speech},
		"session.prioritise.1":       {inMeeting, `{"meeting":"{meeting}","speech":1,"priority":1}`},
		"session.reject_speech.1":    {inMeeting, `{"meeting":"{meeting}","speech":1,"text":"a"}`},
		"session.call.1":             {inMeeting, speech},
		"session.begin_speech.1":     {inMeeting, speech},
		"session.close_queue.1":      {inMeeting, `{"meeting":"{meeting}"}`},
		"session.open_queue.1":       {inMeeting, `{"meeting":"{meeting}"}`},
		"session.mark_absent.1":      {inMeeting, `{"meeting":"{meeting}"}`},
		"attendance.check_in.1":      {inMeeting, `{"meeting":"{meeting}"}`},
		"attendance.check_in_code.1": {inMeeting, `{"meeting":"{meeting}","code":"123456"}`},
		"attendance.set.1":           {inMeeting, `{"meeting":"{meeting}","person":"x1.leader","presence":"CO_MAT_TRUC_TIEP"}`},
		"attendance.leave.1":         {inMeeting, `{"meeting":"{meeting}","person":"x1.leader"}`},
		"attendance.ask_help.1":      {inMeeting, `{"meeting":"{meeting}","kind":"water"}`},
		"attendance.help_done.1":     {inMeeting, `{"meeting":"{meeting}","person":"x1.leader","request":1}`},
	})
}
