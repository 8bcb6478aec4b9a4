package api

import (
	"context"
	"net/http"

	"khonggiay/app"
)

// DeviceRow is one laptop in the administrator's list.
type DeviceRow struct {
	ID       string        `json:"id"`
	Name     string        `json:"name"`
	Person   *PersonRef    `json:"person,omitempty"`
	PersonID app.ID        `json:"personId"`
	Enrolled app.Time      `json:"enrolled"`
	LastSeen app.Time      `json:"lastSeen,omitempty"`
	Version  string        `json:"version,omitempty"`
	Revoked  app.Time      `json:"revoked,omitempty"`
	Alarm    *ForeignAlarm `json:"alarm,omitempty" doc:"its courier did what only the province's may, and is shut out"`
}

// ForeignAlarm is what a laptop's courier did to the files of an office.
type ForeignAlarm struct {
	OfficeID app.ID   `json:"officeId"`
	Office   *UnitRef `json:"office,omitempty"`
	At       app.Time `json:"at"`
	Items    int      `json:"items" doc:"segments changed, deleted or added"`
	MayEnd   bool     `json:"mayEnd" doc:"the viewer may let it in again"`
}

// ForgottenDevice is a laptop that was enrolled after the backup from which the
// server was restored. It asks to come in, and needs a new code.
type ForgottenDevice struct {
	ID      string   `json:"id" doc:"all that is known of it; its person reads it to the administrator"`
	First   app.Time `json:"first" doc:"when it first asked, since the server was started"`
	Last    app.Time `json:"last"`
	Address string   `json:"address" doc:"network address"`
}

// EnrolmentCode lets one person enrol one laptop.
type EnrolmentCode struct {
	Code       string         `json:"code"`
	Invitation map[string]any `json:"invitation,omitempty" doc:"contents of the invitation file"`
	Expires    app.Time       `json:"expires"`
}

// EnrolmentCodeRequest asks for a code.
type EnrolmentCodeRequest struct {
	Person app.ID `json:"person" minLength:"1" maxLength:"64"`
}

type deviceInput struct {
	ID string `path:"id" maxLength:"64"`
}

func (a *API) deviceRoutes() {
	route(a, forPerson, get("/devices", "listDevices", "Laptops of the administrator's office", "devices"), a.listDevices)
	route(a, forPerson, get("/forgotten-devices", "listForgottenDevices", "Laptops that a restored server does not know and that ask to come in", "devices"), a.listForgotten)
	route(a, forPerson, get("/devices/{id}", "getDevice", "What is or was on a laptop, and how it left", "devices"), a.getDevice)
	revoke := post("/devices/{id}/revoke", "revokeDevice", "Cut a laptop off for good", "devices")
	revoke.DefaultStatus = http.StatusNoContent
	route(a, forPerson, revoke, a.revokeDevice)
	readmit := post("/devices/{id}/courier", "readmitCourier", "Let a laptop exchange files within its office again", "devices")
	readmit.DefaultStatus = http.StatusNoContent
	route(a, forPerson, readmit, a.readmitCourier)
	route(a, forPerson, post("/enrolment-codes", "makeEnrolmentCode", "A one-time code for a person's laptop", "devices"), a.enrolmentCode)
}

func (a *API) listDevices(ctx context.Context, _ *none) (*body[[]DeviceRow], error) {
	if a.Devices == nil {
		return nil, errNotHere
	}
	v := viewerOf(ctx)
	rows, err := a.Devices.Devices(ctx, v)
	if err != nil {
		return nil, err
	}
	l := a.look(v)
	out := make([]DeviceRow, 0, len(rows))
	for _, r := range rows {
		l.nameDevice(&r)
		out = append(out, r)
	}
	return &body[[]DeviceRow]{out}, nil
}

func (a *API) listForgotten(ctx context.Context, _ *none) (*body[[]ForgottenDevice], error) {
	if a.Devices == nil {
		return nil, errNotHere
	}
	rows, err := a.Devices.Forgotten(ctx, viewerOf(ctx))
	if err != nil {
		return nil, err
	}
	return &body[[]ForgottenDevice]{some(rows)}, nil
}

func (a *API) revokeDevice(ctx context.Context, in *deviceInput) (*none, error) {
	if a.Devices == nil {
		return nil, errNotHere
	}
	return nil, a.Devices.RevokeDevice(ctx, viewerOf(ctx), in.ID)
}

func (a *API) readmitCourier(ctx context.Context, in *deviceInput) (*none, error) {
	if a.Devices == nil {
		return nil, errNotHere
	}
	return nil, a.Devices.ReadmitCourier(ctx, viewerOf(ctx), in.ID)
}

// nameDevice fills in names.
func (l *look) nameDevice(d *DeviceRow) {
	d.Person = l.person(d.PersonID)
	if d.Alarm != nil {
		d.Alarm.Office = l.unit(d.Alarm.OfficeID)
	}
}

func (a *API) enrolmentCode(ctx context.Context, in *body[EnrolmentCodeRequest]) (*body[EnrolmentCode], error) {
	if a.Devices == nil {
		return nil, errNotHere
	}
	code, err := a.Devices.EnrolmentCode(ctx, viewerOf(ctx), in.Body.Person)
	if err != nil {
		return nil, err
	}
	return &body[EnrolmentCode]{code}, nil
}
