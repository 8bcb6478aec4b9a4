package desktop

import (
	"time"

	"khonggiay/app"
	"khonggiay/app/api"
	"khonggiay/sync/replica"
)

// driver keeps the replica in touch with the server.
type driver struct{}

// machineClock is this laptop's own clock; the replica corrects it.
func machineClock() app.Time { return app.TimeOf(time.Now()) }

func (l *link) drive() error { return nil }

// wake tells that a command waits; now, that somebody wants the line tried.
func (l *link) wake() {}

func (l *link) now() {}

func (l *link) state() api.LineState {
	if l.line.isCut() {
		return api.LineCut
	}
	return api.LineOffline
}

func (l *link) revoked() bool { return false }

func (l *link) loaded() bool { return false }

// sent is the highest command that the server has been given.
func (l *link) sent() app.CommandID { return 0 }

func (l *link) coming(replica.Status) *api.ComingRecords { return nil }
