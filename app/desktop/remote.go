package desktop

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"reflect"
	"sync"
	"time"

	"khonggiay/app"
	"khonggiay/app/api"
	"khonggiay/app/enrol"
)

// What a laptop asks the server about directly, over the line, because it is
// about other machines. Everything here may be out of reach.

// askTimeout bounds one question.
const askTimeout = 20 * time.Second

// maxAnswer is the most that is read of an answer.
const maxAnswer = 1 << 20

// ask sends one JSON request to the server and reads the answer.
func (l *link) ask(ctx context.Context, method, path string, in, out any) error {
	return l.askFor(ctx, askTimeout, method, path, in, out)
}

// askFor is ask with another patience.
func (l *link) askFor(ctx context.Context, patience time.Duration, method, path string, in, out any) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	var sent io.Reader
	if in != nil {
		b, err := json.Marshal(in)
		if err != nil {
			return err
		}
		sent = bytes.NewReader(b)
	}
	req, err := http.NewRequestWithContext(ctx, method, serverURL+path, sent)
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := l.client.Do(req)
	if err != nil {
		return app.Errorf(app.Offline, "session.offline", "%s %s: %w", method, path, err)
	}
	defer func() { _ = resp.Body.Close() }()
	b, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	if err != nil {
		return app.Errorf(app.Offline, "session.offline", "%s %s: %w", method, path, err)
	}
	if resp.StatusCode/100 != 2 {
		return refusalOf(b, resp)
	}
	if out == nil {
		return nil
	}
	return json.Unmarshal(b, out)
}

func refusalOf(b []byte, resp *http.Response) error {
	var e app.Error
	if json.Unmarshal(b, &e) != nil || e.Code == "" || e.Reason == "" {
		return app.Errorf(app.Internal, "internal", "the server answered %s", resp.Status)
	}
	return &e
}

// devices asks the server, for an administrator who sits at a laptop.
type devices struct{ *App }

func (d devices) ask(ctx context.Context, method, path string, in, out any) error {
	l, err := d.enrolled()
	if err != nil {
		return err
	}
	return l.ask(ctx, method, path, in, out)
}

// Devices implements api.Devices.
func (d devices) Devices(ctx context.Context, _ api.Viewer) (out []api.DeviceRow, err error) {
	err = d.ask(ctx, http.MethodGet, "/api/devices", nil, &out)
	return out, err
}

// Forgotten implements api.Devices.
func (d devices) Forgotten(ctx context.Context, _ api.Viewer) (out []api.ForgottenDevice, err error) {
	err = d.ask(ctx, http.MethodGet, "/api/forgotten-devices", nil, &out)
	return out, err
}

// Device implements api.Devices.
func (d devices) Device(ctx context.Context, _ api.Viewer, id string) (out api.DeviceDetail, err error) {
	err = d.ask(ctx, http.MethodGet, "/api/devices/"+url.PathEscape(id), nil, &out)
	return out, err
}

// RevokeDevice implements api.Devices.
func (d devices) RevokeDevice(ctx context.Context, _ api.Viewer, id string) error {
	return d.ask(ctx, http.MethodPost, "/api/devices/"+url.PathEscape(id)+"/revoke", struct{}{}, nil)
}

// ReadmitCourier implements api.Devices.
func (d devices) ReadmitCourier(ctx context.Context, _ api.Viewer, id string) error {
	return d.ask(ctx, http.MethodPost, "/api/devices/"+url.PathEscape(id)+"/courier", struct{}{}, nil)
}

// EnrolmentCode implements api.Devices.
func (d devices) EnrolmentCode(ctx context.Context, _ api.Viewer, person app.ID) (out api.EnrolmentCode, err error) {
	err = d.ask(ctx, http.MethodPost, "/api/enrolment-codes", api.EnrolmentCodeRequest{Person: person}, &out)
	return out, err
}

// readiness asks the server, which alone knows of other machines.
type readiness struct{ *App }

// Readiness implements api.Readiness.
func (r readiness) Readiness(ctx context.Context, _ api.Viewer, meeting app.ID) (out api.MeetingReadiness, err error) {
	l, err := r.enrolled()
	if err != nil {
		return out, err
	}
	err = l.ask(ctx, http.MethodGet, "/api/meetings/"+url.PathEscape(string(meeting))+"/readiness", nil, &out)
	return out, err
}

// whereabouts remembers where documents are and asks again in the background,
// so that opening a document never waits for the line.
type whereabouts struct{ *App }

// placesFresh is how long an answer is good.
const placesFresh = app.Time(60_000)

// maxPlaces bounds the memory of answers.
const maxPlaces = 500

// places is the memory.
type places struct {
	// mu guards both maps; answers come from goroutines.
	mu     sync.Mutex
	known  map[app.ID]api.OfficeCopies
	asking map[app.ID]bool
}

// Where implements api.Whereabouts.
func (w whereabouts) Where(_ context.Context, doc app.ID) *api.OfficeCopies {
	l := w.currentLink()
	if l == nil {
		return nil
	}
	p := &l.places
	p.mu.Lock()
	defer p.mu.Unlock()
	got, ok := p.known[doc]
	if (!ok || w.clock.Now()-got.At > placesFresh) && l.carrier.online() && !p.asking[doc] {
		p.asking[doc] = true
		l.goDo(func(ctx context.Context) { w.refresh(ctx, l, doc) })
	}
	if !ok {
		return nil
	}
	return &got
}

func (w whereabouts) refresh(ctx context.Context, l *link, doc app.ID) {
	var got api.OfficeCopies
	err := l.ask(ctx, http.MethodGet, enrol.PathWhereabouts+url.PathEscape(string(doc)), nil, &got)
	p := &l.places
	p.mu.Lock()
	delete(p.asking, doc)
	before := p.known[doc]
	if err == nil {
		got.At = w.clock.Now()
		before.At = got.At // what differs is told, not when it was asked
		if len(p.known) >= maxPlaces {
			clear(p.known)
		}
		p.known[doc] = got
	}
	p.mu.Unlock()
	if err == nil && !reflect.DeepEqual(before, got) {
		w.events.Publish(api.Event{Entity: "content", IDs: []app.ID{doc}}, nil)
	}
	if err != nil && !errors.Is(err, context.Canceled) {
		w.log.Debug("whereabouts", "err", err)
	}
}
