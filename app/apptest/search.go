package apptest

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/text/unicode/norm"

	"khonggiay/app"
)

// titled is a document that says only this, and came i-th.
func titled(i int, subject string) *app.Document {
	return &app.Document{
		ID: app.DeriveID("search", subject), Direction: app.Incoming, Unit: "xa1", State: app.InReceived,
		Created: Now - 1e9 + app.Time(i)*1000, Arrived: Now - 1e9 + app.Time(i)*1000, Subject: subject,
	}
}

func (s suite) search(t *testing.T) {
	subjects := []string{
		"Sửa chữa đường giao thông bản Nà Tấu",
		"Duong dan tai lieu",
		"Mường Thanh: rà soát hộ nghèo",
		"Quyết định về tổ chức bộ máy",
		norm.NFD.String("Kế hoạch trồng rừng"),
		"Ðất đai và xây dựng", // U+00D0, a common wrong letter
	}
	var docs []app.Record
	for i, subject := range subjects {
		docs = append(docs, titled(i, subject))
	}
	numbered := titled(10, "Văn bản có số")
	numbered.CodeNumber, numbered.Notation, numbered.Type = "123", "QĐ-UBND", "QĐ"
	numbered.Remarks = map[app.CommandID]app.Remark{1: {By: "xa1.clerk", At: Now, Text: "Đề nghị bổ sung phụ lục số bảy vào hồ sơ trước khi trình"}}
	secret := titled(11, "Chuyện riêng của xã khác đường")
	secret.Unit = "xa2"
	st := s.store(t, append(docs, numbered, secret)...)
	find := func(v View, text string) []string {
		page, err := v.Documents(s.viewer(v.Directory(), "xa1.clerk"), app.DocumentQuery{Text: text, Unit: "xa1"})
		if err != nil {
			t.Fatalf("search %q: %v", text, err)
		}
		if page.Total != len(page.Items) {
			t.Errorf("search %q: counted %d, got %d", text, page.Total, len(page.Items))
		}
		var out []string
		for _, r := range page.Items {
			out = append(out, r.Subject)
		}
		return out
	}
	cases := []struct {
		text string
		want []int // subjects, newest first, the typed accents before others; 10 = numbered
	}{
		{"đường ", []int{0, 1}}, {"duong ", []int{1, 0}}, {"DUONG ", []int{1, 0}}, {norm.NFD.String("đường "), []int{0, 1}},
		{"muong thanh", []int{2}}, {"Mường Th", []int{2}}, {"mu", []int{2}}, {"m", []int{3, 2}},
		{"rung ", []int{4}}, {"rừng", []int{4}}, {"đất đai ", []int{5}}, {"dat", []int{5}},
		{`"giao thông"`, []int{0}}, {`"thông giao"`, nil}, {"thông giao", []int{0}}, {`"giao thông" nà`, []int{0}},
		{"123/QĐ-UBND", []int{10}}, {"123/qd", []int{10}}, {"123", []int{10}}, {"qd-ubnd", []int{10}}, {"124/QĐ-UBND", nil},
		{"phụ lục", []int{10}}, {"thong duong xxx", nil}, {"đườn ", nil}, {"đườn", []int{0, 1}},
		{`" ( * ^ : OR NOT`, nil}, {`"`, nil}, {"scopes:s1", nil}, {"s1", nil}, {"* - /", nil}, {"NEAR(duong)", nil},
	}
	read(t, st, func(v View) error {
		for _, c := range cases {
			var want []string
			for _, i := range c.want {
				if i == 10 {
					want = append(want, numbered.Subject)
				} else {
					want = append(want, subjects[i])
				}
			}
			if got := find(v, c.text); !slices.Equal(got, want) {
				t.Errorf("search %q: %q, want %q", c.text, got, want)
			}
		}
		page, err := v.Documents(s.viewer(v.Directory(), "xa1.clerk"), app.DocumentQuery{Text: "bo sung phu luc"})
		if err != nil || len(page.Items) != 1 {
			t.Fatalf("search in a remark: %v, %d found", err, len(page.Items))
		}
		hit, whole := "", ""
		for _, span := range page.Items[0].Snip {
			whole += span.Text
			if span.Hit {
				hit += span.Text + "|"
			}
		}
		if hit != "bổ|sung|phụ|lục|" || !strings.Contains(whole, "Đề nghị bổ sung phụ lục số bảy") {
			t.Errorf("snippet %q with hits %q", whole, hit)
		}
		whole, hit = "", ""
		page, err = v.Documents(s.viewer(v.Directory(), "xa1.clerk"), app.DocumentQuery{Text: "quyet dinh bo ma"})
		if err != nil || len(page.Items) != 1 {
			t.Fatalf("search: %v, %d found", err, len(page.Items))
		}
		for _, span := range page.Items[0].Hits {
			whole += span.Text
			if span.Hit {
				hit += span.Text + "|"
			}
		}
		if whole != subjects[3] || hit != "Quyết|định|bộ|máy|" {
			t.Errorf("highlight %q with hits %q", whole, hit)
		}
		elsewhere, err := v.Documents(s.viewer(v.Directory(), "xa1.clerk"), app.DocumentQuery{Text: "chuyen rieng"})
		if want := map[bool]int{true: 0, false: 1}[s.server]; len(elsewhere.Items) != want || elsewhere.Total != want {
			t.Errorf("another office's document: %d found, %d counted, want %d", len(elsewhere.Items), elsewhere.Total, want)
		}
		return err
	})
}

// searchOrder: newest first, and filters hold; against the model.
func (s suite) searchOrder(t *testing.T) {
	docs := Documents(6, 300)
	st := s.store(t, asRecords(docs)...)
	read(t, st, func(v View) error {
		for _, person := range []app.ID{"xa1.clerk", "xa2.leader", "snv.officer"} {
			viewer := s.viewer(v.Directory(), person)
			for _, words := range [][]string{{"duong"}, {"ke", "hoach"}, {"2024"}, {"bao", "cao", "muong"}, {"van", "ban", "pdf"}} {
				for _, q := range []app.DocumentQuery{{Limit: 500}, {Limit: 7}, {Limit: 9, Direction: app.Incoming}, {Limit: 11, Open: true, Unit: "xa1"}, {Limit: 5, From: Today - 300}} {
					var found []*app.Document
					for _, d := range docs {
						if contains(d, words...) {
							found = append(found, d)
						}
					}
					want := expect(found, v.Directory(), viewer, q, nil)
					q.Text = strings.Join(words, " ") + " "
					got, first, err := all(v, viewer, q)
					if err != nil {
						return err
					}
					if !slices.Equal(got, want) || first.Total != len(want) {
						t.Fatalf("%s searches %q %+v: counted %d\ngot  %v\nwant %v", person, q.Text, q, first.Total, got, want)
					}
				}
			}
		}
		return nil
	})
}

// searchPaging: exact accents come first among the newest 200; each hit is
// shown once, also beyond the 200, also while newer ones come in.
func (s suite) searchPaging(t *testing.T) {
	var docs []app.Record
	exact := map[app.ID]bool{}
	for i := range 450 {
		d := titled(i, "Đường ống")
		if i%10 != 0 {
			d.Subject = "Dưỡng ong"
		}
		d.ID = app.DeriveID("paging", string(rune('a'+i%26)), string(rune('a'+i/26)))
		exact[d.ID] = i%10 == 0
		docs = append(docs, d)
	}
	st := s.store(t, docs...)
	var viewer app.Viewer
	read(t, st, func(v View) error { viewer = s.viewer(v.Directory(), "xa1.clerk"); return nil })
	q := app.DocumentQuery{Text: "đường ống ", Limit: 30}
	seen := map[app.ID]int{}
	var order []bool
	for n := 0; ; n++ {
		var page app.DocumentPage
		read(t, st, func(v View) (err error) {
			page, err = v.Documents(viewer, q)
			return err
		})
		if page.Total != 450 {
			t.Errorf("page %d counts %d", n, page.Total)
		}
		for _, r := range page.Items {
			seen[r.ID]++
			order = append(order, exact[r.ID])
		}
		if page.Next == "" {
			break
		}
		q.Cursor = page.Next
		late := titled(1000+n, "Đường ống")
		late.ID = app.DeriveID("late", string(rune('a'+n)))
		write(t, st, func(tx Tx) error { return tx.Put(late) })
	}
	if len(order) != 450 || len(seen) != 450 {
		t.Errorf("%d hits shown, %d different, want 450", len(order), len(seen))
	}
	if slices.Contains(order[:20], false) || slices.Contains(order[20:200], true) {
		t.Error("among the newest 200, the typed accents do not come first")
	}
}

// searchAcross: whoever works in several offices finds the documents of all of
// them, newest first and each once, also when hundreds came in one moment.
func (s suite) searchAcross(t *testing.T) {
	const each = 700
	offices := []app.ID{"xa1", "xa2"}
	var docs []app.Record
	moments := map[app.ID]app.Time{}
	for i := range each * len(offices) {
		d := titled(0, "Kế hoạch chung")
		d.ID, d.Unit = app.DeriveID("across", strconv.Itoa(i)), offices[i%len(offices)]
		if i%10 == 0 {
			d.Created += app.Time(i)
			d.Arrived += app.Time(i)
		}
		moments[d.ID] = max(d.Arrived, d.Created)
		docs = append(docs, d)
	}
	st := s.store(t, docs...)
	var viewer app.Viewer
	read(t, st, func(v View) error {
		viewer = s.viewer(v.Directory(), "xa1.clerk")
		viewer.Scopes = append(viewer.Scopes, v.Directory().Scopes("xa2.clerk", Now)...)
		for _, limit := range []int{97, 500} {
			found, first, err := all(v, viewer, app.DocumentQuery{Text: "ke hoach chung ", Limit: limit})
			if err != nil {
				return err
			}
			if first.Total != app.CountCap || !first.More {
				t.Errorf("counted %d, more %v", first.Total, first.More)
			}
			if len(found) != len(docs) || len(slices.Compact(slices.Sorted(slices.Values(found)))) != len(docs) {
				t.Errorf("pages of %d: %d hits, want each of %d once", limit, len(found), len(docs))
			}
			if !slices.IsSortedFunc(found, func(a, b app.ID) int { return cmp.Compare(moments[b], moments[a]) }) {
				t.Errorf("pages of %d: not newest first", limit)
			}
		}
		return nil
	})
}

// rebuild: what is derived anew answers as what was kept all along.
func (s suite) rebuild(t *testing.T) {
	docs := Documents(7, 250)
	st := s.store(t, asRecords(docs)...)
	write(t, st, func(tx Tx) error { // changes of every kind on the way
		for i, d := range docs {
			switch i % 5 {
			case 0:
				d.State, d.Finished = app.InDone, Now
			case 1:
				d.Subject, d.Created, d.Arrived = d.Subject+" sửa", d.Created+7, d.Arrived+7
			case 2:
				if err := tx.Delete(d.Key()); err != nil {
					return err
				}
				continue
			}
			if err := tx.Put(d); err != nil {
				return err
			}
		}
		return tx.Put(&app.ReadMark{ID: app.ReadMarkID("xa1.clerk", docs[1].ID), Person: "xa1.clerk", Doc: docs[1].ID, At: Now})
	})
	before := s.answers(t, st)
	if err := st.Rebuild(t.Context()); err != nil {
		t.Fatal(err)
	}
	if after := s.answers(t, st); after != before {
		t.Errorf("after the rebuild:\n%s\nbefore:\n%s", after, before)
	}
}

// answers is what people get to see, as text.
func (s suite) answers(t *testing.T, st Store) string {
	var b strings.Builder
	read(t, st, func(v View) error {
		for _, person := range []app.ID{"xa1.clerk", "xa1.leader", "xa2.officer", "snv.head"} {
			viewer := s.viewer(v.Directory(), person)
			for _, q := range []app.DocumentQuery{{Limit: 500}, {Limit: 500, Sort: app.SortDue}, {Limit: 500, Unread: true, Open: true}, {Limit: 500, Text: "duong"}, {Limit: 500, Text: "sửa"}, {Limit: 500, Assigned: true}} {
				page, err := v.Documents(viewer, q)
				if err != nil {
					return err
				}
				writeLine(&b, person, q, page)
			}
			desk, err := v.Desk(viewer, app.DeskQuery{Limit: 1000})
			if err != nil {
				return err
			}
			writeLine(&b, person, desk)
		}
		return nil
	})
	return b.String()
}
