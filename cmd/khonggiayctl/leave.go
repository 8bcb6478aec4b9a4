package main

import (
	"flag"
	"fmt"
	"io"
	"path/filepath"

	"khonggiay/app"
	"khonggiay/app/api"
	"khonggiay/app/server"
)

func init() {
	register(&command{name: "device show", args: "MÁY", min: 1, max: 1, run: showDevice,
		help: words{"trên máy có gì, đã bàn giao gì, đã xác nhận xóa gì", "what is on a device, what it handed over, what it confirmed to have wiped"}})
	register(&command{name: "device outbox", args: "MÁY", min: 1, max: 1, run: showOutbox,
		help: words{"mở những việc và tệp chưa gửi mà máy bị thu hồi đã bàn giao; có ghi vào nhật ký kiểm tra", "open the commands and files that a revoked device handed over unsent; the audit log notes it"},
		flags: func(f *flag.FlagSet) {
			filesTo = f.String("files", "", "thư mục để ghi các tệp ra, đã giải mã (folder to write the files to, open)")
		}})
}

// filesTo is a flag of device outbox.
var filesTo *string

func showDevice(c *call) error {
	var d api.DeviceDetail
	if err := c.do("device.show", server.DeviceRequest{Device: app.ID(c.args[0])}, &d); err != nil {
		return err
	}
	return c.show(d, func(w io.Writer) {
		line := func(name words, values ...any) { row(w, append([]any{name.in(c.lang)}, values...)...) }
		line(words{"Máy", "Device"}, d.Name, d.PersonID, d.Platform, d.Version)
		line(words{"Thấy lần cuối", "Last seen"}, when(d.LastSeen))
		line(words{"Thu hồi", "Revoked"}, when(d.Revoked))
		line(words{"Dữ liệu trên máy", "Held"}, d.Held.Records, words{"bản ghi, trong đó văn bản:", "records; documents among them:"}.in(c.lang), d.Held.Documents)
		for _, s := range d.Held.Scopes {
			row(w, "", s.Kind, fmt.Sprint(s.Unit, s.Person), s.Role, s.Count, s.Sum)
		}
		line(words{"Đã xác nhận xóa khi rời phạm vi", "Wiped on leaving scopes"}, d.Purged, when(d.PurgedAt))
		if d.Leave == nil {
			return
		}
		line(words{"Đã bàn giao (việc)", "Handed over (commands)"}, d.Leave.Commands, when(d.Leave.Handed))
		line(words{"Tệp đi cùng (đủ, chưa đủ)", "Files with them (whole, not whole)"}, d.Leave.Files, d.Leave.Awaited)
		if d.Leave.Confirmed == 0 {
			line(words{"Xóa máy", "Wiping"}, words{"chưa xác nhận", "not confirmed"}.in(c.lang))
			return
		}
		line(words{"Xác nhận đã xóa (bản ghi, tệp)", "Confirmed wiped (records, files)"}, d.Leave.Records, d.Leave.Segments, when(d.Leave.Confirmed))
		for _, name := range d.Leave.Unsent {
			line(words{"Tệp chưa kịp gửi, đã xóa", "File never sent, wiped"}, name)
		}
	})
}

func showOutbox(c *call) error {
	r := server.OutboxRequest{Device: app.ID(c.args[0])}
	if *filesTo != "" {
		var err error
		if r.Files, err = filepath.Abs(*filesTo); err != nil {
			return err
		}
	}
	var all []server.LeftCommand
	if err := c.do("device.outbox", r, &all); err != nil {
		return err
	}
	return c.show(all, func(w io.Writer) {
		for _, l := range all {
			row(w, l.ID, when(l.At), l.Name, l.Target, l.State, l.Reason, string(l.Args))
			for _, f := range l.Files {
				row(w, "", fileStates[f.State].in(c.lang), f.Name, f.Size, f.SHA256, f.Path)
			}
		}
	})
}

var fileStates = map[server.LeftFileState]words{
	server.LeftFileHere:    {"tệp: đã có", "file: here"},
	server.LeftFileWritten: {"tệp: đã ghi", "file: written"},
	server.LeftFileMissing: {"tệp: không tới đủ", "file: did not come whole"},
	server.LeftFileDamaged: {"tệp: hỏng", "file: damaged"},
}
