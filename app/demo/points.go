package demo

import (
	"fmt"

	"khonggiay/app"
)

// points are the meeting points (điểm cầu): every office has one, kept by its
// administrator and looked after by an officer.
func (b *builder) points() {
	for i, o := range b.p.Offices() {
		p := &app.MeetingPoint{ID: pointOf(o), Unit: o.Unit.ID, Name: "Điểm cầu " + o.Unit.Short, Group: app.PointDepartment, Device: app.DevicePC,
			Place: "Phòng họp trực tuyến, tầng 2, trụ sở " + o.Unit.Short, Technician: technician(o).ID, Phone: fmt.Sprintf("0200 3%03d %03d", 100+i, 7*i%1000),
			Up: 20_000, Down: 50_000, Backup: "4G"}
		switch {
		case o.Commune:
			p.Group, p.Up, p.Down = app.PointCommune, 8_000+2_000*(i%4), 20_000+5_000*(i%5)
		case o == b.p.Top:
			p.Group, p.Device, p.Up, p.Down, p.Backup = app.PointProvince, app.DeviceH323, 100_000, 100_000, "Cáp quang dự phòng"
		case i%3 == 0:
			p.Device = app.DeviceSIP
		}
		b.add(p)
	}
}

func pointOf(o *Office) app.ID { return "diemcau." + o.Unit.ID }

func technician(o *Office) *app.Person { return o.Divisions[0].Officers[1] }

// atPoints puts the points of offices into a meeting of another, with the tests
// that some of them have made.
func (s *script) atPoints(host *Office, meeting app.ID, of []*Office) {
	ids := []app.ID{pointOf(host), pointOf(s.p.Top)}
	for _, o := range of {
		ids = append(ids, pointOf(o))
	}
	s.about(s.ago(470), host.Clerk, "meeting.set_points.1", meeting, &app.SetPoints{Add: ids, Host: pointOf(host)})
	for i, o := range of[:len(of)*2/3] {
		test := &app.PointTested{Meeting: meeting, Point: pointOf(o), Mic: app.TestGood, Speaker: app.TestGood, Camera: app.TestGood, Up: 6_200 + 700*i, Down: 17_500 + 900*i, Loss: i % 4, RTT: 18 + 3*i}
		if i == 1 {
			test.Camera, test.Loss, test.RTT = app.TestBad, 46, 190
		}
		s.aboutPart(s.ago(90-i), technician(o), "point_session.test.1", app.Key{Kind: app.KindPointSession, ID: app.PointSessionID(meeting, pointOf(o))}, test)
	}
}
