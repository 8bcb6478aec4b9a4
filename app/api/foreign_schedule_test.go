package api_test

import "maps"

// The commands of rooms and of weeks; see triedCommands.
func init() {
	maps.Copy(triedCommands, map[string]tried{
		"room.save.1":      {makesNew, `{"unit":"x1","name":"a"}`},
		"week.edit.1":      {onRecord, `{"unit":"x1","monday":"2026-11-23","set":[]}`},
		"week.submit.1":    {onRecord, `{}`},
		"week.approve.1":   {onRecord, `{}`},
		"week.send_back.1": {onRecord, `{"text":"a"}`},
		"week.publish.1":   {onRecord, `{}`},
	})
}
