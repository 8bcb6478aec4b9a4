package api

import (
	"context"

	"khonggiay/app"
)

// DeviceDetail is one laptop: what is or was on it, and how it left.
type DeviceDetail struct {
	DeviceRow
	Platform string       `json:"platform,omitempty"`
	Held     DeviceHeld   `json:"held" doc:"what it may hold now; of a revoked one, at its revocation"`
	Purged   int64        `json:"purged" doc:"records that it said it has wiped because they left its person"`
	PurgedAt app.Time     `json:"purgedAt,omitempty" doc:"when it last said so"`
	Leave    *DeviceLeave `json:"leave,omitempty" doc:"once it was revoked"`
}

// DeviceHeld is what a laptop's person may hold, by the server's count.
type DeviceHeld struct {
	At        app.Time    `json:"at,omitempty"`
	Documents int64       `json:"documents"`
	Records   int64       `json:"records" doc:"documents included"`
	Scopes    []HeldScope `json:"scopes"`
}

// HeldScope is one reason to hold records, with how many.
type HeldScope struct {
	Kind       app.ScopeKind `json:"kind" enum:"all,person,work,role,unit"`
	Person     app.ID        `json:"person,omitempty"`
	PersonName string        `json:"personName,omitempty"`
	Unit       app.ID        `json:"unit,omitempty"`
	UnitName   string        `json:"unitName,omitempty"`
	Role       app.Role      `json:"role,omitempty"`
	Count      int64         `json:"count"`
	Sum        string        `json:"sum" doc:"as compared at each check, hexadecimal"`
}

// DeviceLeave is what a revoked laptop has done.
type DeviceLeave struct {
	Commands  int         `json:"commands" doc:"handed over, sealed to the province"`
	Handed    app.Time    `json:"handed,omitempty" doc:"when the last of them came"`
	Files     int         `json:"files" doc:"contents of their files that came over whole, sealed"`
	Awaited   int         `json:"awaited" doc:"files that it has announced and that are not here whole"`
	Confirmed app.Time    `json:"confirmed,omitempty" doc:"when it said that the rest is wiped"`
	Records   int64       `json:"records" doc:"that it said it has wiped"`
	Segments  int         `json:"segments" doc:"sealed contents that it said it has wiped"`
	Unsent    []string    `json:"unsent,omitempty" doc:"files that never reached the server and are wiped"`
	Scopes    []HeldScope `json:"scopes,omitempty" doc:"what it said it held"`
}

func (a *API) getDevice(ctx context.Context, in *deviceInput) (*body[DeviceDetail], error) {
	if a.Devices == nil {
		return nil, errNotHere
	}
	v := viewerOf(ctx)
	d, err := a.Devices.Device(ctx, v, in.ID)
	if err != nil {
		return nil, err
	}
	l := a.look(v)
	l.nameDevice(&d.DeviceRow)
	d.Held.Scopes = some(d.Held.Scopes)
	l.nameScopes(d.Held.Scopes)
	if d.Leave != nil {
		l.nameScopes(d.Leave.Scopes)
	}
	return &body[DeviceDetail]{d}, nil
}

// nameScopes fills in the names of people and units.
func (l *look) nameScopes(scopes []HeldScope) {
	for i := range scopes {
		s := &scopes[i]
		if p := l.dir.Person(s.Person); p != nil {
			s.PersonName = p.Name
		}
		if u := l.dir.Unit(s.Unit); u != nil {
			s.UnitName = u.Name
		}
	}
}
