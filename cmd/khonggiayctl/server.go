package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"text/tabwriter"
	"time"

	"khonggiay/app"
	"khonggiay/app/api"
	"khonggiay/app/server"
	"khonggiay/app/sqlite"
)

// connect reaches the server of the data directory.
func (c *call) connect(create bool) (*server.Connection, error) {
	config, err := server.LoadConfig(c.data)
	if err != nil {
		return nil, err
	}
	config.Version = version
	config.Log = server.NewLogger(c.err, slog.LevelError)
	return server.Connect(c, config, create)
}

// do has the server do one operation.
func (c *call) do(operation string, args, out any) error {
	conn, err := c.connect(false)
	if err != nil {
		return err
	}
	err = conn.Do(c, operation, args, out)
	if closeErr := conn.Close(); err == nil {
		err = closeErr
	}
	return err
}

// show prints a result: as JSON when asked to, else as text does.
func (c *call) show(result any, text func(io.Writer)) error {
	if c.json {
		e := json.NewEncoder(c.out)
		e.SetEscapeHTML(false)
		e.SetIndent("", "  ")
		return e.Encode(result)
	}
	w := tabwriter.NewWriter(c.out, 0, 0, 2, ' ', 0)
	text(w)
	return w.Flush()
}

// row prints columns.
func row(w io.Writer, columns ...any) {
	for i, c := range columns {
		if i > 0 {
			fmt.Fprint(w, "\t")
		}
		fmt.Fprint(w, c)
	}
	fmt.Fprintln(w)
}

// when prints a time for people; nothing for "never".
func when(t app.Time) string {
	if t == 0 {
		return "–"
	}
	return t.Std().Format("02/01/2006 15:04")
}

func init() {
	register(&command{name: "version", help: words{"phiên bản", "the version"}, run: func(c *call) error {
		_, err := fmt.Fprintln(c.out, version)
		return err
	}})
	register(&command{name: "openapi", help: words{"in mô tả API (OpenAPI 3.1)", "print the API's description (OpenAPI 3.1)"}, run: func(c *call) error {
		_, err := c.out.Write(api.OpenAPI())
		return err
	}})
	register(&command{name: "status", help: words{"máy chủ đang thế nào", "how the server is"}, run: status})
	register(&command{name: "init", help: words{"tạo máy chủ mới trong thư mục dữ liệu", "make a new server in the data directory"},
		flags: func(f *flag.FlagSet) { initProvince = f.String("province", "", "tên tỉnh (name of the province)") }, run: initServer})
	register(&command{name: "backup", args: "TỆP", min: 1, max: 1,
		help: words{"sao lưu khi máy chủ đang chạy (tệp không mã hóa, quyền 0600)", "back up the running server (not encrypted, mode 0600)"},
		flags: func(f *flag.FlagSet) {
			withoutContent = f.Bool("without-content", false, "chỉ cơ sở dữ liệu và khóa (database and keys only)")
		}, run: backup})
	register(&command{name: "restore", args: "TỆP", min: 1, max: 1,
		help: words{"phục hồi vào thư mục dữ liệu còn trống", "restore into an empty data directory"}, run: restore})
	register(&command{name: "check", help: words{"kiểm tra dữ liệu, nhật ký và tệp", "check database, logs and content"},
		flags: func(f *flag.FlagSet) { deep = f.Bool("deep", false, "đọc lại mọi tệp (read all content)") }, run: check})
	register(&command{name: "audit", help: words{"nhật ký quản trị", "the audit log"},
		flags: func(f *flag.FlagSet) {
			auditAfter = f.Uint64("after", 0, "từ dòng sau số này (rows after this one)")
		}, run: audit})
}

// Flags of these commands.
var (
	initProvince   *string
	withoutContent *bool
	deep           *bool
	auditAfter     *uint64
)

func status(c *call) error {
	var s server.Status
	if err := c.do("status", struct{}{}, &s); err != nil {
		return err
	}
	return c.show(s, func(w io.Writer) {
		state := words{"đã dừng", "stopped"}
		if s.Running {
			state = words{"đang chạy", "running"}
		}
		row(w, words{"Trạng thái", "State"}.in(c.lang), state.in(c.lang)+" "+s.Listen)
		row(w, words{"Phiên bản", "Version"}.in(c.lang), s.Version)
		row(w, words{"Địa chỉ", "Addresses"}.in(c.lang), s.Addresses)
		row(w, words{"Vân tay chứng thư gốc", "Authority"}.in(c.lang), s.Authority)
		row(w, words{"Đơn vị, người, máy", "Units, people, devices"}.in(c.lang), fmt.Sprintf("%d, %d, %d", s.Units, s.People, s.Devices))
		row(w, words{"Máy đang kết nối", "Devices connected"}.in(c.lang), s.Connected)
		if !s.Health.OK {
			row(w, words{"CÓ SỰ CỐ", "TROUBLE"}.in(c.lang), fmt.Sprintf("%+v", s.Health))
		}
	})
}

func initServer(c *call) error {
	config, err := server.LoadConfig(c.data)
	if err != nil {
		return err
	}
	if *initProvince != "" {
		config.Province = *initProvince
	}
	config.Version = version
	config.Log = server.NewLogger(c.err, slog.LevelError)
	s, err := server.Open(c, config)
	if err != nil {
		return err
	}
	fresh := s.Fresh()
	if err := s.Close(); err != nil {
		return err
	}
	if !fresh {
		c.say(words{"%s đã có máy chủ; không thay đổi gì.", "%s holds a server already; nothing was changed."}, config.Data)
		return nil
	}
	c.say(words{"Đã tạo máy chủ trong %s. Tiếp theo: khonggiayctl admin add", "Made a server in %s. Next: khonggiayctl admin add"}, config.Data)
	return nil
}

func backup(c *call) error {
	path, err := filepath.Abs(c.args[0])
	if err != nil {
		return err
	}
	var info server.BackupInfo
	if err := c.do("backup", server.BackupRequest{Path: path, WithoutContent: *withoutContent}, &info); err != nil {
		return err
	}
	return c.show(info, func(io.Writer) {
		c.say(words{"Đã sao lưu vào %s: cơ sở dữ liệu %d byte, %d đoạn nội dung (%d byte), %d đoạn máy trạm chưa gửi.",
			"Backed up to %s: database %d bytes, %d content segments (%d bytes), %d not yet sent by laptops."},
			path, info.Size, info.Segments, info.Bytes, info.Missing)
		if !info.Content {
			c.say(words{"Nội dung tệp KHÔNG nằm trong bản này; chép riêng thư mục content.", "Content is NOT in it; copy the directory content as well."})
		}
		c.say(words{"Tệp chứa khóa của tỉnh và chưa mã hóa: hãy cất nơi được bảo vệ.", "The file holds the province's keys, unencrypted: keep it in a protected place."})
	})
}

func restore(c *call) error {
	config, err := server.LoadConfig(c.data)
	if err != nil {
		return err
	}
	config.Version = version
	config.Log = server.NewLogger(c.err, slog.LevelError)
	info, err := server.Restore(c, config, c.args[0])
	if err != nil {
		return err
	}
	return c.show(info, func(io.Writer) {
		c.say(words{"Đã phục hồi bản sao lưu lúc %s vào %s: %d đoạn nội dung.", "Restored the backup of %s into %s: %d content segments."},
			when(info.Backup.At), config.Data, info.Segments)
		if info.Absent > 0 {
			c.say(words{"Thiếu %d đoạn nội dung: chép chúng vào thư mục content rồi chạy khonggiayctl check.",
				"%d content segments are absent: copy them into the directory content, then run khonggiayctl check."}, info.Absent)
		}
		c.say(words{"Những việc gửi đến sau bản sao lưu không còn trên máy chủ. Máy trạm đã gửi việc, hoặc đăng ký, sau đó phải đăng ký lại (xem docs/operations.md).",
			"What was sent after the backup is no longer on the server. Laptops that sent something, or enrolled, after it must enrol again (see docs/operations.md)."})
	})
}

func check(c *call) error {
	var r server.CheckReport
	if err := c.do("check", server.CheckRequest{Deep: *deep}, &r); err != nil {
		return err
	}
	err := c.show(r, func(w io.Writer) {
		row(w, words{"Cơ sở dữ liệu", "Database"}.in(c.lang), r.Database)
		row(w, words{"Chuỗi sự kiện", "Event chain"}.in(c.lang), r.Events)
		row(w, words{"Nhật ký quản trị", "Audit log"}.in(c.lang), r.Audit)
		row(w, words{"Đoạn nội dung", "Content segments"}.in(c.lang), r.Segments)
		row(w, words{"Máy trạm chưa gửi", "Not yet sent by laptops"}.in(c.lang), r.Waiting)
		for _, p := range r.Problems {
			row(w, words{"SỰ CỐ", "PROBLEM"}.in(c.lang), p)
		}
	})
	if err == nil && len(r.Problems) > 0 {
		err = fmt.Errorf("%s: %d", words{"số sự cố", "problems"}.in(c.lang), len(r.Problems))
	}
	return err
}

func audit(c *call) error {
	var all []sqlite.AuditEntry
	for after := *auditAfter; ; {
		var some []sqlite.AuditEntry
		if err := c.do("audit", server.AuditQuery{After: after}, &some); err != nil {
			return err
		}
		if len(some) == 0 {
			break
		}
		all = append(all, some...)
		after = some[len(some)-1].Seq
	}
	return c.show(all, func(w io.Writer) {
		for _, e := range all {
			detail, _ := json.Marshal(e.Detail)
			row(w, e.Seq, e.At.Std().Format(time.DateTime), e.Act, e.Actor, e.Device, e.Object, e.Source, string(detail))
		}
	})
}

// writeNew writes a file that must not be there yet, for its owner alone.
func writeNew(path string, b []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(b)
	if closeErr := f.Close(); err == nil {
		err = closeErr
	}
	return err
}
