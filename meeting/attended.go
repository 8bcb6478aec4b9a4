package meeting

import "khonggiay/app"

// Attended is somebody who has been in the conference as himself: a participant with
// his own machine, or a guest. Meeting points stand in the meeting's record.
type Attended struct {
	Name   string          `json:"name"`
	Kind   StationKind     `json:"kind" enum:"person,guest"`
	Role   app.MeetingRole `json:"role" enum:"CHU_TRI,THU_KY,THANH_VIEN,KHACH_MOI,TRINH_BAY,KY_THUAT,QUAN_SAT"`
	Joined app.Time        `json:"joined" doc:"the first time"`
	Left   app.Time        `json:"left,omitempty" doc:"the last time, or without a signal since"`
	Drops  int             `json:"drops,omitempty" doc:"how often the signal was lost"`
}

// Attended lists them in their order.
func (c *Conference) Attended() []Attended {
	out := []Attended{}
	for _, s := range c.Listed() {
		if s.Joined == 0 || s.Kind == PointStation {
			continue
		}
		a := Attended{Name: s.Name, Kind: s.Kind, Role: s.Role, Joined: s.Joined, Left: s.Left, Drops: s.Drops}
		if a.Left == 0 && !s.Connected {
			a.Left = s.Lost
		}
		out = append(out, a)
	}
	return out
}
