package api_test

import "maps"

// The commands of votes and opinion slips; see triedCommands.
func init() {
	const vote = `{"meeting":"{meeting}","vote":1`
	maps.Copy(triedCommands, map[string]tried{
		"session.draft_vote.1":   {inMeeting, `{"meeting":"{meeting}","title":"a","type":"NAMED","threshold":"QUA_NUA","base":"CAST"}`},
		"session.ready_vote.1":   {inMeeting, vote + `}`},
		"session.open_vote.1":    {inMeeting, vote + `}`},
		"session.close_vote.1":   {inMeeting, vote + `}`},
		"session.count_late.1":   {inMeeting, vote + `}`},
		"session.enter_totals.1": {inMeeting, vote + `,"for":1}`},
		"session.publish_vote.1": {inMeeting, vote + `}`},
		"session.void_vote.1":    {inMeeting, vote + `,"text":"a"}`},
		"ballot.cast.1":          {inMeeting, vote + `,"epoch":1,"choice":"DONG_Y"}`},
		"attendance.ready.1":     {inMeeting, vote + `}`},
		"slip.create.1":          {makesNew, `{"unit":"x2","title":"a","due":1795999999999,"asked":["x2.officer"]}`},
		"slip.edit.1":            {onRecord, `{"title":"a","due":1795999999999,"asked":["x2.officer"]}`},
		"slip.send.1":            {onRecord, `{}`},
		"slip.remind.1":          {onRecord, `{}`},
		"slip.close.1":           {onRecord, `{}`},
		"slip.cancel.1":          {onRecord, `{"text":"a"}`},
		"slipanswer.give.1":      {onRecord, `{"slip":"{doc}","answer":"DONG_Y"}`},
	})
}
