package server

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

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
	generations, err := byGeneration(in.Units)
	if err != nil {
		return Imported{}, err
	}
	run := &importRun{server: s}
	for _, units := range generations {
		each(run, ctx, units, func(u app.Unit) error { return run.give(ctx, "unit.put.1", u.Key(), &app.PutUnit{Unit: u}) })
	}
	each(run, ctx, in.People, func(p app.Person) error { return run.give(ctx, "person.put.1", p.Key(), &app.PutPerson{Person: p}) })
	each(run, ctx, in.Authorities, func(a app.Authority) error {
		return run.give(ctx, "authority.put.1", a.Key(), &app.PutAuthority{Authority: a})
	})
	each(run, ctx, in.Books, func(b app.Book) error {
		b.Holder = cmp.Or(b.Holder, app.HolderServer)
		return run.give(ctx, "book.put.1", b.Key(), &app.PutBook{Book: b})
	})
	each(run, ctx, in.Calendars, func(c app.Calendar) error {
		c.ID = cmp.Or(c.ID, app.ID(fmt.Sprint(c.Year)))
		return run.give(ctx, "calendar.put.1", c.Key(), &app.PutCalendar{Calendar: c})
	})
	each(run, ctx, in.Groups, func(g app.Group) error {
		return run.give(ctx, "group.save.1", g.Key(), &app.SaveGroup{Unit: g.Unit, Name: g.Name, Members: g.Members, Closed: g.Closed})
	})
	each(run, ctx, in.Accounts, func(a AccountRequest) error { return run.account(ctx, a) })
	return run.finish(ctx)
}

// importsAtOnce lets the writer put many commands into one transaction.
const importsAtOnce = 64

// importRun goes on after a refusal and stops at a failure.
type importRun struct {
	server *Server

	mu   sync.Mutex // guards the rest
	done Imported
	err  error
}

// each imports records that do not depend on one another, side by side.
func each[R any](run *importRun, ctx context.Context, records []R, put func(R) error) {
	var working sync.WaitGroup
	slots := make(chan struct{}, importsAtOnce)
	for i := range records {
		if run.failed() {
			break
		}
		slots <- struct{}{}
		working.Go(func() {
			defer func() { <-slots }()
			run.note(ctx, records[i], put(records[i]))
		})
	}
	working.Wait()
}

func (r *importRun) give(ctx context.Context, name string, target app.Key, args any) error {
	return r.server.GiveSystem(ctx, name, target, args)
}

func (r *importRun) account(ctx context.Context, a AccountRequest) error {
	made, err := r.server.opAddAccount(ctx, a)
	if err == nil {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.done.Accounts = append(r.done.Accounts, made)
	}
	return err
}

func (r *importRun) failed() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.err != nil
}

// note sorts a result.
func (r *importRun) note(ctx context.Context, record any, err error) {
	kind, id := describe(record)
	r.mu.Lock()
	defer r.mu.Unlock()
	switch e := app.AsError(err); {
	case err == nil && kind != "account":
		r.done.Records++
	case err == nil:
	case e.Code == app.Internal || e.Code == app.Full || e.Code == app.Offline || ctx.Err() != nil:
		r.err = errors.Join(r.err, fmt.Errorf("import of %s %s: %w", kind, id, err))
	default:
		r.done.Refused = append(r.done.Refused, RefusedImport{kind, id, e})
	}
}

// describe names a record for the list of refusals.
func describe(record any) (kind string, id app.ID) {
	switch r := record.(type) {
	case app.Unit:
		return "unit", r.ID
	case app.Person:
		return "person", r.ID
	case app.Authority:
		return "authority", r.ID
	case app.Book:
		return "book", r.ID
	case app.Calendar:
		return "calendar", r.ID
	case app.Group:
		return "group", r.ID
	case AccountRequest:
		return "account", app.ID(r.Account)
	}
	return "record", ""
}

func (r *importRun) finish(ctx context.Context) (Imported, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	slices.SortFunc(r.done.Refused, func(a, b RefusedImport) int { return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.ID, b.ID)) })
	slices.SortFunc(r.done.Accounts, func(a, b AccountMade) int { return cmp.Compare(a.Account, b.Account) })
	return r.done, errors.Join(r.err, r.server.store.Write(ctx, func(tx *sqlite.Tx) error {
		return tx.Audit(sqlite.AuditEntry{Act: "directory.import", Actor: Operator,
			Detail: map[string]any{"records": r.done.Records, "refused": len(r.done.Refused), "accounts": len(r.done.Accounts)}})
	}))
}

// byGeneration sorts units so that each stands in a later list than its
// parents among them.
func byGeneration(units []app.Unit) (out [][]app.Unit, err error) {
	waiting := make(map[app.ID]app.Unit, len(units))
	for _, u := range units {
		waiting[u.ID] = u
	}
	for len(waiting) > 0 {
		var now []app.Unit
		for _, u := range units {
			_, still := waiting[u.ID]
			ready := !slices.ContainsFunc(u.Parents, func(p app.Parent) bool { _, w := waiting[p.Unit]; return w })
			if still && ready {
				now = append(now, u)
			}
		}
		if len(now) == 0 {
			for id := range waiting {
				return nil, app.Refuse(app.Invalid, "unit.parent_loop").With("unit", id)
			}
		}
		for _, u := range now {
			delete(waiting, u.ID)
		}
		out = append(out, now)
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
