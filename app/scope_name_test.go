package app

import "testing"

// TestScopeParts: each scope comes apart into what it was made of, whatever its
// ids look like, and nothing else passes for a scope.
func TestScopeParts(t *testing.T) {
	for _, c := range []struct {
		scope Scope
		want  ScopeParts
	}{
		{ScopeAll, ScopeParts{Kind: OfAll}},
		{PersonScope("p1"), ScopeParts{Kind: OfPerson, Person: "p1"}},
		{WorkScope("p:1", "u.1"), ScopeParts{Kind: OfWork, Person: "p:1", Unit: "u.1"}},
		{UnitScope("u:1"), ScopeParts{Kind: OfUnit, Unit: "u:1"}},
		{RoleScope("u1", RoleClerk), ScopeParts{Kind: OfRole, Unit: "u1", Role: RoleClerk}},
		{RoleScope("u:1:head", RoleLeader), ScopeParts{Kind: OfRole, Unit: "u:1:head", Role: RoleLeader}},
	} {
		if got, ok := c.scope.Parts(); !ok || got != c.want {
			t.Errorf("%s: %+v, %t", c.scope, got, ok)
		}
	}
	for _, s := range []Scope{"", "all:", "all:p1", "p", "p:", "p:p 1", "u:", "w:p1", "w:p1@", "w:@u1", "w:p1@u1@u2", "r:u1", "r:u1:", "r::clerk", "m:m1", "x:p1"} {
		if got, ok := s.Parts(); ok {
			t.Errorf("%q passes for a scope: %+v", s, got)
		}
	}
}

// FuzzScopeParts: what comes apart goes together again to the same text.
func FuzzScopeParts(f *testing.F) {
	for _, s := range []string{"all", "p:p1", "w:p1@u1", "u:u1", "r:u1:clerk", "r:u:1:head", "w:p1", "r:u1:", "m:m1"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		p, ok := Scope(text).Parts()
		made := map[ScopeKind]Scope{
			OfAll: ScopeAll, OfPerson: PersonScope(p.Person), OfWork: WorkScope(p.Person, p.Unit),
			OfUnit: UnitScope(p.Unit), OfRole: RoleScope(p.Unit, p.Role),
		}
		if ok && made[p.Kind] != Scope(text) {
			t.Errorf("%q comes apart into %+v", text, p)
		}
	})
}
