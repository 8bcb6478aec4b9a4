package server

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
)

// DefaultData is where a server keeps its data unless told otherwise.
const DefaultData = "/var/lib/khonggiay"

// Main is the program khonggiay-server; it returns the exit status.
func Main(args []string, version string) int {
	c, err := ParseArgs(args, os.Stdout)
	switch {
	case errors.Is(err, flag.ErrHelp), errors.Is(err, errPrinted):
		return 0
	case err != nil:
		fmt.Fprintln(os.Stderr, "khonggiay-server:", err)
		return 2
	}
	c.Version = version
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := serve(ctx, c); err != nil {
		fmt.Fprintln(os.Stderr, "khonggiay-server:", err)
		return 1
	}
	return 0
}

func serve(ctx context.Context, c Config) error {
	s, err := Open(ctx, c)
	if err != nil {
		return err
	}
	if err := s.Listen(ctx); err != nil {
		return errors.Join(err, s.Close())
	}
	if s.Fresh() {
		welcome(os.Stderr, c.Data)
	}
	notifySystem("READY=1")
	err = s.Run(ctx)
	notifySystem("STOPPING=1")
	return errors.Join(err, s.Close())
}

// welcome tells whoever started a new province what comes next.
func welcome(w io.Writer, data string) {
	fmt.Fprintf(w, `
Máy chủ mới đã sẵn sàng; chưa ai đăng nhập được. Tạo quản trị đầu tiên:
(A new server; nobody can sign in yet. Make the first administrator:)

    khonggiayctl admin add --data %s --name "Nguyễn Văn A" quantri

`, data)
}

// errPrinted means that the program was asked to print something and did.
var errPrinted = errors.New("printed")

// ParseArgs reads the settings in their order: defaults, the file in the data
// directory (or --config), the environment, the flags.
func ParseArgs(args []string, out io.Writer) (Config, error) {
	c := DefaultConfig()
	given := map[string]string{}
	f := flag.NewFlagSet("khonggiay-server", flag.ContinueOnError)
	f.SetOutput(out)
	f.StringVar(&c.Data, "data", envOr("DATA", DefaultData), "thư mục dữ liệu (data directory)")
	file := f.String("config", "", "tệp thiết đặt; mặc định là "+ConfigFile+" trong thư mục dữ liệu (settings; default in the data directory)")
	example := f.Bool("print-config", false, "in mẫu tệp thiết đặt rồi thoát (print a sample of the settings' file)")
	var strict strictness
	f.BoolVar(&strict.named, "strict", false, "chỉ chạy khi đã đặt province và names (run only when both are set)")
	f.BoolVar(&strict.only, "check-config", false, "kiểm tra thiết đặt như --strict rồi thoát (check the settings as --strict does, and end)")
	Settings(func(name, def, vi, en string) {
		usage := fmt.Sprintf("%s (%s)", vi, en)
		if def != "" {
			usage += "; " + def
		}
		f.Func(strings.ReplaceAll(name, "_", "-"), usage, func(v string) error {
			given[name] = v
			return new(Config).Set(name, v)
		})
	})
	if err := f.Parse(args); err != nil {
		return c, err
	}
	if *example {
		return c, errors.Join(WriteExample(out), errPrinted)
	}
	if f.NArg() > 0 {
		return c, fmt.Errorf("không hiểu (unexpected): %q", f.Args())
	}
	if err := c.load(*file, given); err != nil {
		return c, err
	}
	return c, strict.judge(&c)
}

// load takes the file, the environment and the flags.
func (c *Config) load(file string, flags map[string]string) error {
	path := file
	if path == "" {
		path = filepath.Join(c.Data, ConfigFile)
	}
	if err := c.ReadFile(path); err != nil && (file != "" || !errors.Is(err, fs.ErrNotExist)) {
		return err
	}
	if err := c.ReadEnv(os.LookupEnv); err != nil {
		return err
	}
	for name, value := range flags {
		if err := c.Set(name, value); err != nil {
			return err
		}
	}
	return nil
}

// LoadConfig reads the settings of a data directory, for the operator's tool.
func LoadConfig(data string) (Config, error) {
	c := DefaultConfig()
	c.Data = data
	if data == "" {
		c.Data = envOr("DATA", DefaultData)
	}
	return c, c.load("", nil)
}

func envOr(name, otherwise string) string {
	if v := os.Getenv(EnvPrefix + name); v != "" {
		return v
	}
	return otherwise
}

// notifySystem tells systemd how far we are (sd_notify(3)); elsewhere nothing.
func notifySystem(state string) {
	address := os.Getenv("NOTIFY_SOCKET")
	if address == "" {
		return
	}
	conn, err := net.DialUnix("unixgram", nil, &net.UnixAddr{Name: address, Net: "unixgram"})
	if err != nil {
		return
	}
	defer conn.Close()
	_, _ = conn.Write([]byte(state))
}
