package app

// LevelProvince is the level of the province's own offices.
const LevelProvince = "province"

// ActTrust is to say whom the province trusts: for whose sake a signature
// counts. It is about no record, for the roots lie beside them.
const ActTrust Action = "trust.change"

// CanTrust decides who may see and change whom the province trusts: who
// administers an office of the province itself. What he says holds in all
// offices, so the administrators of those have no part in it; and no delegation
// lends it, for delegations lend what is done to documents.
func CanTrust(d *Directory, person ID, on Date) Decision {
	if p := d.Person(person); p != nil && !p.Closed {
		for _, post := range p.Posts {
			if post.Role != RoleAdmin || !post.Span.On(on) {
				continue
			}
			if u := d.Unit(d.OfficeID(post.Unit, on)); u != nil && u.Level == LevelProvince {
				return Decision{Action: ActTrust, Allow: true, Reason: "can.as_province_admin",
					Grant: Grant{Unit: post.Unit, Office: u.ID, Role: RoleAdmin}}
			}
		}
	}
	return Decision{Action: ActTrust, Reason: "can.needs_province_admin"}
}
