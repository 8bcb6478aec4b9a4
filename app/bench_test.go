package app

import (
	"fmt"
	"testing"
)

// big is a province of 600 units and 12,000 people.
func big() []Record {
	recs := provinceRecords()
	for u := range 600 {
		id := ID(fmt.Sprintf("u%04d", u))
		recs = append(recs, &Unit{ID: id, Name: string(id), Office: true, Parents: []Parent{{Unit: "tinh"}}})
		for p := range 20 {
			recs = append(recs, &Person{ID: ID(fmt.Sprintf("p%05d", u*20+p)), Name: "Nguyễn Văn", Posts: []Post{{Unit: id, Role: Roles[p%len(Roles)]}}})
		}
	}
	return recs
}

func BenchmarkNewDirectory(b *testing.B) {
	recs := big()
	for b.Loop() {
		NewDirectory(recs)
	}
}

func BenchmarkDirectoryWith(b *testing.B) {
	d := NewDirectory(big())
	p := &Person{ID: "p00345", Name: "Trần Văn", Posts: []Post{{Unit: "u0017", Role: RoleOfficer}}}
	for b.Loop() {
		d.With([]Record{p})
	}
}

func BenchmarkCan(b *testing.B) {
	d := NewDirectory(big())
	doc := fixture(InHandling)
	a, err := d.Actor("x1.officer", "", start)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		Can(d, a, "document.answer", doc)
	}
}

func BenchmarkScopesOf(b *testing.B) {
	d := NewDirectory(provinceRecords())
	doc := fixture(InHandling)
	for b.Loop() {
		ScopesOf(doc, d)
	}
}

func BenchmarkCheckSecrecy(b *testing.B) {
	args := &RegisterAndSend{Fields: Fields{Subject: "Về việc rà soát hộ nghèo, hộ cận nghèo; tăng cường công tác bảo mật", ToPlaces: "Ủy ban nhân dân các xã"}}
	for b.Loop() {
		CheckSecrecy(args)
	}
}
