package desktop

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"sync"
	"sync/atomic"

	"khonggiay/app"
	"khonggiay/app/api"
	"khonggiay/app/sqlite"
	"khonggiay/sync/content"
)

// carrier moves sealed segments over HTTPS: up what was added here, down what
// the person is likely to open. What must go up is in the database, what may
// come down is asked of it anew at each start, so the queues may be forgotten.
type carrier struct {
	store  *sqlite.Store
	files  *content.Store
	log    *slog.Logger
	tell   func(api.Event)
	up     *content.Queue
	down   *content.Queue
	porter atomic.Pointer[porter] // brings and takes what it can instead; nil while there is none
	done   sync.Map               // segments that the server has taken since the start, as keys
	live   atomic.Bool            // the line is up, by the last word of the records' sync
}

// minFree stays free on a laptop's disk when contents come, so that the database
// beside them can go on.
const minFree = 256 << 20

// quota is how many bytes of content a laptop keeps without being asked; what
// somebody opens comes in any case.
const quota = 4 << 30

// automatic is how many documents' contents are fetched ahead, the most recent
// open ones.
const automatic = 300

func newCarrier(store *sqlite.Store, files *content.Store, client *http.Client, log *slog.Logger, tell func(api.Event)) *carrier {
	k := &carrier{store: store, files: files, log: log, tell: tell}
	uploader := &content.Uploader{HTTP: client, Base: serverURL, Store: files}
	fetcher := &content.Fetcher{HTTP: client, Base: serverURL, Store: files}
	k.up = content.NewQueue(content.QueueOptions{
		Transfer: func(ctx context.Context, name app.Hash, size int64, p content.Progress) error {
			p = k.telling(p)
			if by := k.porter.Load(); by != nil && size >= byCourier && by.reachesProvince() {
				there := func(ctx context.Context) (bool, error) { return uploader.There(ctx, name) }
				if err := by.send(ctx, name, size, there, p); !errors.Is(err, errNotByCourier) {
					return err
				}
			}
			return uploader.Upload(ctx, name, p)
		},
		Finished: k.sent,
	})
	k.down = content.NewQueue(content.QueueOptions{
		Transfer: func(ctx context.Context, name app.Hash, size int64, p content.Progress) error {
			return fetcher.Fetch(ctx, name, size, k.telling(p))
		},
		Finished: k.fetched,
	})
	k.up.Pause(content.PriorityOpen)
	k.down.Pause(content.PriorityOpen)
	return k
}

func (k *carrier) close() {
	k.up.Close()
	k.down.Close()
}

func (k *carrier) online() bool { return k.live.Load() }

// setOnline follows the line: nothing is tried without one, and everything at
// once when it comes back.
func (k *carrier) setOnline(on bool) {
	if k.live.Swap(on) == on {
		return
	}
	if !on {
		k.up.Pause(content.PriorityOpen)
		k.down.Pause(content.PriorityOpen)
		return
	}
	k.up.Resume()
	k.down.Resume()
	k.sendWaiting()
	k.up.Kick()
	k.down.Kick()
}

// sendWaiting puts all that must go up into the queue.
func (k *carrier) sendWaiting() {
	var sends []sqlite.Send
	err := k.store.Read(context.Background(), func(v *sqlite.View) (err error) {
		sends, err = v.Sends()
		return err
	})
	if err != nil {
		k.log.Error("reading the uploads in waiting", "err", err)
		return
	}
	for _, s := range sends {
		k.up.Add(s.Segment, s.Size, content.PriorityRecent)
	}
}

// sent is told about each segment that left the upload queue. One that the
// server refused for now stays in the database and is tried at the next line.
func (k *carrier) sent(name app.Hash, err error) {
	if err != nil {
		k.log.Warn("upload", "segment", name, "err", err)
		return
	}
	k.done.Store(name, true)
	if p := k.porter.Load(); p != nil {
		p.sent(name)
	}
	err = k.store.Write(context.Background(), func(tx *sqlite.Tx) error { return tx.DeleteSend(name) })
	if err != nil {
		k.log.Error("forgetting an upload", "segment", name, "err", err)
	}
	k.tell(api.Event{Entity: "content"})
	k.tell(api.Event{Entity: "sync"})
}

// hasSent reports whether the server took the segment since the start: its
// document may not say so yet.
func (k *carrier) hasSent(name app.Hash) bool {
	_, ok := k.done.Load(name)
	return ok
}

func (k *carrier) fetched(name app.Hash, err error) {
	if err != nil {
		k.log.Warn("download", "segment", name, "err", err)
	} else if p := k.porter.Load(); p != nil {
		p.found(name)
	}
	k.tell(api.Event{Entity: "content"})
}

func (k *carrier) fetch(name app.Hash, size int64, p content.Priority) { k.down.Add(name, size, p) }
