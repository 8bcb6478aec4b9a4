package desktop

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"time"

	"khonggiay/app/api"
)

// DefaultListen is where the interface is served. The port is fixed, because a
// browser keeps what it stores for a page by address and port.
const DefaultListen = "127.0.0.1:47800"

// DefaultCourier is where the courier listens for the laptops of the same office;
// the installer opens this port in the firewall.
const DefaultCourier = ":22000"

// noCourier is what is given for --courier to do without: HTTPS then carries all.
const noCourier = "off"

// Config is what one start of the laptop program is told.
type Config struct {
	Data    string // folder of this person's replica and keys
	Listen  string // loopback address and port
	Courier string // address at which the courier's colleagues on the local network reach it
	Site    string // multicast address at which laptops of one place find each other; "" = siteGroup, "off" = never
	Browser bool   // open the system's browser instead of a window
	Quiet   bool   // open nothing, only print the address
	Demo    *Demo
	Version string
	// EnrolAgain sets this laptop's identity aside: a restored server does not
	// know it. What waits here stays, and its keys.
	EnrolAgain bool
	// OpenWith is the program that opens working copies; "" = the system's.
	OpenWith string
	Open     string // what to show at once: a path of the interface, from a deep link
	// TokenLibraries are the PKCS #11 libraries of tokens, by absolute paths; none =
	// those of the makers that are known and installed. They run inside the program.
	TokenLibraries []string

	settle     time.Duration                             // before a save is taken; 0 = settleFor; for tests
	opener     func(ctx context.Context, p string) error // in the place of an editor; for tests
	tokenEvery time.Duration                             // between looks for tokens; 0 = watchEvery; for tests
	pollEvery  time.Duration                             // between looks at a request to a provider; 0 = remote.Client's; for tests
	noOffice   bool                                      // as if LibreOffice were not installed; for tests
	offline    bool                                      // begin with the line cut; for tests
	now        func() time.Time                          // this machine's clock; for tests
	uptime     func() time.Duration                      // nil = the process's own; for tests

	logLevel slog.Level // for tests

	Out io.Writer // where the program speaks to whoever started it
}

// Demo makes this laptop one of a demonstration.
type Demo struct {
	Roles []DemoRole `json:"roles"`
	Me    int        `json:"me"` // index in Roles
}

// DemoRole is one laptop of the demonstration.
type DemoRole struct {
	Label  string `json:"label"`
	Person string `json:"person"`
	Unit   string `json:"unit"`
	URL    string `json:"url"`    // "http://127.0.0.1:47801"
	Ticket string `json:"ticket"` // lets the others' links in; made anew for each demonstration
}

// ParseArgs reads the command line. flag.ErrHelp when help was asked for.
func ParseArgs(args []string, out io.Writer) (Config, error) {
	c := Config{Out: out}
	var demo string
	f := flag.NewFlagSet("khonggiay", flag.ContinueOnError)
	f.SetOutput(out)
	f.StringVar(&c.Data, "data", "", "thư mục dữ liệu (data folder); mặc định (default): "+defaultData())
	f.StringVar(&c.Listen, "listen", DefaultListen, "địa chỉ của giao diện trên máy này (address of the interface)")
	f.StringVar(&c.Courier, "courier", "", "địa chỉ nhận tệp từ máy cùng cơ quan (where the laptops of the office reach this one); off = không dùng (do without); mặc định (default): "+DefaultCourier)
	f.BoolVar(&c.Browser, "browser", false, "dùng trình duyệt thay cho cửa sổ (browser instead of a window)")
	f.BoolVar(&c.Quiet, "quiet", false, "không mở gì, chỉ in địa chỉ (open nothing, print the address)")
	f.BoolVar(&c.EnrolAgain, "enrol-again", false, "đăng ký lại máy này, khi máy chủ vừa phục hồi không còn biết nó (enrol this laptop again, when a restored server does not know it)")
	f.StringVar(&c.OpenWith, "open-with", "", "chương trình mở tệp dự thảo; để trống là của hệ thống (program that opens drafts; empty means the system's)")
	f.Func("token-library", "thư viện PKCS #11 của thiết bị ký, đường dẫn đầy đủ; nêu nhiều lần được; để trống là các thư viện quen thuộc đã cài (PKCS #11 library of tokens, absolute path; may be repeated)", func(path string) error {
		c.TokenLibraries = append(c.TokenLibraries, path)
		return nil
	})
	f.StringVar(&demo, "demo", "", "dữ liệu trình diễn: JSON hoặc tên tệp JSON (demonstration: JSON or a JSON file)")
	f.Usage = func() {
		fmt.Fprint(out, "Không Giấy – văn bản và điều hành, có mạng hay không có mạng.\n\n  khonggiay [tham số] [khonggiay://…]\n\n")
		f.PrintDefaults()
	}
	if err := f.Parse(args); err != nil {
		return c, err
	}
	c.Open = f.Arg(0)
	if demo != "" {
		if err := c.readDemo(demo); err != nil {
			return c, err
		}
	}
	return c, c.complete()
}

func (c *Config) readDemo(text string) error {
	b := []byte(text)
	if b[0] != '{' {
		var err error
		if b, err = os.ReadFile(text); err != nil {
			return fmt.Errorf("--demo: %w", err)
		}
	}
	c.Demo = &Demo{}
	if err := json.Unmarshal(b, c.Demo); err != nil {
		return fmt.Errorf("--demo: %w", err)
	}
	if c.Demo.Me < 0 || c.Demo.Me >= len(c.Demo.Roles) {
		return errors.New("--demo: me: no such role")
	}
	return nil
}

// complete fills in what was left open and checks the rest.
func (c *Config) complete() error {
	if c.Data == "" {
		c.Data = defaultData()
	}
	if c.Data == "" {
		return errors.New("--data: no home folder; name one")
	}
	data, err := filepath.Abs(c.Data)
	if err != nil {
		return fmt.Errorf("--data: %w", err)
	}
	c.Data = data
	if c.Listen == "" {
		c.Listen = DefaultListen
	}
	if c.Courier == "" {
		c.Courier = DefaultCourier
		if c.Demo != nil { // its laptops are on one machine
			c.Courier = "127.0.0.1:0"
		}
	}
	if _, _, err := net.SplitHostPort(c.Courier); err != nil && c.Courier != noCourier {
		return fmt.Errorf("--courier %q: %w", c.Courier, err)
	}
	for _, path := range c.TokenLibraries {
		if !filepath.IsAbs(path) {
			return fmt.Errorf("--token-library %q: only an absolute path is allowed", path)
		}
	}
	host, port, err := net.SplitHostPort(c.Listen)
	if err != nil {
		return fmt.Errorf("--listen %q: %w", c.Listen, err)
	}
	if ip := net.ParseIP(host); ip == nil || !ip.IsLoopback() || ip.To4() == nil {
		return fmt.Errorf("--listen %q: only this machine's own address (127.0.0.1) is allowed", c.Listen)
	}
	if n, err := strconv.Atoi(port); err != nil || n < 0 || n > 65535 {
		return fmt.Errorf("--listen %q: bad port", c.Listen)
	}
	if c.now == nil {
		c.now = time.Now
	}
	if c.Out == nil {
		c.Out = io.Discard
	}
	return nil
}

// defaultData follows each system's own rule: the XDG base directories on
// Linux, LocalAppData on Windows (a replica does not roam), Application Support
// on macOS.
func defaultData() string {
	home, _ := os.UserHomeDir()
	switch runtime.GOOS {
	case "windows":
		if dir := os.Getenv("LocalAppData"); dir != "" {
			return filepath.Join(dir, "KhongGiay")
		}
	case "darwin":
		if home != "" {
			return filepath.Join(home, "Library", "Application Support", "KhongGiay")
		}
	default:
		if dir := os.Getenv("XDG_DATA_HOME"); filepath.IsAbs(dir) {
			return filepath.Join(dir, "khonggiay")
		}
		if home != "" {
			return filepath.Join(home, ".local", "share", "khonggiay")
		}
	}
	return ""
}

// demoInfo is what screens show of the demonstration.
func (c *Config) demoInfo(cut bool) *api.DemoInfo {
	if c.Demo == nil {
		return nil
	}
	info := &api.DemoInfo{Roles: []api.DemoRole{}, Line: api.DemoLine{Cut: cut}}
	for i, r := range c.Demo.Roles {
		info.Roles = append(info.Roles, api.DemoRole{Label: r.Label, Person: r.Person, Unit: r.Unit,
			URL: r.URL + "/?ticket=" + r.Ticket, Current: i == c.Demo.Me})
	}
	return info
}
