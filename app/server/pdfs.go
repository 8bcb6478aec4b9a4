package server

import (
	"context"
	"io"
	"log/slog"
	"path/filepath"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"khonggiay/app"
	"khonggiay/app/convert"
	"khonggiay/app/office"
)

// pdfs converts documents for browsers and for laptops without LibreOffice. It
// is dear and for everybody, so each device and each person at a browser has
// one at a time and so many an hour, and few may wait.
type pdfs struct {
	find  func() (*convert.Converter, error) // nil where it is not installed
	often *limiter

	mu      sync.Mutex // guards working
	working map[string]bool
}

// convertDir holds the plaintext of the one conversion that runs.
const convertDir = "convert"

func newPDFs(data string, log *slog.Logger, now func() time.Time) *pdfs {
	return &pdfs{often: newLimiter(rate.Every(time.Minute), 30, now), working: map[string]bool{},
		find: sync.OnceValues(func() (*convert.Converter, error) {
			return convert.Find(context.Background(), convert.Options{Folder: filepath.Join(data, convertDir), Walled: true, Log: log})
		})}
}

// maxConversions is how many may wait or run at once.
const maxConversions = 8

// conversionTime bounds one from its first byte: a place in the queue is not
// held by sending slowly.
const conversionTime = 10 * time.Minute

var errConverting = app.Refuse(app.Offline, "convert.busy")

// PDF implements api.Converter.
func (p *pdfs) PDF(ctx context.Context, kind office.Kind, src io.Reader) ([]byte, error) {
	converter, err := p.find()
	if err != nil {
		return nil, err
	}
	if converter == nil {
		return nil, convert.ErrNotInstalled
	}
	leave, err := p.enter(whoAsks(ctx))
	if err != nil {
		return nil, err
	}
	defer leave()
	ctx, cancel := context.WithTimeout(ctx, conversionTime)
	defer cancel()
	return converter.PDF(ctx, kind, src)
}

// whoAsks is the device, or the person at a browser.
func whoAsks(ctx context.Context) string {
	if d, ok := deviceOf(ctx); ok {
		return string(d.ID)
	}
	person, _ := ctx.Value(personKey{}).(app.ID)
	return string(person)
}

func (p *pdfs) enter(who string) (leave func(), err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.working[who] || len(p.working) >= maxConversions || !p.often.allow(who) {
		return nil, errConverting
	}
	p.working[who] = true
	return func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		delete(p.working, who)
	}, nil
}
