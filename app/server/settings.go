package server

import (
	"bufio"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/netip"
	"os"
	"strconv"
	"strings"
	"time"

	"khonggiay/app"
	"khonggiay/app/api"
	"khonggiay/meeting/room"
	"khonggiay/signing/trust"
)

// Config is everything an operator may set. Begin with DefaultConfig.
type Config struct {
	Data      string   // data directory
	Province  string   // name of the province, on the authority's certificate
	Listen    string   // host:port for everybody
	Names     []string // host names and addresses by which people reach the server
	Addresses []string // host:port that laptops dial, best first
	Ops       string   // host:port of /metrics and /healthz in plain HTTP; empty = none

	BrowserCertificate string // PEM, for browsers; empty = the province's own authority
	BrowserKey         string

	SessionIdle time.Duration
	SessionLife time.Duration
	CodeLife    time.Duration
	Lease       time.Duration // how long a laptop may show what it holds without contact

	FirstLoads  int           // laptops that may make their first load at once
	DeviceQuota int64         // bytes that a device may have sent without a document naming them
	CourierKiB  int           // bound of one laptop's courier on the line, KiB a second; 0 = none
	ShelfBytes  int64         // bound of what the courier keeps ready for one office
	MinFree     int64         // bytes that stay free on the disk
	KeepUnnamed time.Duration // how long content that no document names is kept
	LogLevel    slog.Level

	// Media: where sound and pictures come and go.
	MediaListen    string   // host:port, UDP; empty = that of Listen; mediaOff = none
	MediaTCP       string   // host:port; empty = none
	MediaAddresses []string // addresses that stations are told; empty: this machine's own
	MediaRelay     bool     // sound and pictures may come over the HTTPS port, too
	MediaRelayTCP  string   // host:port of a relay over plain TCP; empty = none

	// Signing: whether the server asks for revocation, whom, and who gives time-stamps.
	SigningOnline  bool
	SigningAllow   []netip.Prefix // addresses inside the province's network
	SigningPublic  bool           // public addresses, too
	SigningTimeout time.Duration  // of one question
	TSA            []string       // addresses of RFC 3161 servers, best first
	TSATimeout     time.Duration  // of one try
	SigningLevel   string         // the most that is put into files: app.LevelT, LevelLT, LevelLTA
	// Keys of persons at providers: who they are, and who is whom there.
	SigningProviders string // JSON file
	SigningAccounts  string // file of lines

	// Not settings: for tests and for programs around the server.
	// Media carries sound and pictures of conferences; nil: the server's own. ICE are
	// the servers that help a station's media find their way; nil: the server itself, if
	// MediaRelay.
	Media   room.Media
	ICE     func(station app.ID) []api.ICEServer
	Now     func() time.Time
	Log     *slog.Logger
	Version string
	// uptime is how long the machine has run; nil = the process's monotonic clock.
	uptime func() time.Duration
	// cheapPasswords lowers the price of a hash in tests.
	cheapPasswords bool
}

// setting ties a line of the file, a variable of the environment and a flag to
// a field.
type setting struct {
	name   string
	def    string
	vi, en string
	set    func(*Config, string) error
}

const (
	mib = 1 << 20
	gib = 1 << 30
)

// maxLeaseDays is the longest lease: a laptop that nobody has heard of for
// longer is lost.
const maxLeaseDays = 366

// settings in the order of the example file.
var settings = []setting{
	{name: "province", def: "Tỉnh", vi: "tên tỉnh, ghi trong chứng thư gốc; chỉ dùng khi khởi tạo", en: "name of the province on its root certificate; used at the first start only",
		set: text(func(c *Config) *string { return &c.Province })},
	{name: "listen", def: ":8443", vi: "địa chỉ:cổng nhận kết nối", en: "host:port to listen on",
		set: address(func(c *Config) *string { return &c.Listen })},
	{name: "names", vi: "tên miền và địa chỉ IP mà người dùng gọi tới, cách nhau bằng dấu phẩy", en: "host names and IP addresses by which people reach the server, separated by commas",
		set: list(func(c *Config) *[]string { return &c.Names })},
	{name: "addresses", vi: "máy:cổng mà máy trạm gọi, ưu tiên trước; để trống thì lấy từ names và listen", en: "host:port that laptops dial, best first; empty means names with the port of listen",
		set: list(func(c *Config) *[]string { return &c.Addresses })},
	{name: "ops_listen", def: "127.0.0.1:9464", vi: "địa chỉ cho /metrics và /healthz (HTTP thường); để trống là tắt", en: "address of /metrics and /healthz (plain HTTP); empty turns it off",
		set: address(func(c *Config) *string { return &c.Ops })},
	{name: "browser_certificate", vi: "chứng thư PEM cho trình duyệt; để trống thì dùng chứng thư do tỉnh tự cấp", en: "PEM certificate for browsers; empty means one of the province's own authority",
		set: text(func(c *Config) *string { return &c.BrowserCertificate })},
	{name: "browser_key", vi: "khóa của chứng thư đó", en: "its key",
		set: text(func(c *Config) *string { return &c.BrowserKey })},
	{name: "session_idle", def: "2h", vi: "phiên trình duyệt kết thúc sau thời gian không dùng", en: "a browser session ends after so long without use",
		set: duration(func(c *Config) *time.Duration { return &c.SessionIdle })},
	{name: "session_life", def: "12h", vi: "phiên trình duyệt kết thúc chậm nhất sau", en: "a browser session ends in any case after",
		set: duration(func(c *Config) *time.Duration { return &c.SessionLife })},
	{name: "code_life", def: "24h", vi: "mã đăng ký máy có hiệu lực trong", en: "an enrolment code is good for",
		set: duration(func(c *Config) *time.Duration { return &c.CodeLife })},
	{name: "lease_days", def: "14", vi: "số ngày một máy được mở dữ liệu khi không liên lạc được với máy chủ", en: "days for which a laptop may show its data without having reached the server",
		set: number(func(c *Config, n int64) { c.Lease = time.Duration(min(n, maxLeaseDays)) * 24 * time.Hour }, 1)},
	{name: "first_loads", def: "8", vi: "số máy được tải lần đầu cùng lúc", en: "laptops that may make their first load at the same time",
		set: number(func(c *Config, n int64) { c.FirstLoads = int(n) }, 1)},
	{name: "device_quota_mib", def: "2048", vi: "MiB một máy được gửi khi chưa có văn bản nào nhắc tới", en: "MiB that a device may send before a document names them",
		set: number(func(c *Config, n int64) { c.DeviceQuota = n * mib }, 1)},
	{name: "courier_kib", def: "0", vi: "KiB mỗi giây mà tệp được chiếm trên đường truyền của một máy trạm; 0 là không giới hạn", en: "KiB a second that contents may take of a laptop's line; 0 means no bound",
		set: number(func(c *Config, n int64) { c.CourierKiB = int(n) }, 0)},
	{name: "shelf_gib", def: "4", vi: "GiB tệp mới nhất của mỗi cơ quan được chuẩn bị sẵn cho các máy trạm của cơ quan đó", en: "GiB of an office's newest contents that are kept ready for its laptops",
		set: number(func(c *Config, n int64) { c.ShelfBytes = n * gib }, 1)},
	{name: "min_free_mib", def: "1024", vi: "MiB luôn để trống trên đĩa", en: "MiB that stay free on the disk",
		set: number(func(c *Config, n int64) { c.MinFree = n * mib }, 0)},
	{name: "keep_unnamed", def: "168h", vi: "giữ tệp không văn bản nào nhắc tới trong", en: "how long content that no document names is kept",
		set: duration(func(c *Config) *time.Duration { return &c.KeepUnnamed })},
	{name: "media_listen", vi: "địa chỉ:cổng UDP cho âm thanh và hình ảnh của phòng họp; để trống là địa chỉ và số cổng của listen; off là không có", en: "host:port (UDP) for sound and pictures of conferences; empty: address and port number of listen; off: none",
		set: func(c *Config, v string) error {
			if v == mediaOff {
				c.MediaListen = v
				return nil
			}
			return address(func(c *Config) *string { return &c.MediaListen })(c, v)
		}},
	{name: "media_tcp_listen", vi: "địa chỉ:cổng TCP cho máy dự họp mà mạng không cho UDP đi qua; để trống là không có", en: "host:port (TCP) for stations whose networks let no UDP through; empty: none",
		set: address(func(c *Config) *string { return &c.MediaTCP })},
	{name: "media_addresses", vi: "tên miền, địa chỉ (có thể kèm cổng) mà máy dự họp gọi tới để lấy âm thanh, hình ảnh; để trống thì lấy các địa chỉ của máy chủ", en: "names or addresses, with a port if it is another, where stations find sound and pictures, separated by commas; empty: the machine's own addresses",
		set: list(func(c *Config) *[]string { return &c.MediaAddresses })},
	{name: "media_relay", def: "on", vi: "on: âm thanh, hình ảnh còn đi được qua chính cổng HTTPS của listen (TURN qua TLS), cho mạng chỉ mở HTTPS; off là không", en: "on: sound and pictures may also come over the HTTPS port of listen (TURN over TLS), for networks that let nothing else out; off: they may not",
		set: onOff(func(c *Config) *bool { return &c.MediaRelay })},
	{name: "media_relay_listen", vi: "địa chỉ:cổng TCP cho TURN không qua TLS, cho trình duyệt không tin chứng thư của máy chủ; âm thanh, hình ảnh vẫn được mã hóa; để trống là không có", en: "host:port (TCP) for TURN without TLS, for browsers that do not trust the server's certificate; sound and pictures are encrypted all the same; empty: none",
		set: address(func(c *Config) *string { return &c.MediaRelayTCP })},
	{name: "signing_online", def: "false", vi: "true: máy chủ hỏi trạng thái thu hồi (OCSP, CRL) theo địa chỉ ghi trong chứng thư; chỉ hỏi những nơi signing_allow cho phép", en: "true: the server asks for revocation (OCSP, CRL) at the addresses in certificates; only those that signing_allow names",
		set: yesNo(func(c *Config) *bool { return &c.SigningOnline })},
	{name: "signing_allow", vi: "địa chỉ, dải địa chỉ IP được hỏi, cách nhau bằng dấu phẩy; public là mọi địa chỉ công cộng (cổng 80, 443)", en: "addresses and ranges that may be asked, separated by commas; public is every public address (ports 80 and 443)",
		set: allowed},
	{name: "signing_timeout", def: "10s", vi: "thời gian chờ mỗi lần hỏi", en: "how long one question may take",
		set: duration(func(c *Config) *time.Duration { return &c.SigningTimeout })},
	{name: "signing_tsa", vi: "địa chỉ máy chủ cấp dấu thời gian (RFC 3161), ưu tiên trước, cách nhau bằng dấu phẩy; để trống là không đóng dấu thời gian", en: "addresses of time-stamp servers (RFC 3161), best first, separated by commas; empty: nothing is time-stamped",
		set: tsas},
	{name: "signing_tsa_timeout", def: "180s", vi: "thời gian chờ một dấu thời gian", en: "how long a time-stamp may take",
		set: duration(func(c *Config) *time.Duration { return &c.TSATimeout })},
	{name: "signing_level", def: app.LevelLTA, vi: "bằng chứng được đưa thêm vào tệp đã ký số, trước khi phát hành: B-T là không thêm; B-LT là chứng thư và trạng thái thu hồi; B-LTA là thêm cả dấu thời gian lưu trữ, nếu có signing_tsa", en: "evidence that is put into signed files before they are sent: B-T none; B-LT certificates and revocation; B-LTA an archive time-stamp, too, where there is a signing_tsa",
		set: level},
	{name: "signing_providers", vi: "tệp JSON khai báo nhà cung cấp ký số từ xa và SIM (xem docs/operations.md); để trống là không dùng", en: "JSON file of providers of remote signing and of signing by SIM (docs/operations.md); empty: none",
		set: text(func(c *Config) *string { return &c.SigningProviders })},
	{name: "signing_accounts", vi: "tệp nêu tài khoản của từng người tại nhà cung cấp; mỗi dòng: mã người, nhà cung cấp, tài khoản", en: "file of persons' accounts at providers; a line each: person, provider, account",
		set: text(func(c *Config) *string { return &c.SigningAccounts })},
	{name: "log_level", def: "info", vi: "mức nhật ký: debug, info, warn, error", en: "log level: debug, info, warn, error",
		set: func(c *Config, v string) error { return c.LogLevel.UnmarshalText([]byte(v)) }},
}

func text(field func(*Config) *string) func(*Config, string) error {
	return func(c *Config, v string) error { *field(c) = v; return nil }
}

func address(field func(*Config) *string) func(*Config, string) error {
	return func(c *Config, v string) error {
		if v != "" {
			if _, _, err := net.SplitHostPort(v); err != nil {
				return fmt.Errorf("want host:port, got %q", v)
			}
		}
		*field(c) = v
		return nil
	}
}

func list(field func(*Config) *[]string) func(*Config, string) error {
	return func(c *Config, v string) error {
		*field(c) = nil
		for part := range strings.SplitSeq(v, ",") {
			if part = strings.TrimSpace(part); part != "" {
				*field(c) = append(*field(c), part)
			}
		}
		return nil
	}
}

func duration(field func(*Config) *time.Duration) func(*Config, string) error {
	return func(c *Config, v string) error {
		d, err := time.ParseDuration(v)
		if err != nil || d <= 0 {
			return fmt.Errorf("want a time such as 90m or 12h, got %q", v)
		}
		*field(c) = d
		return nil
	}
}

func yesNo(field func(*Config) *bool) func(*Config, string) error {
	return func(c *Config, v string) error {
		switch v {
		case "true", "false":
			*field(c) = v == "true"
			return nil
		}
		return fmt.Errorf("want true or false, got %q", v)
	}
}

func onOff(field func(*Config) *bool) func(*Config, string) error {
	return func(c *Config, v string) error {
		switch v {
		case "on", mediaOff:
			*field(c) = v == "on"
			return nil
		}
		return fmt.Errorf("want on or off, got %q", v)
	}
}

// allowed reads signing_allow.
func allowed(c *Config, v string) error {
	c.SigningAllow, c.SigningPublic = nil, false
	for part := range strings.SplitSeq(v, ",") {
		part = strings.TrimSpace(part)
		switch part {
		case "":
			continue
		case "public":
			c.SigningPublic = true
			continue
		}
		p, err := netip.ParsePrefix(part)
		if err != nil {
			var a netip.Addr
			if a, err = netip.ParseAddr(part); err == nil {
				p, err = a.Prefix(a.BitLen())
			}
		}
		if err != nil {
			return fmt.Errorf("want addresses such as 10.1.0.0/16, or public, got %q", part)
		}
		c.SigningAllow = append(c.SigningAllow, p.Masked())
	}
	return nil
}

// tsas reads signing_tsa.
func tsas(c *Config, v string) error {
	var urls []string
	if err := list(func(*Config) *[]string { return &urls })(c, v); err != nil {
		return err
	}
	p := trust.DefaultPolicy()
	p.TSA.URLs = urls
	if err := p.Check(); err != nil {
		return fmt.Errorf("want addresses such as http://tsa.example/, got %q", v)
	}
	c.TSA = urls
	return nil
}

// level reads signing_level.
func level(c *Config, v string) error {
	if v != app.LevelT && v != app.LevelLT && v != app.LevelLTA {
		return fmt.Errorf("want B-T, B-LT or B-LTA, got %q", v)
	}
	c.SigningLevel = v
	return nil
}

func number(field func(*Config, int64), least int64) func(*Config, string) error {
	return func(c *Config, v string) error {
		n, err := strconv.ParseInt(v, 10, 32)
		if err != nil || n < least {
			return fmt.Errorf("want a whole number from %d, got %q", least, v)
		}
		field(c, n)
		return nil
	}
}

// DefaultConfig has every setting at its default.
func DefaultConfig() Config {
	var c Config
	for _, s := range settings {
		if s.def == "" {
			continue
		}
		if err := s.set(&c, s.def); err != nil {
			panic("server: default of " + s.name + ": " + err.Error()) // a mistake in the table
		}
	}
	return c
}

// Set gives one setting its value.
func (c *Config) Set(name, value string) error {
	for _, s := range settings {
		if s.name == name {
			if err := s.set(c, strings.TrimSpace(value)); err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
			return nil
		}
	}
	return fmt.Errorf("%s: no such setting", name)
}

// Settings calls fn for each setting, for flags and help.
func Settings(fn func(name, def, vi, en string)) {
	for _, s := range settings {
		fn(s.name, s.def, s.vi, s.en)
	}
}

// EnvPrefix begins the environment's name of a setting: KHONGGIAY_LISTEN.
const EnvPrefix = "KHONGGIAY_"

// ConfigFile is the settings' file inside the data directory.
const ConfigFile = "khonggiay.conf"

// ReadFile takes settings from a file of lines "name = value"; # begins a
// comment.
func (c *Config) ReadFile(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	for n := 1; lines.Scan(); n++ {
		line, _, _ := strings.Cut(lines.Text(), "#")
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		name, value, ok := strings.Cut(line, "=")
		if !ok {
			return fmt.Errorf("%s:%d: want name = value", path, n)
		}
		if err := c.Set(strings.TrimSpace(name), value); err != nil {
			return fmt.Errorf("%s:%d: %w", path, n, err)
		}
	}
	return lines.Err()
}

// ReadEnv takes settings from the environment.
func (c *Config) ReadEnv(lookup func(string) (string, bool)) error {
	for _, s := range settings {
		name := EnvPrefix + strings.ToUpper(s.name)
		if v, ok := lookup(name); ok {
			if err := c.Set(s.name, v); err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
		}
	}
	return nil
}

// WriteExample writes a file with every setting, explained, at its default.
func WriteExample(w io.Writer) error {
	_, err := fmt.Fprint(w, "# Không Giấy: máy chủ tỉnh. Mỗi dòng: tên = giá trị. Dòng bắt đầu bằng # là ghi chú.\n",
		"# (Settings of the provincial server. Also as flags, --listen, and in the environment, KHONGGIAY_LISTEN.)\n")
	for _, s := range settings {
		if err == nil {
			_, err = fmt.Fprintf(w, "\n# %s\n# (%s)\n#%s = %s\n", s.vi, s.en, s.name, s.def)
		}
	}
	return err
}

// hostNames are the names and addresses of the server; of this machine alone
// when none are set.
func (c *Config) hostNames() []string {
	if len(c.Names) == 0 {
		return []string{"localhost", "127.0.0.1"}
	}
	return c.Names
}

// dialAddresses are what laptops dial.
func (c *Config) dialAddresses() []string {
	if len(c.Addresses) > 0 {
		return c.Addresses
	}
	_, port, _ := net.SplitHostPort(c.Listen)
	names := c.hostNames()
	out := make([]string, len(names))
	for i, n := range names {
		out[i] = net.JoinHostPort(n, port)
	}
	return out
}
