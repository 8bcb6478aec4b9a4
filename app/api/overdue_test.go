package api_test

import (
	"context"
	"testing"

	"khonggiay/app"
	"khonggiay/app/sqlite"
)

// TestOverdueIsMarked: what the list of overdue documents holds bears the mark,
// also an issued document whose recipients have not answered yet.
func TestOverdueIsMarked(t *testing.T) {
	p := newProvince(t, sqlite.Server)
	late := morning.Date() - 10
	docs := []app.Record{
		&app.Document{ID: "draft", Direction: app.Outgoing, Unit: "x1", State: app.OutDraft, Drafter: "x1.clerk", Created: morning, DueDate: late, Subject: "Dự thảo"},
		&app.Document{ID: "awaited", Direction: app.Outgoing, Unit: "x1", State: app.OutIssued, Drafter: "x1.clerk", Created: morning, DueDate: late, Subject: "Chờ trả lời",
			Recipients: map[app.ID]app.Recipient{"so": {Status: app.StatusReceived}}},
		&app.Document{ID: "answered", Direction: app.Outgoing, Unit: "x1", State: app.OutIssued, Drafter: "x1.clerk", Created: morning, DueDate: late, Subject: "Đã trả lời",
			Recipients: map[app.ID]app.Recipient{"so": {Status: app.StatusCompleted}}},
	}
	err := p.store.Write(context.Background(), func(tx *sqlite.Tx) error {
		for _, d := range docs {
			if err := tx.Put(d); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	marked := map[any]any{}
	for _, item := range p.get("x1.clerk", "/documents?direction=outgoing&overdue=true")["items"].([]any) {
		row := item.(map[string]any)
		marked[row["id"]] = row["overdue"]
	}
	if len(marked) != 2 || marked["draft"] != true || marked["awaited"] != true {
		t.Errorf("overdue, and whether marked so: %v", marked)
	}
}
