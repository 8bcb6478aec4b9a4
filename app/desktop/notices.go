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
		if title, ok := newWork(decodeDocument(c.Old), doc, held); ok {
			shell.Notify(title, doc.Subject, pageOf(doc))
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

// noticed are the queues in which new work is worth an interruption whatever
// its urgency, with the words of the notification.
var noticed = map[app.Queue]string{
	app.QueueDirect:       "Văn bản trình anh/chị cho ý kiến",
	app.QueueTask:         "Việc mới được giao",
	app.QueueSign:         "Văn bản chờ ký",
	app.QueueApprove:      "Dự thảo chờ duyệt",
	app.QueueResult:       "Kết quả chờ duyệt",
	app.QueueTaskReturned: "Việc bị trả lại",
	app.QueueReturned:     "Dự thảo bị trả lại",
	app.QueueExtension:    "Xin gia hạn",
}

// newWork compares what waits for the holder of the scopes before and after.
func newWork(old, doc *app.Document, held []app.Scope) (title string, ok bool) {
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
		title, ok = noticed[w.Queue]
		switch doc.Urgency {
		case app.UrgencyImmediate:
			return "HỎA TỐC", true
		case app.UrgencyVery:
			return "Thượng khẩn", true
		}
		if ok {
			return title, true
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
