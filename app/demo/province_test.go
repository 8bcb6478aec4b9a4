package demo

import (
	"testing"
	"time"

	"golang.org/x/text/unicode/norm"

	"khonggiay/app"
)

var testNow = app.TimeOf(time.Date(2026, 3, 18, 15, 20, 0, 0, app.Zone)) // a Wednesday

func TestProvince(t *testing.T) {
	p := NewProvince(7, testNow)
	if n := len(p.Offices()); n < 58 || n > 64 {
		t.Errorf("%d offices", n)
	}
	if n := len(p.People()); n < 600 || n > 1100 {
		t.Errorf("%d people", n)
	}
	d := app.NewDirectory(p.Records)
	on := testNow.Date()
	names := map[string]bool{}
	for _, o := range p.Offices() {
		u := o.Unit
		if !app.ValidOrgan(u.Organ) || names[u.Organ] || names[u.Name] {
			t.Errorf("%s: organ %q or name taken or wrong", u.ID, u.Organ)
		}
		names[u.Organ], names[u.Name] = true, true
		if norm.NFC.String(u.Name) != u.Name {
			t.Errorf("%s is not NFC", u.Name)
		}
		for _, r := range []app.Role{app.RoleLeader, app.RoleDeputy, app.RoleClerk, app.RoleAdmin} {
			if len(d.Holders(u.ID, r, on)) == 0 {
				t.Errorf("%s has no %s", u.ID, r)
			}
		}
		for _, div := range o.Divisions {
			if d.OfficeID(div.Unit.ID, on) != u.ID || len(d.Holders(div.Unit.ID, app.RoleHead, on)) != 1 || len(div.Officers) < 2 {
				t.Errorf("division %s is not complete", div.Unit.ID)
			}
		}
		if len(d.Books(u.ID)) != 3 || len(d.SigningForms(o.Deputies[0].ID, u.ID, "QĐ", on)) == 0 {
			t.Errorf("%s lacks books or authorities", u.ID)
		}
	}
	if n := len(d.Points()); n != len(p.Offices()) {
		t.Errorf("%d meeting points", n)
	}
	emails := map[string]bool{}
	for _, person := range p.People() {
		if emails[person.Email] || !person.ID.Valid() {
			t.Errorf("%s: email %s taken or id invalid", person.ID, person.Email)
		}
		emails[person.Email] = true
	}
}

func TestSmallProvinceHasEveryRole(t *testing.T) {
	p := SmallProvince(7, testNow)
	if len(p.Departments) != 1 || len(p.Communes) != 3 {
		t.Fatalf("%d departments, %d communes", len(p.Departments), len(p.Communes))
	}
	roles := map[app.Role]bool{}
	for _, person := range p.People() {
		for _, post := range person.Posts {
			roles[post.Role] = true
		}
	}
	for _, r := range app.Roles {
		if !roles[r] {
			t.Errorf("nobody is %s", r)
		}
	}
}

func TestProvinceFollowsFromSeed(t *testing.T) {
	a, b := NewProvince(7, testNow), NewProvince(7, testNow)
	if a.People()[99].Name != b.People()[99].Name || a.People()[99].Name == NewProvince(8, testNow).People()[99].Name {
		t.Error("people do not follow from the seed")
	}
}
