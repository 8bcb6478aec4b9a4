package server

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"khonggiay/app"
	"khonggiay/app/sqlite"
)

// Import is a province's directory as the operator brings it: records by kind,
// in the fields of the app package (case does not matter). Each goes through
// the same command that an administrator's change goes through, so the rules
// hold and laptops learn of it; a record that is there already is replaced.
type Import struct {
	Units       []app.Unit       `json:"units,omitempty"`
	People      []app.Person     `json:"people,omitempty"`
	Authorities []app.Authority  `json:"authorities,omitempty"`
	Books       []app.Book       `json:"books,omitempty"`
	Calendars   []app.Calendar   `json:"calendars,omitempty"`
	Groups      []app.Group      `json:"groups,omitempty"`
	Accounts    []AccountRequest `json:"accounts,omitempty"`
}

// Imported counts what an import did, and names what it left out.
type Imported struct {
	Records  int             `json:"records"`
	Accounts []AccountMade   `json:"accounts,omitempty"`
	Refused  []RefusedImport `json:"refused,omitempty"`
}

// RefusedImport is a record that broke a rule. The others are in.
type RefusedImport struct {
	Kind   string     `json:"kind"`
	ID     app.ID     `json:"id"`
	Reason *app.Error `json:"reason"`
}

func (s *Server) opImport(ctx context.Context, in Import) (Imported, error) {
	run := importRun{server: s, ctx: ctx}
	units, err := parentsFirst(in.Units)
	if err != nil {
		return Imported{}, err
	}
	for _, u := range units {
		run.give("unit", "unit.put.1", app.Key{Kind: app.KindUnit, ID: u.ID}, &app.PutUnit{Unit: u})
	}
	for _, p := range in.People {
		run.give("person", "person.put.1", p.Key(), &app.PutPerson{Person: p})
	}
	for _, a := range in.Authorities {
		run.give("authority", "authority.put.1", a.Key(), &app.PutAuthority{Authority: a})
	}
	for _, b := range in.Books {
		if b.Holder == "" {
			b.Holder = app.HolderServer
		}
		run.give("book", "book.put.1", b.Key(), &app.PutBook{Book: b})
	}
	for _, c := range in.Calendars {
		if c.ID == "" {
			c.ID = app.ID(fmt.Sprint(c.Year))
		}
		run.give("calendar", "calendar.put.1", c.Key(), &app.PutCalendar{Calendar: c})
	}
	for _, g := range in.Groups {
		run.give("group", "group.save.1", g.Key(), &app.SaveGroup{Unit: g.Unit, Name: g.Name, Members: g.Members, Closed: g.Closed, Public: g.Public})
	}
	for _, a := range in.Accounts {
		made, err := s.opAddAccount(ctx, a)
		if run.note("account", app.ID(a.Account), err) {
			run.done.Accounts = append(run.done.Accounts, made)
		}
	}
	return run.done, errors.Join(run.err, s.store.Write(ctx, func(tx *sqlite.Tx) error {
		return tx.Audit(sqlite.AuditEntry{Act: "directory.import", Actor: Operator,
			Detail: map[string]any{"records": run.done.Records, "refused": len(run.done.Refused), "accounts": len(run.done.Accounts)}})
	}))
}

// importRun goes on after a refusal and stops at a failure.
type importRun struct {
	server *Server
	ctx    context.Context
	done   Imported
	err    error
}

func (r *importRun) give(kind, name string, target app.Key, args any) {
	if r.err != nil {
		return
	}
	if r.note(kind, target.ID, r.server.GiveSystem(r.ctx, name, target, args)) {
		r.done.Records++
	}
}

// note sorts a result; it reports whether the record is in.
func (r *importRun) note(kind string, id app.ID, err error) bool {
	switch e := app.AsError(err); {
	case r.err != nil:
	case err == nil:
		return true
	case e.Code == app.Internal || e.Code == app.Full || r.ctx.Err() != nil:
		r.err = fmt.Errorf("import of %s %s: %w", kind, id, err)
	default:
		r.done.Refused = append(r.done.Refused, RefusedImport{kind, id, e})
	}
	return false
}

// parentsFirst orders units so that each comes after its parents.
func parentsFirst(units []app.Unit) ([]app.Unit, error) {
	byID := make(map[app.ID]app.Unit, len(units))
	for _, u := range units {
		byID[u.ID] = u
	}
	const (
		under = 1 // its parents are being placed
		done  = 2
	)
	state := map[app.ID]int{}
	out := make([]app.Unit, 0, len(units))
	var place func(app.ID) error
	place = func(id app.ID) error {
		u, ok := byID[id]
		if !ok || state[id] == done {
			return nil // a parent that is there already, or will be refused as unknown
		}
		if state[id] == under {
			return app.Refuse(app.Invalid, "unit.parent_loop").With("unit", id)
		}
		state[id] = under
		for _, p := range u.Parents {
			if err := place(p.Unit); err != nil {
				return err
			}
		}
		state[id] = done
		out = append(out, u)
		return nil
	}
	for _, u := range units {
		if err := place(u.ID); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// AdminRequest makes somebody the administrator of an office.
type AdminRequest struct {
	Account  string `json:"account"`
	Name     string `json:"name,omitempty"`   // of a new person
	Person   app.ID `json:"person,omitempty"` // an existing person
	Unit     app.ID `json:"unit,omitempty"`   // empty: the province's own office
	Password string `json:"password,omitempty"`
}

// rootUnit is the office that an empty province begins with.
const rootUnit app.ID = "tinh"

// opAddAdmin gives a person the post of administrator and an account. In an
// empty province it makes the first office too.
func (s *Server) opAddAdmin(ctx context.Context, r AdminRequest) (AccountMade, error) {
	name, err := AccountName(r.Account)
	if err == nil && r.Password != "" {
		err = checkPassword(name, r.Password)
	}
	if err == nil {
		err = s.accountFree(ctx, name, r.Person)
	}
	if err != nil { // nothing was made yet
		return AccountMade{}, err
	}
	unit, err := s.adminUnit(ctx, r.Unit)
	if err != nil {
		return AccountMade{}, err
	}
	person := app.Person{ID: r.Person, Name: r.Name}
	if r.Person == "" {
		person.ID = app.NewID(s.store.Now())
	} else if known := s.store.Directory().Person(r.Person); known != nil {
		person = *known
		person.Posts = slices.Clone(known.Posts)
	}
	post := app.Post{Unit: unit, Position: "Quản trị đơn vị", Role: app.RoleAdmin, Main: len(person.Posts) == 0}
	if !s.store.Directory().HasRole(person.ID, unit, s.store.Now().Date(), app.RoleAdmin) {
		person.Posts = append(person.Posts, post)
		if err := s.GiveSystem(ctx, "person.put.1", person.Key(), &app.PutPerson{Person: person}); err != nil {
			return AccountMade{}, err
		}
	}
	err = s.store.Write(ctx, func(tx *sqlite.Tx) error {
		return tx.Audit(sqlite.AuditEntry{Act: "admin.add", Actor: Operator, Object: string(person.ID), Detail: map[string]any{"unit": unit}})
	})
	if err != nil {
		return AccountMade{}, err
	}
	return s.opAddAccount(ctx, AccountRequest{Account: r.Account, Person: person.ID, Password: r.Password})
}

// adminUnit is the office asked for, or the province's own.
func (s *Server) adminUnit(ctx context.Context, unit app.ID) (app.ID, error) {
	dir, today := s.store.Directory(), s.store.Now().Date()
	if unit != "" {
		if u := dir.Unit(unit); u == nil || !u.Office {
			return "", app.Refuse(app.NotFound, "unit.not_an_office").With("unit", unit)
		}
		return unit, nil
	}
	for _, u := range dir.Offices(today) {
		if dir.ParentOf(u.ID, today) == "" {
			return u.ID, nil
		}
	}
	root := app.Unit{ID: rootUnit, Name: s.config.Province, Level: "province", Office: true}
	return root.ID, s.GiveSystem(ctx, "unit.put.1", root.Key(), &app.PutUnit{Unit: root})
}
