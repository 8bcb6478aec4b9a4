package main

import (
	"flag"
	"fmt"
	"io"

	"khonggiay/app"
	"khonggiay/app/server"
	"khonggiay/meeting"
)

// Flags of room token.
var (
	roomName  *string
	roomUse   *string
	roomHours *int
)

func init() {
	register(&command{name: "room token", args: "CUỘC-HỌP", min: 1, max: 1,
		help: words{"cấp mã cho thiết bị chuẩn WHIP (gửi) hoặc WHEP (xem) vào phòng họp", "a token with which a standard device sends to a conference (WHIP) or shows it (WHEP)"},
		flags: func(f *flag.FlagSet) {
			roomName = f.String("name", "", "tên hiện trong phòng họp (name in the conference)")
			roomUse = f.String("use", string(meeting.ForWatching), "send (WHIP), watch (WHEP)")
			roomHours = f.Int("hours", 12, "số giờ có hiệu lực (hours that it is good for)")
		}, run: roomToken})
}

func roomToken(c *call) error {
	var got server.Equipped
	err := c.do("room.token", server.EquipRequest{Meeting: app.ID(c.args[0]), Name: *roomName, Use: meeting.GuestUse(*roomUse), Hours: *roomHours}, &got)
	if err != nil {
		return err
	}
	return c.show(got, func(w io.Writer) {
		fmt.Fprintf(w, "URL: %s\nBearer: %s\n", got.URL, got.Token)
	})
}
