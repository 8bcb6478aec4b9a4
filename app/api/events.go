package api

import (
	"context"
	"net/http"
	"sync"
	"time"

	"github.com/coder/websocket"
	"github.com/coder/websocket/wsjson"

	"khonggiay/app"
)

// Event tells the screens that something changed, not what: they ask again.
type Event struct {
	Entity string   `json:"entity" enum:"document,directory,book,sync,content,work,desk,session,template,readmark,enrol,devices,notice,scan,signing,signatures,roots,meeting,all"`
	IDs    []app.ID `json:"ids,omitempty"`
	Data   any      `json:"data,omitempty"` // progress of an enrolment, or a notice
}

// Audience says whose screens an event is for; nil means everybody's.
type Audience func(Viewer) bool

// Events hands events to the screens. A screen that reads too slowly is cut
// off (it connects again and refreshes everything) and never holds others up.
type Events struct {
	// mu guards clients and closed. It is held for map access only, never
	// while anything is written to a client.
	mu      sync.Mutex
	clients map[*eventClient]struct{}
	closed  bool
	wg      sync.WaitGroup
}

type eventClient struct {
	viewer Viewer
	queue  chan Event
	cut    context.CancelFunc
}

// queueLength is how many events a screen may be behind before it is cut off.
const queueLength = 256

// pingEvery keeps proxies from closing the connection and finds dead peers.
const pingEvery = 25 * time.Second

// NewEvents makes a hub; Close it.
func NewEvents() *Events { return &Events{clients: map[*eventClient]struct{}{}} }

// Publish sends the event to all screens of the audience. It never blocks.
func (h *Events) Publish(e Event, to Audience) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for c := range h.clients {
		if to != nil && !to(c.viewer) {
			continue
		}
		select {
		case c.queue <- e:
		default:
			c.cut()
		}
	}
}

// EntityOf names the events about records of the kind; "" when no screen shows them.
func EntityOf(kind app.Kind) string { return entities[kind] }

var entities = map[app.Kind]string{
	app.KindDocument: "document", app.KindTemplate: "template", app.KindReadMark: "readmark",
	app.KindUnit: "directory", app.KindPerson: "directory", app.KindDelegation: "directory", app.KindAuthority: "directory",
	app.KindBook: "directory", app.KindBookLog: "book", app.KindGroup: "directory", app.KindCalendar: "directory",
	app.KindRoom: "directory", app.KindMeetingPoint: "directory",
	app.KindMeeting: "meeting", app.KindSession: "meeting", app.KindAgenda: "meeting", app.KindAttendance: "meeting",
	app.KindMaterial: "meeting", app.KindBallot: "meeting", app.KindSlip: "meeting", app.KindSlipAnswer: "meeting",
	app.KindAnnotation: "meeting", app.KindMinutes: "meeting", app.KindWeekPlan: "meeting", app.KindAssignment: "meeting",
	app.KindRollCode: "meeting", app.KindPointSession: "meeting",
	app.KindReadingKey: "readingkey",
}

// maxEventIDs is how many records one event names; beyond it the screens are
// told to take everything of that kind as changed.
const maxEventIDs = 100

// EventsOf makes the events for records that changed, one for each entity.
func EventsOf(keys []app.Key) []Event {
	var out []Event
	at := map[string]int{}
	for _, k := range keys {
		entity := EntityOf(k.Kind)
		if entity == "" {
			continue
		}
		i, seen := at[entity]
		if !seen {
			i = len(out)
			at[entity] = i
			out = append(out, Event{Entity: entity})
		}
		if entity != "directory" && entity != "meeting" { // a part's id says nothing of its meeting
			out[i].IDs = append(out[i].IDs, k.ID)
		}
	}
	for i := range out {
		if len(out[i].IDs) > maxEventIDs {
			out[i].IDs = nil
		}
	}
	return out
}

// Clients is the number of screens that listen.
func (h *Events) Clients() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.clients)
}

// CutOff ends the connections of the audience: their sessions are over.
func (h *Events) CutOff(who Audience) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for c := range h.clients {
		if who == nil || who(c.viewer) {
			c.cut()
		}
	}
}

// Close cuts every connection off and waits until all are gone.
func (h *Events) Close() {
	h.mu.Lock()
	h.closed = true
	for c := range h.clients {
		c.cut()
	}
	h.mu.Unlock()
	h.wg.Wait()
}

func (h *Events) join(c *eventClient) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed {
		return false
	}
	h.clients[c] = struct{}{}
	h.wg.Add(1)
	return true
}

func (h *Events) leave(c *eventClient) {
	h.mu.Lock()
	delete(h.clients, c)
	h.mu.Unlock()
	h.wg.Done()
}

// serve runs one connection until the client, the hub or ctx ends it.
func (h *Events) serve(ctx context.Context, conn *websocket.Conn, v Viewer) {
	ctx, cut := context.WithCancel(conn.CloseRead(ctx))
	defer cut()
	c := &eventClient{viewer: v, queue: make(chan Event, queueLength), cut: cut}
	if !h.join(c) {
		_ = conn.Close(websocket.StatusGoingAway, "")
		return
	}
	defer h.leave(c)
	defer func() { _ = conn.CloseNow() }()
	ping := time.NewTicker(pingEvery)
	defer ping.Stop()
	for {
		var err error
		select {
		case <-ctx.Done():
			return
		case e := <-c.queue:
			err = h.write(ctx, func(ctx context.Context) error { return wsjson.Write(ctx, conn, e) })
		case <-ping.C:
			err = h.write(ctx, conn.Ping)
		}
		if err != nil {
			return
		}
	}
}

func (h *Events) write(ctx context.Context, do func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	return do(ctx)
}

func (a *API) eventRoutes() {
	a.mux.HandleFunc("GET /api/events", a.serveEvents)
}

// serveEvents upgrades to a WebSocket. The library refuses an Origin that is
// not the request's own host.
func (a *API) serveEvents(w http.ResponseWriter, r *http.Request) {
	v, err := a.eventViewer(r)
	if err != nil {
		WriteProblem(w, err)
		return
	}
	if r.Header.Get("Origin") == "" {
		WriteProblem(w, app.Refuse(app.Forbidden, "session.bad_origin"))
		return
	}
	conn, err := websocket.Accept(w, r, nil)
	if err != nil {
		return // Accept has answered
	}
	conn.SetReadLimit(1 << 10) // screens only listen
	a.Events.serve(r.Context(), conn, v)
}

// eventViewer is who listens. A laptop that is nobody's yet still shows the
// progress of its enrolment, and one that was stopped hears when that ends.
func (a *API) eventViewer(r *http.Request) (Viewer, error) {
	v, err := a.Sessions.Viewer(r)
	if err != nil && a.Enroller != nil {
		if host := a.Host.Describe(r.Context()); host.NeedsEnrolment || host.Problem != "" {
			return Viewer{}, nil
		}
	}
	return v, err
}
