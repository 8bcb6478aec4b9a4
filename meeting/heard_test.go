package meeting

import (
	"slices"
	"testing"

	"khonggiay/app"
)

func TestHeard(t *testing.T) {
	c := NewConference("m", false, 1)
	for _, id := range []app.ID{"chair", "xa-1", "xa-2", "xa-3"} {
		seat := Seat{Station: id, Kind: PersonStation, Person: id, Name: string(id), Role: app.MeetingMember}
		if id == "chair" {
			seat.Role, seat.Runs = app.MeetingChair, true
		}
		if _, err := c.Comes(seat, 1); err != nil {
			t.Fatal(err)
		}
	}
	now := app.Time(100_000)
	step := func(what string, after app.Time, speaks app.ID, at app.Time, want ...app.ID) {
		t.Helper()
		now += after
		if at > 0 {
			at += now
		}
		if got := c.Speaks(speaks, now); got != at || !slices.Equal(c.Heard(), want) {
			t.Fatalf("%s: at %d, %v; want %d, %v", what, got-now, c.Heard(), at-now, want)
		}
	}
	step("xa-1 begins", 0, "xa-1", heardAfter)
	step("and goes on", heardAfter-1, "xa-1", 1)
	step("until it is followed", 1, "xa-1", 0, "xa-1")
	step("a word in between", 500, "xa-2", 2_500, "xa-1")
	step("is over", 400, "xa-1", 0, "xa-1")
	step("the chair", 5_000, "chair", heardAfter, "xa-1")
	step("stays on", heardAfter, "chair", 0, "chair", "xa-1")
	step("one who interrupts at once waits his time", 100, "xa-2", 2_900, "chair", "xa-1")
	step("and is followed", 2_900, "xa-2", 0, "xa-2", "chair")
	if tiles, _ := c.Tiles(now); !slices.Equal(tiles, []app.ID{"chair", "xa-2"}) {
		t.Fatal("beside the chair:", tiles)
	}
	if h := c.Heights(now); h("xa-2") != full || h("xa-1") != thumbnail || h("chair") != 0 {
		t.Fatal("heights:", h("xa-2"), h("xa-1"), h("chair"))
	}
	if slices.Contains(c.Stage(), "xa-2") {
		t.Fatal("who speaks has no rights by it")
	}
	step("silence", 100, "", 0, "xa-2", "chair")
	step("for a while", heardFor-2_000, "", 0, "xa-2")
	step("for good", 2_001, "", 0)
	step("another", 0, "xa-3", heardAfter)
	step("is followed", heardAfter, "xa-3", 0, "xa-3")
	epoch := c.Epoch
	if c.Leaves("xa-3", now); len(c.Heard()) != 0 || c.Epoch == epoch {
		t.Fatal("who has left:", c.Heard())
	}
	step("and is not followed any more", heardAfter, "xa-3", 0)
	step("xa-1 speaks", 0, "xa-1", heardAfter)
	step("and is followed", heardAfter, "xa-1", 0, "xa-1")
	if err := c.Do("chair", Do{Act: ActFloor, Station: "xa-2", On: true}, now); err != nil {
		t.Fatal(err)
	}
	if tiles, _ := c.Tiles(now); !slices.Equal(tiles, []app.ID{"chair", "xa-2"}) {
		t.Fatal("the floor comes before a voice:", tiles)
	}
}
