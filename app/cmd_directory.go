package app

import "slices"

func init() {
	define("unit.put.1", KindUnit, putUnit, serverOnly)
	define("person.put.1", KindPerson, putPerson, serverOnly)
	define("authority.put.1", KindAuthority, putAuthority, serverOnly)
	define("book.put.1", KindBook, putBook, serverOnly)
	define("calendar.put.1", KindCalendar, putCalendar, serverOnly)
}

// place checks a directory record before it is stored: its id, the version
// that the administrator saw, and his power over it as it was and as it will be.
func (x *Exec) place(r, old Record) error {
	if r.Key() != x.Cmd.Target {
		return Refuse(Invalid, "command.bad_target")
	}
	if err := x.unchanged(); err != nil {
		return err
	}
	if old != nil {
		if err := x.may(old); err != nil {
			return err
		}
	}
	return x.may(r)
}

func putUnit(x *Exec, a *PutUnit) error {
	u := &a.Unit
	var old Record
	was, ok, err := previous[*Unit](x)
	if err != nil {
		return err
	}
	if ok {
		old = was
	}
	if err := x.place(u, old); err != nil {
		return err
	}
	if err := x.adminOfParents(u, was); err != nil {
		return err
	}
	switch {
	case u.Name == "":
		return Refuse(Invalid, "unit.name_missing")
	case u.Organ != "" && !ValidOrgan(u.Organ):
		return Refuse(Invalid, "unit.bad_organ")
	}
	for _, p := range u.Parents {
		if x.Dir.Unit(p.Unit) == nil {
			return Refuse(Invalid, "unit.parent_unknown").With("unit", string(p.Unit))
		}
		if x.below(p.Unit, u.ID, p.Span) {
			return Refuse(Invalid, "unit.parent_loop").With("unit", string(p.Unit))
		}
	}
	return x.Tx.Put(u)
}

// adminOfParents keeps an administrator from moving a division, with all who
// work in it, into another office or out of one: on whatever day that would be.
func (x *Exec) adminOfParents(u, was *Unit) error {
	if x.Actor.System {
		return nil
	}
	var before []Parent
	if was != nil {
		before = was.Parents
	}
	for _, p := range slices.Concat(missing(u.Parents, before), missing(before, u.Parents)) {
		if err := x.adminIn(p.Unit); err != nil {
			return err
		}
	}
	return nil
}

// below reports whether the unit lies under the other one on any day on which
// something changes within the span.
func (x *Exec) below(unit, above ID, span Dated) bool {
	days := []Date{x.today(), span.From, span.To}
	id := unit
	for range maxDepth {
		u := x.Dir.Unit(id)
		if u == nil {
			break
		}
		for _, p := range u.Parents {
			days = append(days, p.Span.From, p.Span.To)
		}
		id = x.Dir.ParentOf(id, x.today())
	}
	return slices.ContainsFunc(days, func(d Date) bool { return span.On(d) && x.Dir.Within(unit, above, d) })
}

func putPerson(x *Exec, a *PutPerson) error {
	p := &a.Person
	was, ok, err := previous[*Person](x)
	if err != nil {
		return err
	}
	if !x.Actor.System {
		if err := x.adminOfPerson(p, was, ok); err != nil {
			return err
		}
	}
	switch {
	case p.Key() != x.Cmd.Target:
		return Refuse(Invalid, "command.bad_target")
	case p.ID == SystemPerson:
		return Refuse(Invalid, "person.reserved")
	case p.Name == "":
		return Refuse(Invalid, "person.name_missing")
	}
	for _, post := range p.Posts {
		if x.Dir.Unit(post.Unit) == nil {
			return Refuse(Invalid, "person.unit_unknown").With("unit", string(post.Unit))
		}
		if !slices.Contains(Roles, post.Role) {
			return Refuse(Invalid, "person.bad_role")
		}
	}
	return x.Tx.Put(p)
}

// adminOfPerson keeps an administrator to his office: posts elsewhere stay as
// they are, and so does which post is the main one when that is elsewhere; a
// name or a closing is the business of the office of the main post, and nobody
// gives himself a post.
func (x *Exec) adminOfPerson(p, was *Person, exists bool) error {
	if err := x.unchanged(); err != nil {
		return err
	}
	if !exists {
		was = &Person{ID: p.ID}
		if len(p.Posts) == 0 {
			return Refuse(Invalid, "person.no_post")
		}
	}
	changed := slices.Concat(missing(p.Posts, was.Posts), missing(was.Posts, p.Posts))
	if len(changed) > 0 && p.ID == x.Actor.Person {
		return Refuse(Forbidden, "person.own_posts")
	}
	for _, post := range changed {
		if err := x.adminIn(post.Unit); err != nil {
			return err
		}
	}
	if err := x.keepsMainPost(p, was); err != nil {
		return err
	}
	same := p.Name == was.Name && p.Email == was.Email && p.Phone == was.Phone && p.Closed == was.Closed
	if main, ok := was.MainPost(x.today()); exists && !same && ok {
		return x.adminIn(main.Unit)
	}
	if exists && !same {
		return x.may(was)
	}
	return nil
}

// keepsMainPost refuses what would make another post the main one, today or on
// any later day, unless the post that is left belongs to the administrator's
// office. Whose office the main post is in may make codes for the person's
// laptops: nobody takes that from another office by adding a post in his own.
func (x *Exec) keepsMainPost(p, was *Person) error {
	days := []Date{x.today()}
	for _, post := range slices.Concat(p.Posts, was.Posts) {
		days = append(days, post.Span.From, post.Span.To+1)
	}
	for _, d := range days {
		before, had := was.MainPost(d)
		after, _ := p.MainPost(d)
		if d < x.today() || !had || before == after {
			continue
		}
		if err := x.adminIn(before.Unit); err != nil {
			return err
		}
	}
	return nil
}

func (x *Exec) adminIn(unit ID) error {
	return x.may(&Authority{Unit: x.Dir.OfficeID(unit, x.today())})
}

// missing are those of a that b does not have.
func missing[T comparable](a, b []T) []T {
	return slices.DeleteFunc(slices.Clone(a), func(p T) bool { return slices.Contains(b, p) })
}

func putAuthority(x *Exec, a *PutAuthority) error {
	auth := &a.Authority
	var old Record
	was, ok, err := previous[*Authority](x)
	if err != nil {
		return err
	}
	if ok {
		old = was
	}
	if err := x.place(auth, old); err != nil {
		return err
	}
	if _, err := x.office(auth.Unit); err != nil {
		return err
	}
	if !slices.Contains([]AuthorityForm{AuthorityOwn, AuthorityTM, AuthorityQ, AuthorityKT, AuthorityTL, AuthorityTUQ}, auth.Form) {
		return Refuse(Invalid, "authority.bad_form")
	}
	if !x.Dir.worksIn(auth.Person, auth.Unit, x.today()) && (!ok || auth.Person != was.Person) {
		return Refuse(Invalid, "authority.person_elsewhere")
	}
	for _, t := range auth.Types {
		if _, known := TypeOf(t); !known {
			return Refuse(Invalid, "document.unknown_type").With("type", clip(string(t)))
		}
	}
	return x.Tx.Put(auth)
}

// putBook stores a book. What its numbers depend on never changes except by
// the server: office, direction, holder, epoch.
func putBook(x *Exec, a *PutBook) error {
	b := &a.Book
	var old Record
	was, ok, err := previous[*Book](x)
	if err != nil {
		return err
	}
	if ok {
		old = was
	}
	if err := x.place(b, old); err != nil {
		return err
	}
	if _, err := x.office(b.Unit); err != nil {
		return err
	}
	if b.Holder == "" {
		b.Holder = HolderServer
	}
	switch {
	case b.Direction != Incoming && b.Direction != Outgoing:
		return Refuse(Invalid, "book.wrong_direction")
	case b.Name == "":
		return Refuse(Invalid, "book.name_missing")
	case ok && (b.Unit != was.Unit || b.Direction != was.Direction):
		return Refuse(Invalid, "book.fixed")
	case ok && b.Epoch < was.Epoch:
		return Refuse(Conflict, "book.old_epoch")
	case x.Actor.System:
	case ok && (b.Holder != was.Holder || b.Epoch != was.Epoch || b.Loan != was.Loan), !ok && (b.Holder != HolderServer || b.Epoch != 0 || b.Loan != Loan{}):
		return Refuse(Forbidden, "book.fixed")
	}
	b.Closing = Closing{} // opened by a clerk, and by no other way
	if ok {
		b.Closing = was.Closing
	}
	return x.Tx.Put(b)
}

func putCalendar(x *Exec, a *PutCalendar) error {
	if !x.Actor.System {
		return Refuse(Forbidden, "command.system_only")
	}
	if a.Calendar.Key() != x.Cmd.Target || a.Calendar.Year < 1945 {
		return Refuse(Invalid, "command.bad_target")
	}
	return x.Tx.Put(&a.Calendar)
}
