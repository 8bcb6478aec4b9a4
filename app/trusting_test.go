package app

import "testing"

// TestCanTrust: only who administers an office of the province itself, while he
// does, says whom it trusts.
func TestCanTrust(t *testing.T) {
	day := DateOf(2026, 3, 2)
	units := []Record{
		&Unit{ID: "tinh", Name: "UBND tỉnh", Level: LevelProvince, Office: true},
		&Unit{ID: "vp", Name: "Phòng Hành chính", Level: "division", Parents: []Parent{{Unit: "tinh"}}},
		&Unit{ID: "so", Name: "Sở Nội vụ", Level: "department", Office: true, Parents: []Parent{{Unit: "tinh"}}},
		&Unit{ID: "xa", Name: "UBND xã", Level: "commune", Office: true, Parents: []Parent{{Unit: "tinh"}}},
	}
	for name, c := range map[string]struct {
		person Person
		may    bool
	}{
		"of the province":             {Person{Posts: []Post{{Unit: "tinh", Role: RoleAdmin}}}, true},
		"of a division of its own":    {Person{Posts: []Post{{Unit: "vp", Role: RoleAdmin}}}, true},
		"beside another post":         {Person{Posts: []Post{{Unit: "xa", Role: RoleClerk}, {Unit: "tinh", Role: RoleAdmin}}}, true},
		"no longer":                   {Person{Posts: []Post{{Unit: "tinh", Role: RoleAdmin, Span: Dated{To: day - 1}}}}, false},
		"not yet":                     {Person{Posts: []Post{{Unit: "tinh", Role: RoleAdmin, Span: Dated{From: day + 1}}}}, false},
		"who has left":                {Person{Closed: true, Posts: []Post{{Unit: "tinh", Role: RoleAdmin}}}, false},
		"of a commune":                {Person{Posts: []Post{{Unit: "xa", Role: RoleAdmin}}}, false},
		"of a department":             {Person{Posts: []Post{{Unit: "so", Role: RoleAdmin}}}, false},
		"the province's leader":       {Person{Posts: []Post{{Unit: "tinh", Role: RoleLeader}}}, false},
		"its clerk and its auditor":   {Person{Posts: []Post{{Unit: "tinh", Role: RoleClerk}, {Unit: "tinh", Role: RoleAuditor}}}, false},
		"of a unit that is not known": {Person{Posts: []Post{{Unit: "x", Role: RoleAdmin}}}, false},
	} {
		c.person.ID = "p"
		d := NewDirectory(append(units[:len(units):len(units)], &c.person))
		if got := CanTrust(d, "p", day); got.Allow != c.may || got.Action != ActTrust {
			t.Errorf("%s: %+v", name, got)
		}
	}
	if CanTrust(NewDirectory(units), "nobody", day).Allow {
		t.Error("nobody may")
	}
}
