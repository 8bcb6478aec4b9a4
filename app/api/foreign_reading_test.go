package api_test

import "maps"

// The commands of reading; see triedCommands.
func init() {
	const of = `"meeting":"{meeting}","material":"a"`
	const key = `"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="`
	maps.Copy(triedCommands, map[string]tried{
		"annotation.remove.1":   {inMeeting, `{"mark":1}`},
		"annotation.bookmark.1": {inMeeting, `{` + of + `,"page":1}`},
		"annotation.stopped.1":  {inMeeting, `{` + of + `,"page":1}`},
		"annotation.share.1":    {inMeeting, `{` + of + `,"person":"x2.leader"}`},
		"annotation.unshare.1":  {inMeeting, `{"person":"x2.leader"}`},
		"readingkey.make.1":     {makesNew, `{"device":"d","devicePublic":` + key + `,"public":` + key + `,"wrapped":"MA=="}`},
		"readingkey.join.1":     {makesNew, `{"device":"d","public":` + key + `}`},
		"readingkey.grant.1":    {makesNew, `{"device":"d","keys":[{"key":"k","sealed":"MA=="}]}`},
	})
}
