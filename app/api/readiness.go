package api

import (
	"context"

	"khonggiay/app"
)

// Readiness tells who has which material on which machine, and from which
// machines a recalled one is not known to have gone.
type Readiness interface {
	// Readiness is for those who run the meeting; Forbidden for others, Offline
	// when the server that knows is out of reach.
	Readiness(ctx context.Context, v Viewer, meeting app.ID) (MeetingReadiness, error)
}

// MeetingReadiness is the state of a meeting's materials on the machines of its
// people.
type MeetingReadiness struct {
	At        app.Time           `json:"at" doc:"when the server looked"`
	Materials []ReadinessColumn  `json:"materials" doc:"that have a version"`
	People    []ReadinessRow     `json:"people" doc:"who should have any of them, by name"`
	Recalls   []MaterialRecalled `json:"recalls" doc:"materials that were recalled"`
}

// ReadinessColumn is a material in its newest version.
type ReadinessColumn struct {
	ID     app.ID            `json:"id"`
	Title  string            `json:"title"`
	State  app.MaterialState `json:"state" enum:"asked,draft,pending,rejected,waits,open,recalled"`
	Number int               `json:"number" doc:"of the version"`
	Size   int64             `json:"size"`
	SHA256 app.Hash          `json:"sha256"`
}

// ReadinessRow is one person with his machines.
type ReadinessRow struct {
	Person   app.ID            `json:"person"`
	Name     string            `json:"name"`
	Position string            `json:"position,omitempty"`
	Office   string            `json:"office,omitempty"`
	Role     app.MeetingRole   `json:"role,omitempty" enum:",CHU_TRI,THU_KY,THANH_VIEN,KHACH_MOI,TRINH_BAY,KY_THUAT,QUAN_SAT" doc:"absent: for a unit, or because of his post"`
	Cells    []int             `json:"cells" doc:"by material: percent on his best machine, -1 when it is not for him"`
	Read     []bool            `json:"read" doc:"by material: he has opened the newest version"`
	Machines []ReadinessDevice `json:"machines"`
}

// ReadinessDevice is a laptop.
type ReadinessDevice struct {
	Name  string   `json:"name"`
	Seen  app.Time `json:"seen" doc:"last contact"`
	Cells []int    `json:"cells" doc:"by material: percent of the newest version, -1 when it is not for him"`
}

// MaterialRecalled is a recalled material and the machines that have not said
// that it has gone from their disk.
type MaterialRecalled struct {
	ID        app.ID          `json:"id"`
	Title     string          `json:"title"`
	At        app.Time        `json:"at"`
	People    int             `json:"people" doc:"from whom"`
	Confirmed int             `json:"confirmed" doc:"machines that have said that it has gone"`
	Open      []RecallMachine `json:"open" doc:"machines that have not"`
}

// RecallMachine is a machine that may still hold what was recalled.
type RecallMachine struct {
	Person string   `json:"person"`
	Name   string   `json:"name" doc:"of the machine"`
	Seen   app.Time `json:"seen" doc:"last contact"`
}

func (a *API) getReadiness(ctx context.Context, in *meetingInput) (*body[MeetingReadiness], error) {
	v := viewerOf(ctx)
	l := a.look(v)
	err := a.Store.Read(ctx, func(view View) error {
		m, _, err := l.meeting(view, in.ID)
		if err != nil {
			return err
		}
		if dec := app.Can(l.dir, l.actor, app.ActReadiness, m); !dec.Allow {
			return app.Refuse(app.Forbidden, dec.Reason)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	if a.Readiness == nil {
		return nil, errNotHere
	}
	out, err := a.Readiness.Readiness(ctx, v, in.ID)
	return &body[MeetingReadiness]{out}, err
}
