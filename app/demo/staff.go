package demo

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"khonggiay/app"
)

// staff fills the office's roles. Every office has a leader, deputies, a clerk,
// an administrator, and a head and officers in each division.
func (b *builder) staff(o *Office) {
	title := o.Plan.headTitle
	o.Leader = b.person(0.25, app.Post{Unit: o.Unit.ID, Position: title, Role: app.RoleLeader})
	for range deputies(o) {
		o.Deputies = append(o.Deputies, b.person(0.35, app.Post{Unit: o.Unit.ID, Position: deputyTitle(title), Role: app.RoleDeputy}))
	}
	o.Clerk = b.person(0.9, app.Post{Unit: o.Unit.ID, Position: "Văn thư", Role: app.RoleClerk})
	for i, d := range o.Divisions {
		d.Head = b.person(0.4, app.Post{Unit: d.Unit.ID, Position: headTitle(d.Unit.Name), Role: app.RoleHead})
		n := 2 + b.r.IntN(2)
		if o.Plan.id == "" || o.Unit.Level == "province" {
			n = 3
		}
		for range n {
			d.Officers = append(d.Officers, b.person(0.5, app.Post{Unit: d.Unit.ID, Position: "Chuyên viên", Role: app.RoleOfficer}))
		}
		if i == 0 {
			o.Admin = d.Officers[0]
			o.Admin.Posts = append(o.Admin.Posts, app.Post{
				Unit: o.Unit.ID, Position: "Quản trị hệ thống", Role: app.RoleAdmin, Span: app.Dated{From: b.since}})
		}
	}
	if o.Unit.Level == "province" {
		b.person(0.3, app.Post{Unit: o.Unit.ID, Position: "Thanh tra viên kiểm tra văn thư", Role: app.RoleAuditor})
	}
}

func deputies(o *Office) int {
	switch {
	case o.Unit.ID == "tinh":
		return 4
	case o.Plan.leads == "xa":
		return 2
	}
	return 3
}

func deputyTitle(title string) string { return "Phó " + lowerFirst(title) }

func lowerFirst(s string) string {
	for i, c := range s {
		return strings.ToLower(string(c)) + s[i+len(string(c)):]
	}
	return s
}

func headTitle(division string) string {
	switch {
	case strings.HasPrefix(division, "Văn phòng"):
		return "Chánh Văn phòng"
	case strings.HasPrefix(division, "Trung tâm"):
		return "Giám đốc Trung tâm"
	}
	return "Trưởng phòng"
}

func (b *builder) person(women float64, post app.Post) *app.Person {
	b.people++
	name := b.names.name(b.r.Float64() < women)
	post.Main, post.Span = true, app.Dated{From: b.since}
	p := &app.Person{
		ID: app.ID(fmt.Sprintf("p%04d", b.people)), Name: name, Email: b.names.email(name), Phone: b.names.phone(),
		Posts: []app.Post{post},
	}
	b.earlier(p)
	b.add(p)
	return p
}

// earlier gives some a post that ended, as people who changed rooms have.
func (b *builder) earlier(p *app.Person) {
	post := &p.Posts[0]
	if post.Role != app.RoleOfficer || b.r.IntN(12) != 0 {
		return
	}
	moved := b.since + 60 + app.Date(b.r.IntN(120))
	old := *post
	old.Position, old.Main, old.Span = "Cán sự", false, app.Dated{From: b.since, To: moved - 1}
	post.Span.From = moved
	p.Posts = append(p.Posts, old)
}

// authorities are who signs for the office in which form: the head himself, in
// a committee TM., the deputies KT., heads of divisions TL. for small things.
func (b *builder) authorities(o *Office) {
	n := 0
	give := func(p *app.Person, form app.AuthorityForm, title string, types ...app.TypeCode) {
		n++
		b.add(&app.Authority{
			ID: o.Unit.ID + ".a" + app.ID(strconv.Itoa(n)), Unit: o.Unit.ID, Person: p.ID, Form: form,
			Title: strings.ToUpper(title), Types: types, Span: app.Dated{From: b.since},
		})
	}
	committee := o.Plan.notation == "UBND"
	if committee {
		give(o.Leader, app.AuthorityTM, o.Plan.headTitle)
	}
	give(o.Leader, app.AuthorityOwn, o.Plan.headTitle)
	for _, d := range o.Deputies {
		give(d, app.AuthorityKT, deputyTitle(o.Plan.headTitle))
	}
	for _, d := range o.Divisions {
		give(d.Head, app.AuthorityTL, headTitle(d.Unit.Name), "GM", "GGT", "TB", app.TypeOfficialLetter)
	}
	if committee {
		give(o.Divisions[0].Head, app.AuthorityTUQ, headTitle(o.Divisions[0].Unit.Name), "GM", "TB")
	}
}

// templates are ready directives of an office's leaders.
func (b *builder) templates(o *Office) {
	texts := []struct {
		text string
		days int
	}{
		{"Giao đồng chí nghiên cứu, tham mưu văn bản trả lời đúng thời hạn.", 3},
		{"Chủ trì, phối hợp với các bộ phận liên quan tổ chức thực hiện; báo cáo kết quả.", 5},
		{"Khẩn trương triển khai ngay trong ngày; báo cáo trước 17 giờ.", 1},
		{"Tổng hợp, xây dựng báo cáo trình tôi xem xét, ký ban hành.", 4},
		{"Để biết, theo dõi.", 0},
	}
	for i, t := range texts {
		b.add(&app.Template{ID: o.Unit.ID + ".t" + app.ID(strconv.Itoa(i+1)), Unit: o.Unit.ID, Text: t.text, Days: t.days, Order: i + 1})
	}
}

// groups are the lists of recipients that the province's clerks use every day.
func (b *builder) groups() {
	p := b.p
	ids := func(offices []*Office, keep func(*Office) bool) []app.ID {
		var out []app.ID
		for _, o := range offices {
			if keep(o) {
				out = append(out, o.Unit.ID)
			}
		}
		slices.Sort(out)
		return out
	}
	all := func(*Office) bool { return true }
	ward := func(o *Office) bool { return strings.HasPrefix(string(o.Unit.ID), "ph") }
	add := func(id app.ID, name string, members []app.ID) {
		if len(members) > 0 {
			b.add(&app.Group{ID: "nhom." + id, Unit: p.Top.Unit.ID, Name: name, Members: members, Public: true})
		}
	}
	add("xa", "Tất cả UBND cấp xã", ids(p.Communes, all))
	add("phuong", "Các phường", ids(p.Communes, ward))
	add("xa-vung-cao", "Các xã vùng cao", ids(p.Communes[:min(12, len(p.Communes))], all))
	add("so", "Các sở, ban, ngành cấp tỉnh", ids(p.Departments, all))
}

// calendars are the product's own, for every year that is near.
func (b *builder) calendars() {
	for _, c := range app.VietnamCalendars() {
		b.add(c)
	}
}

// delegations that are in force now: a deputy acts for his chairman.
func (b *builder) delegations() {
	for i, o := range b.p.Communes {
		if i%9 != 2 {
			continue
		}
		b.add(&app.Delegation{
			ID: o.Unit.ID + ".uq1", From: o.Leader.ID, To: o.Deputies[0].ID, Unit: o.Unit.ID,
			Start: b.p.now - 3*day, End: b.p.now + 11*day, Basis: "Giấy ủy quyền số 02/GUQ-UBND",
		})
	}
}

const (
	minute app.Time = 60_000
	hour            = 60 * minute
	day             = 24 * hour
)
