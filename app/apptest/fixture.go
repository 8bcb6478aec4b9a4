package apptest

import (
	"fmt"
	"math/rand/v2"
	"strings"

	"khonggiay/app"
)

// Province is a small province: the department snv and the communes xa1 and
// xa2, each with a division, people in the usual roles ("snv.clerk",
// "xa1.leader" …), and a book each way. The incoming book of xa2 is held by a
// device, all others by the server.
func Province() []app.Record {
	out := []app.Record{&app.Unit{ID: "tinh", Organ: "H99", Name: "Tỉnh Đông Sơn", Level: "province"}}
	for i, u := range []struct{ id, name, notation string }{
		{"snv", "Sở Nội vụ", "SNV"}, {"xa1", "Ủy ban nhân dân xã Mường Thanh", "UBND"}, {"xa2", "Ủy ban nhân dân xã Đường Hoa", "UBND"},
	} {
		out = append(out, office(app.ID(u.id), u.name, u.notation, i)...)
	}
	return out
}

func office(id app.ID, name, notation string, order int) []app.Record {
	division := id + ".vp"
	holder := app.HolderServer
	if id == "xa2" {
		holder = "device7"
	}
	out := []app.Record{
		&app.Unit{ID: id, Organ: "H99." + string(id), Name: name, Notation: notation, Office: true, Order: order, Parents: []app.Parent{{Unit: "tinh"}}},
		&app.Unit{ID: division, Name: "Văn phòng", Level: "division", Parents: []app.Parent{{Unit: id}}},
		&app.Book{ID: id + ".den", Unit: id, Direction: app.Incoming, Name: "Sổ văn bản đến", Holder: holder},
		&app.Book{ID: id + ".di", Unit: id, Direction: app.Outgoing, Name: "Sổ văn bản đi", Holder: app.HolderServer},
	}
	for i, p := range []struct {
		name string
		unit app.ID
		role app.Role
	}{
		{"Lò Văn Định", id, app.RoleLeader}, {"Nguyễn Thị Hằng", id, app.RoleDeputy}, {"Đỗ Thị Đào", id, app.RoleClerk},
		{"Trần Đức Thắng", division, app.RoleHead}, {"Quàng Văn Ín", division, app.RoleOfficer},
	} {
		out = append(out, &app.Person{
			ID: id + "." + app.ID(p.role), Name: p.name, Email: fmt.Sprintf("%s%d@example.vn", id, i),
			Posts: []app.Post{{Unit: p.unit, Role: p.role, Main: true}},
		})
	}
	return out
}

// Offices of [Province].
var Offices = []app.ID{"snv", "xa1", "xa2"}

var (
	topics = strings.Split("triển khai kế hoạch|báo cáo kết quả|kiểm tra đường giao thông|hướng dẫn đánh giá cán bộ|phòng chống thiên tai|"+
		"rà soát hộ nghèo|đăng ký đất đai|tổ chức lễ hội|cải cách hành chính|chuyển đổi số|bảo vệ rừng|xây dựng nông thôn mới", "|")
	places = strings.Split("Mường Thanh|Đường Hoa|Đông Sơn|Nà Tấu|Hua Thanh|Điện Biên|Pa Khoang|Mường Phăng", "|")
	organs = strings.Split("Sở Nội vụ|Ủy ban nhân dân tỉnh Đông Sơn|Sở Tài chính|Bộ Nội vụ|Ủy ban nhân dân xã Đường Hoa", "|")
	types  = []app.TypeCode{"KH", "BC", "QĐ", "TB", "HD"}

	inStates = []app.State{app.InWaiting, app.InReceived, app.InRegistered, app.InSubmitted, app.InDistributed, app.InHandling,
		app.InDone, app.InDone, app.InDone, app.InDone, app.InReturned, app.InRecalled}
	outStates = []app.State{app.OutDraft, app.OutReview, app.OutContentCheck, app.OutFormCheck, app.OutToSign, app.OutSigned, app.OutToNumber,
		app.OutToIssue, app.OutIssued, app.OutIssued, app.OutIssued, app.OutArchived, app.OutSentBack, app.OutCancelled}
	taskStates = []app.TaskState{app.TaskUnseen, app.TaskSeen, app.TaskDoing, app.TaskReported, app.TaskDone, app.TaskReturned}
)

func pick[T any](r *rand.Rand, from []T) T { return from[r.IntN(len(from))] }

// Documents makes n documents of the province's offices, the same for the same
// seed, spread over the two years before [Now]. They are plausible one by one;
// they did not come about by commands.
func Documents(seed uint64, n int) []*app.Document {
	r := rand.New(rand.NewPCG(seed, 1))
	out := make([]*app.Document, n)
	for i := range out {
		out[i] = document(r, i, n)
	}
	return out
}

func document(r *rand.Rand, i, n int) *app.Document {
	unit := pick(r, Offices)
	age := app.Time(n-i) * 2 * 365 * 24 * 3600 * 1000 / app.Time(n+1)
	d := &app.Document{
		ID: app.DeriveID("apptest", fmt.Sprint(i), fmt.Sprint(r.Uint64())), Unit: unit,
		Type: pick(r, types), CodeNumber: fmt.Sprint(1 + r.IntN(400)), OrganName: pick(r, organs),
		Subject: "Về việc " + pick(r, topics) + " năm " + fmt.Sprint(2020+r.IntN(7)) + " tại xã " + pick(r, places),
		Summary: "Ghi chú " + pick(r, topics), Urgency: app.Urgency(max(0, r.IntN(8)-4)),
		Created: Now - age, Paper: r.IntN(5) == 0,
	}
	d.Notation = string(d.Type) + "-" + pick(r, []string{"UBND", "SNV", "BNV"})
	d.IssuedDate = d.Created.Date() - app.Date(r.IntN(5))
	switch r.IntN(6) {
	case 0, 1, 2:
		d.DueDate = d.Created.Date() + app.Date(r.IntN(60))
	case 3: // around today, where one day decides
		d.DueDate = Today - 1 + app.Date(r.IntN(3))
	}
	d.Files = map[app.CommandID]app.File{app.NewCommandID(9, uint32(i+1)): {
		Name: "van-ban.pdf", Content: app.FileVersion{SHA256: hashOf(r), Size: 1000},
	}}
	d.History = map[app.CommandID]app.Step{app.NewCommandID(9, uint32(i+1)): {
		Name: "document.receive", By: unit + ".clerk", At: d.Created + app.Time(r.IntN(1e8)),
	}}
	if r.IntN(10) < 7 {
		incoming(r, d)
	} else {
		outgoing(r, d)
	}
	return d
}

func hashOf(r *rand.Rand) (h app.Hash) {
	for i := range h {
		h[i] = byte(r.Uint32())
	}
	return h
}

func incoming(r *rand.Rand, d *app.Document) {
	d.Direction, d.State, d.Arrived = app.Incoming, pick(r, inStates), d.Created
	switch d.State {
	case app.InWaiting, app.InReceived, app.InReturned:
		return
	}
	d.Book, d.BookYear, d.BookNumber = d.Unit+".den", d.Created.Year(), uint32(1+r.IntN(999))
	if d.State == app.InRegistered {
		return
	}
	d.Submitted = d.Unit + "." + app.ID(pick(r, []app.Role{app.RoleLeader, app.RoleDeputy}))
	if d.State == app.InSubmitted {
		return
	}
	d.Directives = map[app.CommandID]app.Directive{}
	for k := range 1 + r.IntN(2) {
		d.Directives[app.NewCommandID(10, uint32(k+1))] = directive(r, d, k)
	}
	if d.State == app.InDone {
		d.Finished = d.Created + app.Time(r.IntN(1e9))
	}
}

func directive(r *rand.Rand, d *app.Document, k int) app.Directive {
	dir := app.Directive{By: d.Submitted, At: d.Created + app.Time(k)*1000, Text: "Giao tham mưu " + pick(r, topics), Tasks: map[app.ID]app.Task{}}
	if r.IntN(2) == 0 {
		dir.Due = pick(r, []app.Date{d.Created.Date() + app.Date(r.IntN(40)), Today - 1 + app.Date(r.IntN(3))})
	}
	task := func(role app.DirectiveRole) app.Task {
		t := app.Task{Role: role, State: pick(r, taskStates), Since: dir.At + app.Time(r.IntN(1000))}
		if d.State == app.InDone {
			t.State = app.TaskDone
		}
		return t
	}
	lead := task(app.Lead)
	lead.Unit = true
	dir.Tasks[d.Unit+".vp"] = lead
	dir.Tasks[d.Unit+".officer"] = task(pick(r, []app.DirectiveRole{app.Assist, app.ForNotice}))
	if r.IntN(8) == 0 {
		dir.Withdrawn = dir.At + 5000
	}
	return dir
}

func outgoing(r *rand.Rand, d *app.Document) {
	d.Direction, d.State = app.Outgoing, pick(r, outStates)
	d.Drafter, d.DraftUnit = d.Unit+".officer", d.Unit+".vp"
	switch d.State {
	case app.OutReview, app.OutToSign:
		d.Submitted = d.Unit + ".leader"
	case app.OutContentCheck:
		d.Submitted = d.Unit + ".head"
	case app.OutToIssue, app.OutIssued, app.OutArchived:
		d.Book, d.BookYear, d.BookNumber = d.Unit+".di", d.Created.Year(), uint32(1+r.IntN(999))
		d.Signatures = map[app.CommandID]app.Signature{app.NewCommandID(11, 1): {Kind: app.SignaturePerson, By: d.Unit + ".leader", Digital: r.IntN(2) == 0}}
	}
	if d.State == app.OutIssued || d.State == app.OutArchived {
		d.Recipients = map[app.ID]app.Recipient{}
		for _, u := range Offices {
			if u != d.Unit {
				d.Recipients[u] = app.Recipient{Status: pick(r, []app.ExchangeStatus{app.StatusSent, app.StatusArrived, app.StatusReceived, app.StatusCompleted})}
			}
		}
	}
}

func asRecords(docs []*app.Document) []app.Record {
	out := make([]app.Record, len(docs))
	for i, d := range docs {
		out[i] = d
	}
	return out
}
