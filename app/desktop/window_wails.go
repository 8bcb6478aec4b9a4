//go:build desktop

package desktop

import (
	"context"
	"embed"
	"encoding/json"
	"os"
	"path/filepath"
	"strconv"
	"sync"

	"github.com/wailsapp/wails/v2"
	"github.com/wailsapp/wails/v2/pkg/logger"
	"github.com/wailsapp/wails/v2/pkg/options"
	"github.com/wailsapp/wails/v2/pkg/options/assetserver"
	"github.com/wailsapp/wails/v2/pkg/options/linux"
	"github.com/wailsapp/wails/v2/pkg/options/windows"
	"github.com/wailsapp/wails/v2/pkg/runtime"

	"khonggiay/app"
	"khonggiay/app/api"
)

const canWindow = true

// The window is a thin shell: its own page only waits until the toolkit is
// ready, then leaves for the loopback address, where the interface lives. No Go
// code is bound to it.

// waiting is what shows for that moment.
//
//go:embed waiting/index.html
var waiting embed.FS

// window is the Shell with a window of our own.
type window struct {
	app  *App
	left sync.Once // the waiting page was left

	// mu guards ctx, which the toolkit gives when it has started, and title.
	mu    sync.Mutex
	ctx   context.Context
	title string
}

// place is where the window was; kept in the data folder.
type place struct {
	Width     int  `json:"width"`
	Height    int  `json:"height"`
	Maximised bool `json:"maximised"`
}

// runWindow shows the window until it is closed or a signal comes. It must run
// on the program's first goroutine.
func runWindow(a *App, icon []byte, stop <-chan os.Signal) error {
	w := &window{app: a, title: "Không Giấy"}
	a.Use(w)
	a.retitle()
	at := w.load()
	start := options.Normal
	if at.Maximised {
		start = options.Maximised
	}
	done := make(chan struct{})
	defer close(done)
	go func() {
		select {
		case <-stop:
			if ctx := w.context(); ctx != nil {
				runtime.Quit(ctx)
			}
		case <-done:
		}
	}()
	return wails.Run(&options.App{
		Title: w.title, Width: at.Width, Height: at.Height, MinWidth: 900, MinHeight: 560,
		WindowStartState:         start,
		AssetServer:              &assetserver.Options{Assets: waiting},
		EnableDefaultContextMenu: true,
		LogLevel:                 logger.ERROR,
		LogLevelProduction:       logger.ERROR,
		OnStartup:                w.started,
		OnDomReady:               w.ready,
		OnBeforeClose:            func(context.Context) bool { w.save(); return false },
		OnShutdown:               func(ctx context.Context) { runtime.CleanupNotifications(ctx) },
		Linux:                    &linux.Options{Icon: icon, ProgramName: "vn.khonggiay", WebviewGpuPolicy: linux.WebviewGpuPolicyOnDemand},
		Windows: &windows.Options{
			WebviewUserDataPath: filepath.Join(a.cfg.Data, "webview"), IsZoomControlEnabled: true,
		},
	})
}

func (w *window) context() context.Context {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.ctx
}

func (w *window) started(ctx context.Context) {
	w.mu.Lock()
	w.ctx = ctx
	title := w.title
	w.mu.Unlock()
	runtime.WindowSetTitle(ctx, title)
	if err := runtime.InitializeNotifications(ctx); err != nil {
		w.app.log.Info("no notifications on this desktop", "err", err)
		return
	}
	runtime.OnNotificationResponse(ctx, func(r runtime.NotificationResult) {
		if path, ok := r.Response.UserInfo["path"].(string); ok {
			w.Show(path)
		}
	})
}

// ready leaves the waiting page. Later pages say ready too, and are left alone.
func (w *window) ready(context.Context) {
	w.left.Do(func() { w.leave(w.app.gate.inviteTo(pathOf(w.app.cfg.Open))) })
}

func (w *window) leave(address string) {
	if ctx := w.context(); ctx != nil {
		runtime.WindowExecJS(ctx, "location.replace("+strconv.Quote(address)+")")
	}
}

// Show implements Shell. A page that is open stays as it is, unless another
// one was asked for.
func (w *window) Show(path string) {
	ctx := w.context()
	if ctx == nil {
		return
	}
	runtime.WindowUnminimise(ctx)
	runtime.WindowShow(ctx)
	if path != "/" {
		w.leave(w.app.gate.inviteTo(path))
	}
}

// titles are the words of a notification: the window's own are Vietnamese.
var titles = map[string]string{
	"immediate":                   "HỎA TỐC",
	"very":                        "Thượng khẩn",
	string(app.QueueDirect):       "Văn bản trình anh/chị cho ý kiến",
	string(app.QueueTask):         "Việc mới được giao",
	string(app.QueueSign):         "Văn bản chờ ký",
	string(app.QueueApprove):      "Dự thảo chờ duyệt",
	string(app.QueueResult):       "Kết quả chờ duyệt",
	string(app.QueueTaskReturned): "Việc bị trả lại",
	string(app.QueueReturned):     "Dự thảo bị trả lại",
	string(app.QueueExtension):    "Xin gia hạn",
}

// Notify implements Shell.
func (w *window) Notify(n Notice) {
	ctx := w.context()
	if ctx == nil || !runtime.IsNotificationAvailable(ctx) {
		return
	}
	err := runtime.SendNotification(ctx, runtime.NotificationOptions{
		ID: randomText(), Title: titles[n.What], Body: n.Subject, Data: map[string]any{"path": n.Path}})
	if err != nil {
		w.app.log.Info("notification", "err", err)
	}
}

// Title implements Shell.
func (w *window) Title(title string) {
	w.mu.Lock()
	w.title = title
	w.mu.Unlock()
	if ctx := w.context(); ctx != nil {
		runtime.WindowSetTitle(ctx, title)
	}
}

// Native implements Shell.
func (w *window) Native() api.Native { return dialogs{w} }

type dialogs struct{ *window }

// SaveFile implements api.Native.
func (d dialogs) SaveFile(_ context.Context, name string) (string, error) {
	return runtime.SaveFileDialog(d.context(), runtime.SaveDialogOptions{Title: "Lưu tệp", DefaultFilename: name, DefaultDirectory: documentsFolder()})
}

// ChooseFolder implements api.Native.
func (d dialogs) ChooseFolder(context.Context) (string, error) {
	return runtime.OpenDirectoryDialog(d.context(), runtime.OpenDialogOptions{Title: "Chọn thư mục", DefaultDirectory: documentsFolder()})
}

// OpenPage implements api.Native. The browser gets a ticket of its own.
func (d dialogs) OpenPage(ctx context.Context, path string) error {
	if !openInBrowser(ctx, d.app.gate.inviteSoon(path)) {
		return app.Refuse(app.Invalid, "native.no_browser")
	}
	return nil
}

// documentsFolder is where a dialog begins: not the folder that the program
// happened to be started in.
func documentsFolder() string {
	home, err := os.UserHomeDir()
	if err != nil {
		return ""
	}
	for _, name := range []string{"Documents", "Tài liệu"} {
		if info, err := os.Stat(filepath.Join(home, name)); err == nil && info.IsDir() {
			return filepath.Join(home, name)
		}
	}
	return home
}

func (w *window) placePath() string { return filepath.Join(w.app.cfg.Data, "window.json") }

func (w *window) load() place {
	p := place{}
	if b, err := os.ReadFile(w.placePath()); err == nil {
		_ = json.Unmarshal(b, &p) // a damaged file is no file
	}
	if p.Width < 900 || p.Height < 560 || p.Width > 8000 || p.Height > 8000 {
		p.Width, p.Height = 1360, 820
	}
	return p
}

func (w *window) save() {
	ctx := w.context()
	p := w.load()
	if p.Maximised = runtime.WindowIsMaximised(ctx); !p.Maximised {
		p.Width, p.Height = runtime.WindowGetSize(ctx)
	}
	if b, err := json.Marshal(p); err == nil {
		_ = writePrivate(w.placePath(), b) // the next start takes the usual size
	}
}
