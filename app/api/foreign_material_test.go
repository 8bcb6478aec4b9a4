package api_test

import "maps"

// The commands of materials; see triedCommands.
func init() {
	const fields = `"fields":{"title":"a","unit":"x2"}`
	maps.Copy(triedCommands, map[string]tried{
		"material.ask.1":         {inMeeting, `{"meeting":"{meeting}",` + fields + `}`},
		"material.add.1":         {inMeeting, `{"meeting":"{meeting}",` + fields + `,"file":{"name":"a.pdf","sha256":"{own}"}}`},
		"material.edit.1":        {inMeeting, `{"meeting":"{meeting}",` + fields + `}`},
		"material.add_version.1": {inMeeting, `{"meeting":"{meeting}","file":{"name":"a.pdf","sha256":"{own}"}}`},
		"material.submit.1":      {inMeeting, `{"meeting":"{meeting}"}`},
		"material.review.1":      {inMeeting, `{"meeting":"{meeting}","version":1,"approve":true}`},
		"material.set_access.1":  {inMeeting, `{"meeting":"{meeting}","access":"ALL"}`},
		"material.open.1":        {inMeeting, `{"meeting":"{meeting}"}`},
		"material.recall.1":      {inMeeting, `{"meeting":"{meeting}"}`},
		"material.remove.1":      {inMeeting, `{"meeting":"{meeting}"}`},
		"material.read.1":        {inMeeting, `{"meeting":"{meeting}"}`},
	})
}
