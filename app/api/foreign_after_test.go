package api_test

import "maps"

// The commands of minutes and tasks; see triedCommands.
func init() {
	const rich = `"{\"type\":\"doc\",\"content\":[{\"type\":\"paragraph\",\"content\":[{\"type\":\"text\",\"text\":\"a\"}]}]}"`
	maps.Copy(triedCommands, map[string]tried{
		"minutes.write.1":             {inMeeting, `{"meeting":"{meeting}","body":` + rich + `}`},
		"minutes.put_conclusion.1":    {inMeeting, `{"meeting":"{meeting}","text":` + rich + `}`},
		"minutes.remove_conclusion.1": {inMeeting, `{"meeting":"{meeting}","key":1}`},
		"meeting.minutes_drafted.1":   {onRecord, `{"document":"{doc}"}`},
		"meeting.notice_drafted.1":    {onRecord, `{"document":"{doc}"}`},
		"meeting.conclude.1":          {onRecord, `{}`},
		"assignment.give.1":           {inMeeting, `{"meeting":"{meeting}","owner":"x2.leader","text":"a"}`},
		"assignment.accept.1":         {onRecord, `{}`},
		"assignment.progress.1":       {onRecord, `{"percent":1}`},
		"assignment.report.1":         {onRecord, `{"text":"a"}`},
		"assignment.confirm.1":        {onRecord, `{}`},
		"assignment.send_back.1":      {onRecord, `{"text":"a"}`},
		"assignment.extend.1":         {onRecord, `{"due":"2026-12-24","text":"a"}`},
		"assignment.remind.1":         {onRecord, `{}`},
		"assignment.cancel.1":         {onRecord, `{"text":"a"}`},
	})
}
