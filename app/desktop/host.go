package desktop

import (
	"context"
	"net/http"

	"khonggiay/app"
	"khonggiay/app/api"
	"khonggiay/app/enrol"
)

// sessions knows one person: the laptop's. Whoever got past the gate is he.
type sessions struct{ *App }

// Viewer implements api.Sessions.
func (s sessions) Viewer(*http.Request) (api.Viewer, error) {
	switch p := s.stopped(); {
	case p == problemRepairing:
		return api.Viewer{}, errRepairing
	case p == problemDamaged || !s.isOpen():
		return api.Viewer{}, app.Refuse(app.Internal, p)
	}
	l, err := s.enrolled()
	if err != nil {
		return api.Viewer{}, err
	}
	if err := l.open(); err != nil {
		return api.Viewer{}, err
	}
	return api.Viewer{Person: l.identity().Person, All: true}, nil
}

// host describes this laptop.
type host struct{ *App }

// Describe implements api.Host.
func (h host) Describe(ctx context.Context) api.HostInfo {
	info := api.HostInfo{Kind: "laptop", Problem: h.stopped(), Trouble: h.trouble()}
	if s := h.currentShell(); s != nil {
		info.Window = s.Native() != nil
	}
	l := h.currentLink()
	if l == nil {
		info.NeedsEnrolment = h.isOpen() && info.Problem == ""
		info.Left = h.leftInfo()
		info.Demo = h.cfg.demoInfo(false)
		return info
	}
	id := l.identity()
	info.PersonName = id.PersonName
	info.Device = &api.DeviceInfo{ID: string(id.Device), Name: deviceName(), Server: firstOf(id.Addresses)}
	if at, err := id.RenewAt(); err == nil {
		info.Device.Expires = app.TimeOf(at.Add(enrol.RenewBefore))
	}
	if err := l.open(); err != nil {
		info.Problem = app.AsError(err).Reason
	}
	info.Lock = l.lockInfo(ctx)
	info.Forgotten = l.forgottenInfo(ctx)
	info.Demo = h.cfg.demoInfo(l.line.isCut())
	return info
}

func firstOf(list []string) string {
	if len(list) == 0 {
		return ""
	}
	return list[0]
}

// demo is the demonstration's switch.
type demo struct{ *App }

// CutLine implements api.Demo.
func (d demo) CutLine(_ context.Context, cut bool) error {
	l, err := d.enrolled()
	if err != nil {
		return err
	}
	l.cutLine(cut)
	d.events.Publish(api.Event{Entity: "session"}, nil)
	d.events.Publish(api.Event{Entity: "sync"}, nil)
	return nil
}

// native passes the system's dialogs on, when there is a window.
type native struct{ *App }

func (n native) dialogs() (api.Native, error) {
	if s := n.currentShell(); s != nil {
		if d := s.Native(); d != nil {
			return d, nil
		}
	}
	return nil, app.Refuse(app.NotFound, "request.not_here")
}

// ChooseFolder implements api.Native.
func (n native) ChooseFolder(ctx context.Context) (string, error) {
	d, err := n.dialogs()
	if err != nil {
		return "", err
	}
	return d.ChooseFolder(ctx)
}

// OpenPage implements api.Native.
func (n native) OpenPage(ctx context.Context, path string) error {
	d, err := n.dialogs()
	if err != nil {
		return err
	}
	return d.OpenPage(ctx, path)
}

// SaveFile implements api.Native.
func (n native) SaveFile(ctx context.Context, name string) (string, error) {
	d, err := n.dialogs()
	if err != nil {
		return "", err
	}
	return d.SaveFile(ctx, name)
}
