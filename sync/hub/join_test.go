package hub_test

import (
	"fmt"
	"slices"
	"testing"

	"khonggiay/app"
)

// Somebody joins a second unit: what it holds comes behind what changes
// meanwhile in his own, newest first, and in the end all of it is there.
func TestAJoinedUnitFillsBehindLiveChanges(t *testing.T) {
	f := newFixture(t)
	for i := range 30 {
		f.accept(clerkXa1, f.receive(app.ID(fmt.Sprintf("old%02d", i)), fmt.Sprintf("việc cũ %d", i), 0))
	}
	l := f.laptop(clerkXa2)
	l.pull(nil, 0)
	_, err := f.core.Import(ctx, []app.Record{&app.Person{ID: "xa2.clerk", Name: "Lê Thị Mai",
		Posts: []app.Post{{Unit: "xa2", Role: app.RoleClerk, Main: true}, {Unit: "xa1", Role: app.RoleClerk}}}})
	f.must(err)
	f.accept(clerkXa2, f.sign(clerkXa2, "document.receive.1", "live1", &app.IncomingCreate{Unit: "xa2", Fields: fields("việc mới")}),
		f.sign(clerkXa2, "document.receive.1", "live2", &app.IncomingCreate{Unit: "xa2", Fields: fields("việc mới nữa")}))
	pages := l.pull(nil, 1)
	got := slices.Compact(items(pages)) // a record may come again with its result
	if len(pages) < 5 || len(got) != 32 {
		t.Fatalf("%d pages with %v", len(pages), got)
	}
	if first := slices.Sorted(slices.Values(got[:2])); !slices.Equal(first, []app.ID{"live1", "live2"}) {
		t.Errorf("before the live changes came %v", got[:2])
	}
	if got[2] != "old29" || got[31] != "old00" {
		t.Errorf("filled in the order %v", got[2:])
	}
	if len(l.have) == 0 || l.have[docKey("old00")].Body == nil || l.have[docKey("live2")].Body == nil {
		t.Error("something is missing in the end")
	}
}
