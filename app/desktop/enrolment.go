package desktop

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"runtime"
	"slices"
	"time"

	"khonggiay/app"
	"khonggiay/app/api"
	"khonggiay/app/enrol"
	"khonggiay/app/sqlite"
)

// enroller makes this laptop somebody's.
type enroller struct{ *App }

// Enrol implements api.Enroller. Keys are made here and stored before the
// server is asked, the identity before anything uses it: a kill at any moment
// leaves a laptop that is somebody's, or one that takes the same code again.
func (e enroller) Enrol(ctx context.Context, req api.EnrolRequest) (api.Enrolled, error) {
	if !e.enrolling.TryLock() {
		return api.Enrolled{}, app.Refuse(app.Conflict, "enrol.running")
	}
	defer e.enrolling.Unlock()
	if !e.isOpen() {
		return api.Enrolled{}, app.Refuse(app.Internal, e.currentProblem())
	}
	if l := e.currentLink(); l != nil {
		return e.enrolAgain(ctx, l, req)
	}
	code, addresses, err := parseEnrolment(req, nil)
	if err != nil {
		return api.Enrolled{}, err
	}
	e.progress("keys")
	keys, err := keysFor(e.cfg.Data, code, time.Now())
	if err != nil {
		return api.Enrolled{}, app.Errorf(app.Internal, "storage.io", "%w", err)
	}
	person, err := e.personHere(ctx)
	if err != nil {
		return api.Enrolled{}, err
	}
	e.progress("register")
	id, err := e.register(ctx, addresses, code, keys, person)
	if err != nil {
		return api.Enrolled{}, err
	}
	if err := saveIdentity(e.cfg.Data, id); err != nil {
		return api.Enrolled{}, app.Errorf(app.Internal, "storage.io", "%w", err)
	}
	_ = os.Remove(leftPath(e.cfg.Data)) // mostly there is none
	if err := forgetFirstKeys(e.cfg.Data); err != nil {
		e.log.Warn("removing the first keys", "err", err)
	}
	if err := e.connect(id); err != nil {
		return api.Enrolled{}, err
	}
	e.progress("first_load")
	e.events.Publish(api.Event{Entity: "session"}, nil)
	return enrolledAs(id), nil
}

func enrolledAs(id *enrol.Identity) api.Enrolled {
	return api.Enrolled{Person: id.Person, Name: id.PersonName, Office: id.OfficeName}
}

// personHere is whose data this laptop holds, "" when it holds none: only his
// code will do.
func (e enroller) personHere(ctx context.Context) (person app.ID, err error) {
	err = e.store.Read(ctx, func(v *sqlite.View) error {
		s, err := v.SyncState()
		person = s.Person
		return err
	})
	return person, err
}

// progress tells the screen which step has begun.
func (e enroller) progress(step string) {
	e.events.Publish(api.Event{Entity: "enrol", Data: map[string]string{"step": step}}, nil)
}

// register tries the addresses in turn; only a server out of reach is a reason
// to try the next. person is whose data are here, "" = nobody's.
func (e enroller) register(ctx context.Context, addresses []string, code enrol.Code, keys *enrol.Keys, person app.ID) (*enrol.Identity, error) {
	device := enrol.Device{Name: deviceName(), Platform: runtime.GOOS + "/" + runtime.GOARCH, Version: e.cfg.Version, Person: person}
	var last error
	for _, address := range addresses {
		id, err := new(enrol.Client).Enrol(ctx, address, code, keys, device)
		if err == nil {
			return withAddress(id, address)
		}
		last = err
		if app.AsError(err).Code != app.Offline {
			break
		}
	}
	return nil, last
}

// withAddress puts the address that worked before those that the server names:
// it may know itself by others that do not lead there from here.
func withAddress(id *enrol.Identity, address string) (*enrol.Identity, error) {
	full, err := enrol.Address(address)
	if err != nil {
		return nil, err
	}
	id.Addresses = proven(full, id.Addresses)
	return id, nil
}

func proven(address string, named []string) []string {
	out := []string{address}
	for _, a := range named {
		if a != address {
			out = append(out, a)
		}
	}
	return out
}

// parseEnrolment reads a code with an address, or an invitation file. A laptop
// that knows its server's addresses needs the code alone.
func parseEnrolment(req api.EnrolRequest, known []string) (enrol.Code, []string, error) {
	if req.Invitation != nil {
		b, err := json.Marshal(req.Invitation)
		if err != nil {
			return enrol.Code{}, nil, app.Refuse(app.Invalid, "enrol.not_invitation")
		}
		inv, code, err := enrol.ParseInvitation(b)
		if err != nil {
			return enrol.Code{}, nil, codeError(err)
		}
		return code, append(slices.Clone(known), inv.Addresses...), nil
	}
	addresses := known
	if req.Server != "" {
		addresses = proven(req.Server, known)
	}
	if len(addresses) == 0 {
		return enrol.Code{}, nil, app.Refuse(app.Invalid, "enrol.no_server")
	}
	code, err := enrol.ParseCode(req.Code)
	if err != nil {
		return enrol.Code{}, nil, codeError(err)
	}
	return code, addresses, nil
}

func codeError(err error) error {
	if errors.Is(err, enrol.ErrNotInvitation) {
		return app.Errorf(app.Invalid, "enrol.not_invitation", "%w", err)
	}
	return app.Errorf(app.Invalid, "enrol.code_typo", "%w", err)
}

// deviceName is what the person sees in the list of devices.
func deviceName() string {
	name, err := os.Hostname()
	if err != nil || name == "" {
		return "laptop"
	}
	return app.NormalText(name)
}
