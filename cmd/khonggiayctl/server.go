package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
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
	config.Log = api.NewLogger(c.err, slog.LevelError)
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
	register(&command{name: "check", help: words{"kiểm tra dữ liệu, nhật ký và tệp", "check database, logs and content"},
		flags: func(f *flag.FlagSet) {
			deep = f.Bool("deep", false, "đọc lại mọi tệp (read all content)")
			repair = f.Bool("repair", false, "sửa những gì suy ra được từ bản ghi (put right what is derived from the records)")
		}, run: check})
	register(&command{name: "audit", help: words{"nhật ký quản trị", "the audit log"},
		flags: func(f *flag.FlagSet) {
			auditAfter = f.Uint64("after", 0, "từ dòng sau số này (rows after this one)")
		}, run: audit})
}

// Flags of these commands.
var (
	initProvince *string
	deep         *bool
	repair       *bool
	auditAfter   *uint64
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
		if s.Reconciling > app.TimeOf(time.Now()) {
			row(w, words{"Sau phục hồi: việc đang chờ, sổ đang đóng", "After the restore: waiting commands, closed books"}.in(c.lang), fmt.Sprintf("%d, %d", s.Parked, s.ClosedBooks))
		}
		if s.Unjudged+s.Unstamped+s.Unproven > 0 {
			row(w, words{"Chữ ký chờ kiểm tra, chờ dấu thời gian, chờ bằng chứng", "Signatures to be judged, to be time-stamped, to get evidence"}.in(c.lang), fmt.Sprintf("%d, %d, %d", s.Unjudged, s.Unstamped, s.Unproven))
		}
		c.forgotten(w, s.Forgotten)
		if !s.Health.OK {
			row(w, words{"CÓ SỰ CỐ", "TROUBLE"}.in(c.lang), fmt.Sprintf("%+v", s.Health))
		}
	})
}

// shownKnocks is how many forgotten devices the status names, the latest first.
const shownKnocks = 20

// forgotten tells which laptops a restored server does not know and that ask to
// come in: their people need a code.
func (c *call) forgotten(w io.Writer, knocks []server.Knock) {
	if len(knocks) == 0 {
		return
	}
	row(w, words{"Máy đăng ký sau bản sao lưu, cần mã mới", "Devices enrolled after the backup, in need of a code"}.in(c.lang), len(knocks))
	for _, k := range knocks[:min(len(knocks), shownKnocks)] {
		row(w, "  "+string(k.Device), k.Address, when(k.Last))
	}
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
	config.Log = api.NewLogger(c.err, slog.LevelError)
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

func check(c *call) error {
	var r server.CheckReport
	if err := c.do("check", server.CheckRequest{Deep: *deep, Repair: *repair}, &r); err != nil {
		return err
	}
	err := c.show(r, func(w io.Writer) {
		row(w, words{"Cơ sở dữ liệu", "Database"}.in(c.lang), r.Database)
		row(w, words{"Chuỗi sự kiện", "Event chain"}.in(c.lang), r.Events)
		row(w, words{"Nhật ký quản trị", "Audit log"}.in(c.lang), r.Audit)
		row(w, words{"Đoạn nội dung", "Content segments"}.in(c.lang), r.Segments)
		row(w, words{"Máy trạm chưa gửi", "Not yet sent by laptops"}.in(c.lang), r.Waiting)
		row(w, words{"Bản ghi, phạm vi", "Records, scopes"}.in(c.lang), fmt.Sprintf("%d, %d", r.Records, r.Scopes))
		for _, u := range r.Unlike {
			row(w, words{"Máy từng khác máy chủ", "Device that differed"}.in(c.lang), fmt.Sprintf("%s (%s)", u.Device, when(u.Last)))
		}
		for _, p := range r.Repaired {
			row(w, words{"ĐÃ SỬA", "REPAIRED"}.in(c.lang), p)
		}
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
