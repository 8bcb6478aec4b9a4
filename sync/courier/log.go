package courier

import (
	"log/slog"
	"sync"
	"sync/atomic"

	"github.com/syncthing/syncthing/lib/logger"
)

// quiet is Syncthing's logger, which package silence keeps off standard output.
var quiet = logger.DefaultLogger

// Syncthing has one logger a process; what it says goes to the newest node's.
var (
	hearer    atomic.Pointer[slog.Logger]
	listening sync.Once
)

// hear passes on what Syncthing says. Its own words are kept; it names devices
// and folders, never keys.
func hear(log *slog.Logger) {
	hearer.Store(log)
	listening.Do(func() {
		quiet.AddHandler(logger.LevelInfo, func(level logger.LogLevel, text string) {
			if level >= logger.LevelWarn {
				hearer.Load().Warn("courier", "syncthing", text)
			} else {
				hearer.Load().Debug("courier", "syncthing", text)
			}
		})
	})
}
