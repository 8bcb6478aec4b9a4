package app

// canRecord answers for records other than documents.
func canRecord(d *Directory, a Actor, act Action, r Record) Decision {
	c := covering(a, act)
	no := func(reason string) Decision { return Decision{Action: act, Reason: reason} }
	yes := func(g Grant, ok bool, name string) Decision {
		if !ok {
			return no("can.needs_" + name)
		}
		return Decision{Action: act, Allow: true, Reason: "can.as_" + name, Grant: g}
	}
	if len(c.Grants) == 0 && len(a.Grants) > 0 && a.Delegation != "" {
		return no("can.not_delegated")
	}
	on := a.At.Date()
	switch r := r.(type) {
	case *Template:
		if r.Unit == "" {
			return yes(Grant{}, r.Person == a.Person && a.Delegation == "", "owner")
		}
		g, ok := c.role(r.Unit, RoleLeader, RoleDeputy, RoleHead)
		return yes(g, ok, "leader")
	case *ReadMark:
		return yes(Grant{}, r.Person == a.Person, "owner")
	case *Annotation:
		return yes(Grant{}, r.Person == a.Person && a.Delegation == "", "owner")
	case *ReadingKey:
		return yes(Grant{}, r.Person == a.Person && a.Delegation == "", "owner")
	case *Group:
		g, ok := c.role(r.Unit, RoleClerk, RoleAdmin)
		return yes(g, ok, "clerk")
	case *Delegation:
		if act == "delegation.revoke" {
			if g, ok := c.role(d.OfficeID(r.Unit, on), RoleAdmin); ok {
				return yes(g, true, "admin")
			}
		}
		return yes(Grant{}, r.From == a.Person && a.Delegation == "", "owner")
	case *OpinionSlip:
		return canSlip(c, act, r, yes)
	case *SlipAnswer:
		return yes(Grant{}, r.Person == a.Person && a.Delegation == "", "owner")
	case *Unit:
		g, ok := c.role(unitOffice(d, r, on), RoleAdmin)
		return yes(g, ok, "admin")
	case *Person:
		for _, p := range r.Posts {
			if g, ok := c.role(d.OfficeID(p.Unit, on), RoleAdmin); ok {
				return yes(g, true, "admin")
			}
		}
		return no("can.needs_admin")
	case *Authority:
		g, ok := c.role(r.Unit, RoleAdmin)
		return yes(g, ok, "admin")
	case *Book:
		return canBook(c, act, r, yes)
	case *Room:
		g, ok := c.role(r.Unit, RoleClerk, RoleAdmin)
		return yes(g, ok, "clerk")
	case *MeetingPoint:
		g, ok := canPoint(d, c, r, on)
		return yes(g, ok, "clerk")
	case *WeekPlan:
		return canWeek(c, act, r)
	case *Assignment:
		return canAssignment(d, c, act, r)
	}
	return no("can.unknown_action")
}

// unitOffice is the office that a division belongs to by its newest data, or
// empty for an office: no administrator makes or moves those.
func unitOffice(d *Directory, u *Unit, on Date) ID {
	if u.Office {
		return ""
	}
	for _, p := range u.Parents {
		if p.Span.On(on) {
			return d.OfficeID(p.Unit, on)
		}
	}
	return ""
}

// canBook: the clerk works with the book, the administrator has power over it,
// and whoever holds it may always give it back.
func canBook(c *Actor, act Action, b *Book, yes func(Grant, bool, string) Decision) Decision {
	clerk, isClerk := c.role(b.Unit, RoleClerk)
	admin, isAdmin := c.role(b.Unit, RoleAdmin)
	switch act {
	case "book.reconcile", "book.open":
		return yes(clerk, isClerk, "clerk")
	case "book.lend":
		if isClerk {
			return yes(clerk, true, "clerk")
		}
	case "book.return":
		return yes(Grant{}, b.Lent() && b.Loan.Person == c.Person && c.Delegation == "", "holder")
	case "book.put", "book.recall":
	default:
		return Decision{Action: act, Reason: "can.unknown_action"}
	}
	return yes(admin, isAdmin, "admin")
}
