package desktop

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net/url"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"khonggiay/app/api"
)

// Main is the whole program: it returns the exit code.
func Main(args []string, version string, icon []byte) int {
	cfg, err := ParseArgs(args, os.Stdout)
	if errors.Is(err, flag.ErrHelp) {
		return 0
	}
	if err != nil {
		complain("khonggiay: " + err.Error())
		return 2
	}
	cfg.Version, cfg.Open = version, wholeWish(cfg.Open)
	if err := run(cfg, icon); err != nil {
		complain(explain(err))
		return 1
	}
	return 0
}

func run(cfg Config, icon []byte) error {
	a, err := Start(cfg)
	if errors.Is(err, errRunning) {
		if err := handOver(context.Background(), cfg.Data, handover{Open: cfg.Open}); err != nil {
			return err
		}
		fmt.Fprintln(cfg.Out, "Không Giấy đang chạy; đã đưa cửa sổ ra trước. (Already running; brought to the front.)")
		return nil
	}
	if err != nil {
		return err
	}
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, os.Interrupt, syscall.SIGTERM)
	defer signal.Stop(stop)
	if canWindow && !cfg.Browser && hasDisplay() && canShowWindow() {
		err = runWindow(a, icon, stop)
	} else {
		err = runBrowser(a, stop)
	}
	return errors.Join(err, a.Close())
}

// runBrowser serves until a signal, in the system's browser.
func runBrowser(a *App, stop <-chan os.Signal) error {
	b := &browser{app: a}
	a.Use(b)
	b.Show(pathOf(a.cfg.Open))
	<-stop
	return nil
}

// browser is the Shell without a window.
type browser struct{ app *App }

// Show implements Shell. The address is printed in any case: whoever started
// the program from a terminal may want it elsewhere.
func (b *browser) Show(path string) {
	fmt.Fprintf(b.app.cfg.Out, "Không Giấy: %s\n", b.app.gate.inviteTo(path))
	if !b.app.cfg.Quiet {
		openInBrowser(b.app.ctx, b.app.gate.inviteSoon(path))
	}
}

// Notify implements Shell: the page shows it, when the person has allowed that
// in the browser.
func (b *browser) Notify(n Notice) { b.app.events.Publish(api.Event{Entity: "notice", Data: n}, nil) }

// Title implements Shell: a tab has the page's own title.
func (b *browser) Title(string) {}

// Native implements Shell: browsers have their own dialogs.
func (b *browser) Native() api.Native { return nil }

// pathOf reads a deep link, khonggiay://van-ban-den/<id>, or the name of an
// invitation file as a path of the interface. Anything else is the first screen.
func pathOf(link string) string {
	if isInvitation(link) {
		return invitationPath(link)
	}
	u, err := url.Parse(link)
	if err != nil || u.Scheme != "khonggiay" {
		return "/"
	}
	path := "/" + strings.Trim(u.Host+u.EscapedPath(), "/")
	if strings.HasPrefix(path, "/api") || strings.Contains(path, "..") {
		return "/"
	}
	return path
}

// explain says what went wrong to whoever started the program.
func explain(err error) string {
	switch {
	case errors.Is(err, ErrPortTaken):
		return fmt.Sprintf("Cổng của giao diện đang bị chương trình khác dùng. Tắt chương trình đó, hoặc chọn cổng khác bằng --listen.\n"+
			"Another program uses the interface's port. Stop it, or choose another with --listen.\n  (%v)", err)
	case errors.Is(err, os.ErrPermission):
		return fmt.Sprintf("Không ghi được vào thư mục dữ liệu. (The data folder cannot be written.)\n  (%v)", err)
	}
	return fmt.Sprintf("Không mở được Không Giấy. (Could not start.)\n  (%v)", err)
}
