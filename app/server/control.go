package server

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"path/filepath"
	"sort"
	"strings"

	"khonggiay/app"
	"khonggiay/app/enrol"
	"khonggiay/app/sqlite"
)

// SocketFile is the operator's door inside the data directory: a Unix socket
// of mode 0600, so that only the server's own user (and root) may knock.
const SocketFile = "control.sock"

// maxControl is the largest request of the operator's tool: a whole directory
// to import.
const maxControl = 64 << 20

// Operator is the actor of what the operator's tool does.
const Operator app.ID = "operator"

// operation is one thing that the operator's tool can ask for.
type operation func(ctx context.Context, args json.RawMessage) (any, error)

// op fits a typed function into the table.
func op[A, R any](fn func(context.Context, A) (R, error)) operation {
	return func(ctx context.Context, raw json.RawMessage) (any, error) {
		var args A
		d := json.NewDecoder(bytes.NewReader(raw))
		d.DisallowUnknownFields()
		if err := d.Decode(&args); err != nil {
			return nil, app.Errorf(app.Invalid, "request.malformed", "%w", err)
		}
		return fn(ctx, args)
	}
}

// operations is the whole of the operator's power over a server.
func (s *Server) operations() map[string]operation {
	return map[string]operation{
		"status":           op(s.opStatus),
		"account.list":     op(s.opAccounts),
		"account.add":      op(s.opAddAccount),
		"account.password": op(s.opPassword),
		"account.close":    op(s.opCloseAccount),
		"admin.add":        op(s.opAddAdmin),
		"person.find":      op(s.opFindPerson),
		"code.make":        op(s.opCode),
		"device.list":      op(s.opDevices),
		"device.revoke":    op(s.opRevoke),
		"device.show":      op(s.opDevice),
		"device.outbox":    op(s.opOutbox),
		"directory.import": op(s.opImport),
		"trust.list":       op(s.opRoots),
		"trust.add":        op(s.opAddRoot),
		"trust.remove":     op(s.opRemoveRoot),
		"room.token":       op(s.opEquip),
		"backup":           op(s.opBackup),
		"check":            op(s.opCheck),
		"audit":            op(s.opAudit),
	}
}

// Control does one operation, for the socket and for a tool that has opened the
// server in its own process.
func (s *Server) Control(ctx context.Context, name string, args json.RawMessage) (json.RawMessage, error) {
	do, ok := s.operations()[name]
	if !ok {
		return nil, app.Refuse(app.NotFound, "request.unknown_route")
	}
	if len(args) == 0 {
		args = []byte("{}")
	}
	out, err := do(ctx, args)
	if err != nil {
		s.log.Warn("operator's request refused", "operation", name, "err", err)
		return nil, err
	}
	s.log.Info("operator's request", "operation", name)
	return json.Marshal(out)
}

// controlAnswer is the answer on the socket.
type controlAnswer struct {
	Result json.RawMessage `json:"result,omitempty"`
	Error  *app.Error      `json:"error,omitempty"`
	// Detail is the cause of an error: the operator may read it.
	Detail string `json:"detail,omitempty"`
}

// serveControl answers the socket: POST /<operation>, JSON both ways.
func (s *Server) serveControl(w http.ResponseWriter, r *http.Request) {
	args, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxControl))
	if err != nil || r.Method != http.MethodPost {
		writeRefusal(w, errBadRequest)
		return
	}
	var answer controlAnswer
	result, err := s.Control(r.Context(), strings.TrimPrefix(r.URL.Path, "/"), args)
	if err != nil {
		answer.Error = app.AsError(err)
		answer.Detail = err.Error()
	} else {
		answer.Result = result
	}
	writeJSON(w, http.StatusOK, answer)
}

// nothing stands for no arguments, and for nothing to tell.
type nothing struct{}

// Status is what `khonggiayctl status` shows.
type Status struct {
	Version   string   `json:"version"`
	Running   bool     `json:"running"` // serving, not only opened by the tool
	Listen    string   `json:"listen,omitempty"`
	Addresses []string `json:"addresses"`
	Authority string   `json:"authority"` // fingerprint as codes carry it, hex
	Epoch     uint64   `json:"epoch"`
	Health    Health   `json:"health"`
	Units     int      `json:"units"`
	People    int      `json:"people"`
	Devices   int      `json:"devices"`
	Connected int      `json:"connected"` // devices with a request open
	// After a restore: until when laptops' commands wait for each other, how many
	// do, and how many books wait for a clerk.
	Reconciling app.Time `json:"reconciling,omitempty"`
	Parked      int      `json:"parked,omitempty"`
	ClosedBooks int      `json:"closedBooks,omitempty"`
	// Documents whose signatures wait for a verdict, and for a time-stamp.
	Unjudged  int `json:"unjudged,omitempty"`
	Unstamped int `json:"unstamped,omitempty"`
	Unproven  int `json:"unproven,omitempty"` // sealed files that are to get evidence
	// Devices enrolled after the backup, which ask to come in: they need a code.
	Forgotten []Knock `json:"forgotten,omitempty"`
}

func (s *Server) opStatus(ctx context.Context, _ nothing) (Status, error) {
	fingerprint := enrol.FingerprintOf(s.authority.Certificate())
	st := Status{Version: s.config.Version, Running: s.serving.Load(), Listen: s.Addr(), Addresses: s.devices.addresses,
		Authority: app.Hash(append(fingerprint[:], make([]byte, 32-len(fingerprint))...)).String()[:2*len(fingerprint)],
		Epoch:     s.epoch(), Health: s.Health(ctx), Connected: s.devices.streams.count(),
		Forgotten: s.devices.knocks.list()}
	dir := s.store.Directory()
	st.Units, st.People = len(dir.Units()), len(dir.Persons())
	st.ClosedBooks = closedBooks(dir)
	err := s.store.Read(ctx, func(v *sqlite.View) (err error) {
		if st.Reconciling, err = v.Reconciling(); err != nil {
			return err
		}
		if st.Parked, err = v.ParkedCount(); err != nil {
			return err
		}
		if st.Unjudged, err = v.SigningWaits(app.DueVerdict); err != nil {
			return err
		}
		if st.Unstamped, err = v.SigningWaits(app.DueStamp); err != nil {
			return err
		}
		if st.Unproven, err = v.SigningWaits(s.config.evidenceDue()); err != nil {
			return err
		}
		all, err := v.Devices("")
		for _, d := range all {
			if d.Revoked == 0 {
				st.Devices++
			}
		}
		return err
	})
	return st, err
}

// closedBooks counts the books that wait for their clerk since a restore.
func closedBooks(dir *app.Directory) (n int) {
	for _, b := range dir.AllBooks() {
		if b.Closed() {
			n++
		}
	}
	return n
}

// PersonQuery looks for people by id or words of their name.
type PersonQuery struct {
	Query string `json:"query"`
}

// PersonInfo is one person found.
type PersonInfo struct {
	ID       app.ID `json:"id"`
	Name     string `json:"name"`
	Position string `json:"position,omitempty"`
	Unit     string `json:"unit,omitempty"`
}

func (s *Server) opFindPerson(_ context.Context, q PersonQuery) ([]PersonInfo, error) {
	dir, today := s.store.Directory(), s.store.Now().Date()
	found := dir.FindPeople(q.Query, today, 50)
	if p := dir.Person(app.ID(q.Query)); p != nil {
		found = []*app.Person{p}
	}
	out := []PersonInfo{}
	for _, p := range found {
		info := PersonInfo{ID: p.ID, Name: p.Name}
		if post, ok := p.MainPost(today); ok {
			info.Position, info.Unit = post.Position, unitName(dir, post.Unit)
		}
		out = append(out, info)
	}
	return out, nil
}

// PersonRequest names a person.
type PersonRequest struct {
	Person app.ID `json:"person"`
}

func (s *Server) opCode(ctx context.Context, r PersonRequest) (*enrol.Invitation, error) {
	return s.devices.newCode(ctx, Operator, r.Person)
}

// DeviceQuery lists the devices of an office, or all.
type DeviceQuery struct {
	Office app.ID `json:"office,omitempty"`
}

// DeviceInfo is one device in the operator's list.
type DeviceInfo struct {
	ID         app.ID   `json:"id"`
	Person     app.ID   `json:"person"`
	PersonName string   `json:"personName"`
	Office     app.ID   `json:"office"`
	Name       string   `json:"name"`
	Version    string   `json:"version"`
	Enrolled   app.Time `json:"enrolled"`
	Seen       app.Time `json:"seen"`
	Revoked    app.Time `json:"revoked,omitempty"`
}

func (s *Server) opDevices(ctx context.Context, q DeviceQuery) ([]DeviceInfo, error) {
	out := []DeviceInfo{}
	if err := s.touch.flush(ctx, s.store); err != nil {
		return nil, err
	}
	err := s.store.Read(ctx, func(v *sqlite.View) error {
		all, err := v.Devices(q.Office)
		for _, d := range all {
			info := DeviceInfo{ID: d.ID, Person: d.Person, Office: d.Office, Name: d.Name, Version: d.Version,
				Enrolled: d.Enrolled, Seen: d.Seen, Revoked: d.Revoked}
			if p := v.Directory().Person(d.Person); p != nil {
				info.PersonName = p.Name
			}
			out = append(out, info)
		}
		return err
	})
	return out, err
}

// DeviceRequest names a device.
type DeviceRequest struct {
	Device app.ID `json:"device"`
}

func (s *Server) opRevoke(ctx context.Context, r DeviceRequest) (nothing, error) {
	err := s.devices.revoke(ctx, r.Device, Operator)
	if errors.Is(err, app.ErrNotFound) {
		err = s.devices.revokeForgotten(ctx, r.Device, Operator)
	}
	return nothing{}, err
}

// AuditQuery reads the audit log onwards.
type AuditQuery struct {
	After uint64 `json:"after,omitempty"`
	Limit int    `json:"limit,omitempty"`
}

func (s *Server) opAudit(ctx context.Context, q AuditQuery) ([]sqlite.AuditEntry, error) {
	if q.Limit <= 0 || q.Limit > 10_000 {
		q.Limit = 1000
	}
	return s.store.AuditLog(ctx, q.After, q.Limit)
}

// BackupRequest asks for a backup.
type BackupRequest struct {
	Path           string `json:"path"` // absolute, on the server's machine
	WithoutContent bool   `json:"withoutContent,omitempty"`
	SealFor
}

func (s *Server) opBackup(ctx context.Context, r BackupRequest) (BackupInfo, error) {
	if !filepath.IsAbs(r.Path) {
		return BackupInfo{}, app.Refuse(app.Invalid, "backup.bad_path")
	}
	return s.Backup(ctx, r.Path, r.SealFor, !r.WithoutContent)
}

// Operations lists the names of all operations, sorted.
func (s *Server) Operations() []string {
	var names []string
	for name := range s.operations() {
		names = append(names, name)
	}
	sort.Strings(names)
	return names
}
