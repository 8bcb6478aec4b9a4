// Command khonggiayctl is the operator's tool: it makes a server, its first
// administrator, enrolment codes, backups, and shows what is going on.
//
// It reaches a running server through the socket in its data directory and
// opens the directory itself when none runs. What it prints is Vietnamese, or
// English with --lang en; with --json it is for programs. The operations are
// app/server's (control.go), and its tests prove them; TestCommands here proves
// what is typed and printed.
package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"

	"khonggiay/app"
)

// version is set by the build: -ldflags "-X main.version=…".
var version = "0.1.0"

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// words is a text in both languages.
type words struct{ vi, en string }

func (w words) in(lang string) string {
	if lang == "en" {
		return w.en
	}
	return w.vi
}

// command is one subcommand. Files of this package add theirs with register.
type command struct {
	name string // one word or two: "device revoke"
	args string // shown in the help: "MÁY"
	help words
	// min and max bound the number of arguments.
	min, max int
	// flags adds the command's own flags; it may be nil.
	flags func(*flag.FlagSet)
	run   func(*call) error
	// misused is the exit code of a wrong call, 2 if it is zero.
	misused int
}

// exit is the error of a command that has said everything itself and ends the
// program with a code of its own.
type exit int

func (e exit) Error() string { return fmt.Sprintf("exit code %d", int(e)) }

var commands []*command

// register adds a subcommand, from an init function.
func register(c *command) { commands = append(commands, c) }

// call is one run of a command.
type call struct {
	context.Context
	data string
	lang string
	json bool
	args []string
	out  io.Writer
	err  io.Writer
}

// say prints a line in the person's language.
func (c *call) say(w words, args ...any) { fmt.Fprintf(c.out, w.in(c.lang)+"\n", args...) }

// run finds the command, reads its flags and runs it.
func run(ctx context.Context, args []string, out, errOut io.Writer) int {
	c := &call{Context: ctx, lang: "vi", out: out, err: errOut}
	if os.Getenv("KHONGGIAY_LANG") == "en" {
		c.lang = "en"
	}
	args = c.takeLang(args)
	cmd, rest := find(args)
	if cmd == nil {
		usage(out, c.lang)
		if len(args) == 0 || slices.Contains([]string{"help", "-h", "--help", "-help"}, args[0]) {
			return 0
		}
		return 2
	}
	if err := c.parse(cmd, rest); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return 0
		}
		fmt.Fprintln(errOut, "khonggiayctl:", err)
		return cmp.Or(cmd.misused, 2)
	}
	if err := cmd.run(c); err != nil {
		var code exit
		if errors.As(err, &code) {
			return int(code)
		}
		fmt.Fprintln(errOut, "khonggiayctl:", explain(err, c.lang))
		return 1
	}
	return 0
}

// takeLang takes --lang from before the command, so that help obeys it, too.
func (c *call) takeLang(args []string) []string {
	if len(args) >= 2 && strings.TrimLeft(args[0], "-") == "lang" && strings.HasPrefix(args[0], "-") {
		c.lang = args[1]
		return args[2:]
	}
	return args
}

// find looks for the command that the words begin with.
func find(args []string) (*command, []string) {
	for n := min(2, len(args)); n > 0; n-- {
		name := strings.Join(args[:n], " ")
		for _, c := range commands {
			if c.name == name {
				return c, args[n:]
			}
		}
	}
	return nil, nil
}

// parse takes flags before, between and after the arguments.
func (c *call) parse(cmd *command, args []string) error {
	f := flag.NewFlagSet(cmd.name, flag.ContinueOnError)
	f.SetOutput(c.err)
	f.Usage = func() {
		fmt.Fprintf(c.err, "khonggiayctl %s %s\n  %s\n", cmd.name, cmd.args, cmd.help.in(c.lang))
		f.PrintDefaults()
	}
	f.StringVar(&c.data, "data", "", words{"thư mục dữ liệu của máy chủ", "the server's data directory"}.in(c.lang))
	f.StringVar(&c.lang, "lang", c.lang, "vi, en")
	f.BoolVar(&c.json, "json", false, words{"in JSON cho chương trình khác", "print JSON for programs"}.in(c.lang))
	if cmd.flags != nil {
		cmd.flags(f)
	}
	for {
		if err := f.Parse(args); err != nil {
			return err
		}
		if f.NArg() == 0 {
			break
		}
		c.args = append(c.args, f.Arg(0))
		args = f.Args()[1:]
	}
	if len(c.args) < cmd.min || len(c.args) > cmd.max {
		return fmt.Errorf("%s: khonggiayctl %s %s", words{"cách dùng", "usage"}.in(c.lang), cmd.name, cmd.args)
	}
	return nil
}

func usage(w io.Writer, lang string) {
	fmt.Fprintln(w, words{"khonggiayctl LỆNH [--data THƯ-MỤC] [--lang en] [--json]", "khonggiayctl COMMAND [--data DIRECTORY] [--lang en] [--json]"}.in(lang))
	fmt.Fprintln(w)
	list := slices.Clone(commands)
	slices.SortStableFunc(list, func(a, b *command) int { return strings.Compare(a.name, b.name) })
	for _, c := range list {
		fmt.Fprintf(w, "  %-34s %s\n", strings.TrimSpace(c.name+" "+c.args), c.help.in(lang))
	}
}

// explain turns an error into a sentence for the operator, with its cause.
func explain(err error, lang string) string {
	if w, ok := whyNotPDF(err); ok {
		return w.in(lang)
	}
	var e *app.Error
	if !errors.As(err, &e) {
		return err.Error()
	}
	text := e.Reason
	if w, ok := reasons[e.Reason]; ok {
		text = w.in(lang)
	}
	for key, value := range e.Data {
		text += fmt.Sprintf(" [%s: %v]", key, value)
	}
	if e.Err != nil && e.Code == app.Internal {
		text += " (" + e.Err.Error() + ")"
	}
	return text
}

// reasons that the operator's own doings can meet.
var reasons = map[string]words{
	"server.not_initialised": {"thư mục này chưa có máy chủ nào; chạy khonggiayctl init", "there is no server in this directory; run khonggiayctl init"},
	"account.bad_name":       {"tên tài khoản chỉ gồm chữ không dấu, số và . _ @ -, từ 2 đến 64 ký tự", "an account name has 2 to 64 of the letters a-z, digits and . _ @ -"},
	"account.taken":          {"tên tài khoản đã có người dùng", "the account name is taken"},
	"account.person_has_one": {"người này đã có tài khoản", "this person has an account already"},
	"person.not_found":       {"không có người này, hoặc đã nghỉ việc", "there is no such person, or he has left"},
	"person.no_post":         {"người này hiện không giữ chức vụ nào", "this person holds no post today"},
	"person.name_missing":    {"thiếu họ tên (--name)", "the name is missing (--name)"},
	"unit.not_an_office":     {"không có cơ quan này", "there is no such office"},
	"unit.parent_loop":       {"đơn vị cấp trên tạo thành vòng", "the parents of units form a loop"},
	"password.short":         {"mật khẩu quá ngắn", "the password is too short"},
	"password.long":          {"mật khẩu quá dài", "the password is too long"},
	"password.common":        {"mật khẩu quá dễ đoán", "the password is too easy to guess"},
	"password.has_name":      {"mật khẩu chứa tên tài khoản", "the password contains the account name"},
	"backup.exists":          {"tệp đã có; chọn tên khác", "the file exists; choose another name"},
	"backup.bad_path":        {"cần đường dẫn đầy đủ", "an absolute path is needed"},
	"trust.not_ca":           {"chứng thư này không phải của một tổ chức cấp chứng thư (CA)", "this certificate is not a certificate authority’s"},
	"trust.not_self_signed":  {"chứng thư này không tự ký, nên không phải chứng thư gốc; thêm --intermediate nếu có chủ ý", "this certificate is not self-signed, so it is no root; add --intermediate if it is meant to be one"},
	"trust.dates":            {"ngày bắt đầu tin cậy phải trước ngày kết thúc", "the first day of trust must come before the last"},
	"trust.uses":             {"công dụng phải là signature, timestamp hoặc cả hai", "the uses are signature, timestamp, or both"},
	"trust.kind":             {"loại phải là official, public hoặc test", "the kind is official, public or test"},
	"trust.twice":            {"chứng thư này đã được tin cậy; thêm --replace để thay đổi", "this certificate is trusted already; add --replace to change it"},
	"trust.unnamed":          {"thư mục trust có chứng thư và anchors.json không khớp nhau", "in the folder trust, the certificates and anchors.json do not fit together"},
	"trust.unreadable":       {"không đọc được; cần đúng một chứng thư X.509 dạng PEM hoặc DER", "it cannot be read; exactly one X.509 certificate in PEM or DER is needed"},
	"trust.short_print":      {"vân tay cần ít nhất 8 chữ số", "at least 8 digits of the fingerprint are needed"},
	"trust.no_such_root":     {"không có chứng thư gốc nào, hoặc có nhiều hơn một, với vân tay này", "no root, or more than one, has this fingerprint"},
	"record.not_found":       {"không tìm thấy", "not found"},
	"request.malformed":      {"dữ liệu không đúng dạng", "the input is malformed"},
	"storage.full":           {"đĩa đã đầy", "the disk is full"},
	"storage.corrupt":        {"cơ sở dữ liệu bị hỏng; phục hồi từ bản sao lưu", "the database is damaged; restore a backup"},
	"storage.newer":          {"dữ liệu do phiên bản mới hơn ghi", "the data was written by a newer version"},
}
