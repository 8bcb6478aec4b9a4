package server

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"khonggiay/app"
	"khonggiay/app/api"
	"khonggiay/app/sqlite"
	"khonggiay/sync/courier"
)

const (
	chief     app.ID = "p-quan-tri-tinh"
	elsewhere app.ID = "p-quan-tri-so"
)

// deviceOn is the row of a device in what the laptop's person is shown.
func (l *laptop) deviceOn(id app.ID) *api.DeviceRow {
	l.Helper()
	_, b := l.request(http.MethodGet, "/api/devices", nil)
	var rows []api.DeviceRow
	if err := json.Unmarshal(b, &rows); err != nil {
		l.Fatalf("%s: %v", b, err)
	}
	for _, row := range rows {
		if row.ID == string(id) {
			return &row
		}
	}
	return nil
}

func (l *laptop) readmit(id app.ID) int { return l.press("/api/devices/" + string(id) + "/courier") }

func (l *laptop) press(path string) int {
	l.Helper()
	resp, _ := l.request(http.MethodPost, path, strings.NewReader("{}"), "Content-Type", "application/json")
	return resp.StatusCode
}

// forge has the courier of a laptop say that it changed three files of its office.
func (f *fixture) forge(l *laptop) {
	f.Helper()
	f.planned(l, true)
	node := courier.IDOf(f.nodeOf(l.Device))
	f.couriers.foreign(courier.Foreign{Folder: officeFolder + string(unitCommune), From: node, By: node, Items: 3})
}

func (f *fixture) nodeOf(id app.ID) (node app.Hash) {
	f.view(func(v *sqlite.View) error {
		d, err := v.Device(id)
		node = d.CourierID
		return err
	})
	return node
}

// planned waits until the courier's plan has the laptop in an office, or not.
func (f *fixture) planned(l *laptop, in bool) {
	f.Helper()
	for {
		plan, next := f.couriers.planFor(l.Device)
		if len(plan.Offices) > 0 == in {
			return
		}
		select {
		case <-next:
		case <-f.Context().Done():
			f.Fatal("the plan never changed")
		}
	}
}

// TestForgerIsShownAndLetInAgain: a laptop that changed its office's folder is
// shown to the office's administrator and the province's, to its own person too;
// only administrators may let it in again, which is audited; until then it is in
// no plan, and it goes on exchanging records all the time.
func TestForgerIsShownAndLetInAgain(t *testing.T) {
	f := open(t).run()
	f.do("directory.import", Import{People: []app.Person{
		{ID: chief, Name: "Quản trị tỉnh", Posts: post("tinh", app.RoleAdmin)},
		{ID: elsewhere, Name: "Quản trị sở", Posts: post(unitSender, app.RoleAdmin)}}}, nil)
	forger, office, province, other := f.enrol(clerk), f.enrol(admin), f.enrol(chief), f.enrol(elsewhere)
	if province.deviceOn(forger.Device) != nil {
		t.Error("the province's administrator sees a laptop of an office without an alarm")
	}
	f.forge(forger)
	f.planned(forger, false)
	for who, l := range map[string]*laptop{"its person": forger, "the office's administrator": office, "the province's": province} {
		row := l.deviceOn(forger.Device)
		if row == nil || row.Alarm == nil || row.Alarm.Items != 3 || row.Alarm.At == 0 || row.Alarm.Office.Name != "UBND xã An" {
			t.Errorf("%s sees %+v", who, row)
			continue
		}
		if row.Alarm.MayEnd != (l != forger) {
			t.Errorf("%s may end it: %v", who, row.Alarm.MayEnd)
		}
	}
	if other.deviceOn(forger.Device) != nil {
		t.Error("another office's administrator sees it")
	}
	if got := forger.readmit(forger.Device); got != http.StatusForbidden {
		t.Errorf("its person lets it in: %d", got)
	}
	if got := other.readmit(forger.Device); got != http.StatusNotFound {
		t.Errorf("another office's administrator lets it in: %d", got)
	}
	if len(forger.pull()) == 0 {
		t.Error("its records stand still")
	}
	f.planned(forger, false)
	for _, l := range []*laptop{office, province} {
		if got := l.readmit(forger.Device); got != http.StatusNoContent {
			t.Errorf("let in again: %d", got)
		}
		f.planned(forger, true)
		if row := office.deviceOn(forger.Device); row.Alarm != nil {
			t.Errorf("still shown: %+v", row.Alarm)
		}
		f.forge(forger)
		f.planned(forger, false)
	}
	if n := f.audited("courier.readmit"); n != 2 {
		t.Errorf("%d entries in the audit log, want 2", n)
	}
}

// TestProvinceRevokesForger: the province's administrator may also revoke a laptop
// that has raised the alarm, of whichever office; no other laptop of theirs.
func TestProvinceRevokesForger(t *testing.T) {
	f := open(t).run()
	f.do("directory.import", Import{People: []app.Person{{ID: chief, Name: "Quản trị tỉnh", Posts: post("tinh", app.RoleAdmin)}}}, nil)
	forger, province := f.enrol(clerk), f.enrol(chief)
	revoke := "/api/devices/" + string(forger.Device) + "/revoke"
	if got := province.press(revoke); got != http.StatusNotFound {
		t.Errorf("without an alarm: %d", got)
	}
	f.forge(forger)
	if got := province.press(revoke); got != http.StatusNoContent {
		t.Errorf("with an alarm: %d", got)
	}
}

// TestForgerInTheDetails: the page of one device and the operator's tool tell the
// same.
func TestForgerInTheDetails(t *testing.T) {
	f := open(t).run()
	forger, office := f.enrol(clerk), f.enrol(admin)
	f.forge(forger)
	var op, page api.DeviceDetail
	f.do("device.show", DeviceRequest{forger.Device}, &op)
	_, b := office.request(http.MethodGet, "/api/devices/"+string(forger.Device), nil)
	if err := json.Unmarshal(b, &page); err != nil || page.Alarm == nil || !page.Alarm.MayEnd || page.Alarm.Items != 3 {
		t.Errorf("page: %s", b)
	}
	if op.Alarm == nil || op.Alarm.Items != 3 {
		t.Errorf("operator: %+v", op.Alarm)
	}
}
