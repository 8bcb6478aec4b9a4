package api_test

import "maps"

// The commands of meeting points; see triedCommands.
func init() {
	const point = `{"meeting":"{meeting}","point":"p"}`
	maps.Copy(triedCommands, map[string]tried{
		"point.save.1":           {onPublic, `{"unit":"x1","name":"a","group":"XA_PHUONG","device":"PC"}`},
		"point.end.1":            {onPublic, `{}`},
		"meeting.set_points.1":   {onRecord, `{"add":["p"]}`},
		"point_session.report.1": {inMeeting, point},
		"point_session.test.1":   {inMeeting, point},
	})
}
