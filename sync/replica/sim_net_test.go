package replica_test

import (
	"crypto/sha256"
	"errors"
	"os"
	"slices"

	"khonggiay/sync/feed"
	"khonggiay/sync/hub"
	"khonggiay/sync/replica"
)

// exchange is one request and its stream of pages, on a transport that loses,
// doubles, reorders and cuts; or a push beside such a stream.
type exchange struct {
	l     *laptop
	life  int
	ses   *replica.Session
	bytes []byte    // the request on its way
	pull  *hub.Pull // at the server, once served
	down  []sent    // pages on their way back, in order
	// of a push
	stream   *exchange // beside which it runs
	answered bool      // the server has answered
	taken    bool      // with yes
}

// sent is a page on its way to a laptop.
type sent struct {
	bytes    []byte
	promises []promise
}

// alive reports whether the laptop still waits for the exchange.
func (x *exchange) alive() bool { return x.life == x.l.life }

func (w *world) drop(x *exchange) {
	w.open = slices.DeleteFunc(w.open, func(o *exchange) bool { return o == x || o.stream == x })
}

// each does something to one of the exchanges that fit.
func (w *world) each(fits func(*exchange) bool, do func(*exchange)) {
	var some []*exchange
	for _, x := range w.open {
		if x.alive() && fits(x) {
			some = append(some, x)
		}
	}
	if len(some) > 0 {
		do(pick(w, some))
	}
}

// begin has a laptop send a request.
func (w *world) begin(l *laptop) *exchange {
	ses, req, err := l.rep.Begin(ctx)
	w.must(err)
	b := w.encode(l, req)
	x := &exchange{l: l, life: l.life, ses: ses, bytes: b}
	w.open = append(w.open, x)
	w.note("%s asks: %d commands, %d needed, %d purged", l, len(req.Commands), len(req.Need), len(req.Purged))
	return x
}

func (w *world) encode(l *laptop, req *feed.Request) []byte {
	if spoil := w.flaw.request; spoil != nil {
		spoil(l, req)
	}
	b, err := feed.EncodeRequest(req)
	w.must(err)
	return b
}

// push has a laptop send what is new beside its open stream.
func (w *world) push(x *exchange) {
	ses, req, err := x.l.rep.BeginPush(ctx, x.ses.Sent)
	w.must(err)
	if req == nil {
		return
	}
	b := w.encode(x.l, req)
	w.open = append(w.open, &exchange{l: x.l, life: x.l.life, ses: ses, bytes: b, stream: x})
	w.note("%s pushes: %d commands, %d purged", x.l, len(req.Commands), len(req.Purged))
	x.ses.Sent = ses.Sent
}

// serve has a request arrive at the server, perhaps not for the last time.
func (w *world) serve(x *exchange) {
	peer, why := w.identify(x.l)
	if why != known && !w.chance(20) {
		w.drop(x)
		w.turnedAway(x.l, why)
		return
	}
	req, err := feed.DecodeRequest(x.bytes)
	w.must(err)
	sub := w.server.core.Submission(peer, req)
	w.server.disk.crash = w.chance(5)
	w.server.core.Commit(ctx, []*hub.Submission{sub})
	w.server.disk.crash = false
	switch {
	case errors.Is(sub.Err, errCrash):
		w.note("server crashes on the request of %s", x.l)
		w.restartServer()
		return
	case isFull(sub.Err):
		w.note("server has no room for the request of %s", x.l)
		w.drop(x)
		return
	}
	w.must(sub.Err)
	if why != known { // it was let in a moment before
		w.refusedAll(x.l, sub)
		w.drop(x)
		return
	}
	w.decided(sub.Answers)
	twice := w.chance(15) // the answer of either may be the one that arrives
	if x.stream != nil {
		x.answered, x.taken = !twice, len(sub.Answers) == len(sub.Commands) && !sub.Unheard
		w.note("push of %s arrives, taken %v, again %v", x.l, x.taken, twice)
		return
	}
	if !w.enter(x) {
		return
	}
	pull := w.server.core.NewPull(peer, req, sub)
	pull.Target = pick(w, []int{300, 1000, 4000, 64000})
	if twice {
		w.note("request of %s arrives, and will again", x.l)
		if x.pull == nil || w.chance(50) {
			return
		}
	}
	w.note("request of %s arrives", x.l)
	x.pull, x.down = pull, nil
}

// enter does what the hub does before each page: nobody is served with scopes
// that have ended. Where there is no room to note them, the stream breaks.
func (w *world) enter(x *exchange) bool {
	_, err := w.server.core.Enter(ctx, x.l.person)
	if isFull(err) {
		w.note("server has no room for the scopes of %s", x.l)
		w.drop(x)
		return false
	}
	w.must(err)
	return true
}

// page has the server write one page into a stream.
func (w *world) page(x *exchange) (level bool) {
	if !w.enter(x) {
		return true
	}
	page, worth, err := x.pull.Next(ctx)
	w.must(err)
	w.watch(x.l, page)
	if !worth {
		return page.Level
	}
	promises := w.promised(x.l, page)
	if spoil := w.flaw.page; spoil != nil {
		spoil(x, page)
	}
	b, err := feed.EncodePage(page)
	w.must(err)
	x.pull.Sent(len(b), page)
	x.down = append(x.down, sent{b, promises})
	w.note("server writes %d bytes, %d items to %s: %x", len(b), len(page.Items), x.l, sha256.Sum256(b))
	return page.Level
}

// receive has the next page of a stream, or the answer to a push, arrive.
func (w *world) receive(x *exchange) {
	if x.stream != nil {
		w.pushed(x)
		return
	}
	next := x.down[0]
	x.down = x.down[1:]
	page, err := feed.DecodePage(next.bytes)
	w.must(err)
	undo := w.powerFails(x.l, page)
	x.l.disk.crash = undo == nil && w.chance(5)
	err = x.l.rep.Apply(ctx, x.ses, page)
	x.l.disk.crash = false
	switch {
	case errors.Is(err, errCrash):
		w.note("%s crashes on a page", x.l)
		x.l.crash()
		w.drop(x)
		return
	case errors.Is(err, replica.ErrStale):
		w.note("%s drops a page of an overtaken request", x.l)
		w.drop(x)
		return
	case isFull(err):
		w.note("%s has no room for a page", x.l)
		w.drop(x)
		return
	}
	w.must(err)
	w.note("%s applies a page of %d items", x.l, len(page.Items))
	if undo != nil {
		undo()
		w.drop(x)
		return
	}
	if page.Bye == feed.ByeRevoked {
		w.bar(x.l)
		return
	}
	w.applied(x.l, page, next.promises)
	if w.chance(5) { // doubled
		if err := x.l.rep.Apply(ctx, x.ses, page); err != nil && !errors.Is(err, replica.ErrStale) && !isFull(err) {
			w.must(err)
		}
	}
}

// pushed has the answer to a push arrive.
func (w *world) pushed(x *exchange) {
	if x.taken {
		if err := x.l.rep.Pushed(ctx, x.ses); !isFull(err) {
			w.must(err)
		}
	}
	w.drop(x)
}

// powerFails prepares a power cut soon after a page that WriteLax commits: the
// page is then undone as a whole. nil when nothing of the kind happens.
func (w *world) powerFails(l *laptop, page *feed.Page) func() {
	if page.Receipt != nil || !w.chance(4) {
		return nil
	}
	saved := map[string][]byte{}
	for _, suffix := range []string{"", "-wal"} {
		b, err := os.ReadFile(l.path + suffix)
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			w.must(err)
		}
		saved[suffix] = b
	}
	return func() {
		w.note("power cut: %s loses the page", l)
		l.life++
		w.must(l.store.Close())
		for suffix, b := range saved {
			if len(b) > 0 {
				w.must(os.WriteFile(l.path+suffix, b, 0o600))
			}
		}
		l.open()
		l.resume()
		w.checkOutbox(l)
	}
}

func (w *world) restartServer() {
	w.server.stop()
	w.server.start()
	for _, x := range w.open {
		x.pull = nil // what was sent may still arrive
	}
}

// foreign are the reasons with which a command is refused that is not its
// sender's own, or not what he said before. Nobody here does such things.
var foreign = []string{"command.wrong_writer", "command.wrong_actor", "command.bad_signature", "command.id_reused", "command.too_old"}

// decided notes the server's answers: a command has one for ever.
func (w *world) decided(answers []feed.Result) {
	for i := range answers {
		if slices.Contains(foreign, answers[i].Reason) {
			w.failf("%v was refused as if it were somebody else's: %s", answers[i].ID, answers[i].Reason)
		}
		w.ledger.result(w, w.server.epoch, &answers[i])
	}
}

// applied checks what must hold as soon as a page is on a laptop's disk.
func (w *world) applied(l *laptop, page *feed.Page, promises []promise) {
	if spoil := w.flaw.applied; spoil != nil {
		spoil(l)
	}
	if page.Epoch != l.epoch && len(page.Cursor) > 0 {
		l.epoch = page.Epoch
		w.recount(l)
	}
	if page.Receipt != nil {
		for i := range page.Receipt.Results {
			r := &page.Receipt.Results[i]
			w.ledger.result(w, page.Receipt.Epoch, r)
			if r.Status != feed.Deferred && slices.Contains(l.given, r.ID) {
				if _, known := l.told[r.ID]; !known {
					l.told[r.ID] = r.Status
				}
				if r.Number != 0 {
					w.ledger.numbers[r.ID] = w.ledger.results[decision{page.Receipt.Epoch, r.ID}]
				}
				w.ledger.history.back(w, r)
			}
		}
	}
	for i := range page.Items {
		if it := &page.Items[i]; it.Base == 0 && !it.Gone() {
			l.had[it.Key] = true
		}
	}
	w.keep(l, promises)
	w.checkOutbox(l)
}
