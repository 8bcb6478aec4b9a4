package desktop

import (
	"slices"

	"khonggiay/app"
	"khonggiay/app/sqlite"
	"khonggiay/sync/feed"
)

// notify tells the person about work that has just come from others: what is
// hỏa tốc or thượng khẩn, and what he himself has to do.
func (l *link) notify(changes []sqlite.Change) {
	shell := l.app.currentShell()
	if shell == nil || !l.loaded() {
		return
	}
	me := l.identity().Person
	held := l.app.store.Directory().Scopes(me, l.app.clock.Now())
	for _, c := range changes {
		doc := decodeDocument(c.New)
		if c.Key.Kind != app.KindDocument || doc == nil {
			continue
		}
		if step, ok := doc.LastChange(); ok && step.By == me {
			continue // his own doing
		}
		if what, ok := newWork(decodeDocument(c.Old), doc, held); ok {
			shell.Notify(Notice{What: what, Subject: doc.Subject, Path: pageOf(doc)})
		}
	}
}

func decodeDocument(body []byte) *app.Document {
	if body == nil {
		return nil
	}
	r, err := feed.Decode(app.KindDocument, body)
	if err != nil {
		return nil
	}
	doc, _ := r.(*app.Document)
	return doc
}

// Notice is work that has just come, for whoever looks elsewhere.
type Notice struct {
	What    string `json:"what"` // a queue, or the urgency that is louder than it: "immediate", "very"
	Subject string `json:"subject"`
	Path    string `json:"path"` // what a click opens
}

// noticed are the queues in which new work is worth an interruption whatever
// its urgency.
var noticed = []app.Queue{app.QueueDirect, app.QueueTask, app.QueueSign, app.QueueApprove, app.QueueResult, app.QueueTaskReturned,
	app.QueueReturned, app.QueueExtension}

// newWork compares what waits for the holder of the scopes before and after.
func newWork(old, doc *app.Document, held []app.Scope) (what string, ok bool) {
	var before []app.Waiting
	if old != nil {
		before = app.WaitingOf(old)
	}
	for _, w := range app.WaitingOf(doc) {
		if !slices.Contains(held, w.Holder) || slices.ContainsFunc(before, func(b app.Waiting) bool {
			return b.Queue == w.Queue && b.Ref == w.Ref && b.Receiver == w.Receiver
		}) {
			continue
		}
		switch doc.Urgency {
		case app.UrgencyImmediate:
			return "immediate", true
		case app.UrgencyVery:
			return "very", true
		}
		if slices.Contains(noticed, w.Queue) {
			return string(w.Queue), true
		}
	}
	return "", false
}

// pageOf is the document's screen.
func pageOf(doc *app.Document) string {
	if doc.Direction == app.Outgoing {
		return "/van-ban-di/" + string(doc.ID)
	}
	return "/van-ban-den/" + string(doc.ID)
}
