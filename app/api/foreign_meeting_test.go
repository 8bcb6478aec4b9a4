package api_test

import "maps"

// The commands of meetings; see triedCommands.
func init() {
	const fields = `{"title":"a","place":"b","start":1795000000000,"end":1795003600000}`
	maps.Copy(triedCommands, map[string]tried{
		"meeting.create.1":     {makesNew, `{"unit":"x2","fields":` + fields + `}`},
		"meeting.edit.1":       {onRecord, `{"fields":` + fields + `}`},
		"meeting.set_people.1": {onRecord, `{"set":[{"id":"x2.leader","role":"CHU_TRI"}]}`},
		"meeting.submit.1":     {onRecord, `{}`},
		"meeting.send_back.1":  {onRecord, `{"text":"a"}`},
		"meeting.publish.1":    {onRecord, `{}`},
		"meeting.postpone.1":   {onRecord, `{"text":"a"}`},
		"meeting.cancel.1":     {onRecord, `{"text":"a"}`},
	})
}
