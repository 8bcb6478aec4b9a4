package api_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"khonggiay/app"
	"khonggiay/app/api"
	"khonggiay/app/sqlite"
)

// about says what a command's target is.
type about int

const (
	onRecord  about = iota // a record that may be another office's: it must answer as if there were none
	makesNew               // a new record under an id that the screen asked for: a taken id is all that it tells
	onPublic               // a record of the directory, which everybody holds: the answer may say who may do it
	inMeeting              // a part of a meeting, which its args name: {meeting}
)

// command is how each command is tried; another that is missing here fails the
// test until somebody says what its target is and which ids stand in its args.
type tried struct {
	about about
	args  string // {doc}, {file} and {directive} stand for another office's ids, {own} for a file of one's own
}

// someHash is a SHA-256 of nothing that is here.
const someHash = "1111111111111111111111111111111111111111111111111111111111111111"

var triedCommands = map[string]tried{
	"book.open.1":                   {onPublic, `{"year":2026,"last":1}`},
	"book.lend.1":                   {onPublic, `{"device":"d","until":1795999999999}`},
	"book.recall.1":                 {onPublic, `{"text":"a"}`},
	"book.reconcile.1":              {onPublic, `{"alarm":{file},"doc":"{doc}","text":"a"}`},
	"book.return.1":                 {onPublic, `{}`},
	"document.give_number.1":        {onRecord, `{"book":"x1.den"}`},
	"delegation.give.1":             {makesNew, `{"to":"x2.officer","unit":"x2","start":1,"end":1795999999999}`},
	"delegation.revoke.1":           {onPublic, `{}`},
	"document.accept.1":             {onRecord, `{}`},
	"document.accept_answer.1":      {onRecord, `{"directive":{directive},"receiver":"x1.officer"}`},
	"document.add_file.1":           {onRecord, `{"file":{"name":"b.pdf","sha256":"{own}"}}`},
	"document.answer.1":             {onRecord, `{"directive":{directive},"receiver":"x1.officer","text":"a"}`},
	"document.approve_draft.1":      {onRecord, `{"revision":1}`},
	"document.archive.1":            {onRecord, `{}`},
	"document.ask_extension.1":      {onRecord, `{"directive":{directive},"new":"2026-12-30","text":"a"}`},
	"document.cancel.1":             {onRecord, `{"text":"a"}`},
	"document.check_content.1":      {onRecord, `{}`},
	"document.check_form.1":         {onRecord, `{}`},
	"document.complete.1":           {onRecord, `{}`},
	"document.decide_extension.1":   {onRecord, `{"extension":{file}}`},
	"document.direct.1":             {onRecord, `{"text":"a","receivers":[{"id":"x1.officer","role":"CHU_TRI"}]}`},
	"document.draft.1":              {makesNew, `{"unit":"x2","fields":{"subject":"a"},"replyTo":"{doc}"}`},
	"document.edit.1":               {onRecord, `{"set":{"subject":"a"}}`},
	"document.hand_over.1":          {onRecord, `{"from":"x1.officer","to":"x1.officer2"}`},
	"document.issue.1":              {onRecord, `{}`},
	"document.number.1":             {onRecord, `{"book":"x1.di"}`},
	"document.recall.1":             {onRecord, `{"text":"a"}`},
	"document.receive.1":            {makesNew, `{"unit":"x2","fields":{"subject":"a"}}`},
	"document.record_signature.1":   {onRecord, `{"kind":1,"revision":1}`},
	"document.register.1":           {onRecord, `{"book":"x1.den"}`},
	"document.register_send.1":      {makesNew, `{"unit":"x2","book":"x2.di","to":["x1"],"fields":{"subject":"a","type":"KH"},"files":[{"name":"b.pdf","sha256":"{own}"}],"replyTo":"{doc}"}`},
	"document.reject_answer.1":      {onRecord, `{"directive":{directive},"receiver":"x1.officer","text":"a"}`},
	"document.remark.1":             {onRecord, `{"text":"a"}`},
	"document.remind.1":             {onRecord, `{"directive":{directive}}`},
	"document.remove_file.1":        {onRecord, `{"file":{file}}`},
	"document.return_incoming.1":    {onRecord, `{"text":"a"}`},
	"document.return_task.1":        {onRecord, `{"directive":{directive},"receiver":"x1.officer","text":"a"}`},
	"document.seen.1":               {onRecord, `{"directive":{directive},"receiver":"x1.officer"}`},
	"document.send_back.1":          {onRecord, `{"text":"a"}`},
	"document.sign.1":               {onRecord, `{"revision":1,"content":"` + someHash + `","file":{"name":"b.pdf","sha256":"{own}","replaces":{file}},"claim":{"field":"a","certificate":"` + someHash + `","subject":"a","issuer":"b","key":"token"}}`},
	"document.seal.1":               {onRecord, `{"revision":1,"content":"` + someHash + `","file":{"name":"b.pdf","sha256":"{own}","replaces":{file}},"claim":{"field":"a","certificate":"` + someHash + `","subject":"a","issuer":"b","key":"token"}}`},
	"document.copy.1":               {onRecord, `{"form":"SY","revision":1,"content":"` + someHash + `","file":{"name":"b.pdf","sha256":"{own}"},"claim":{"field":"a","certificate":"` + someHash + `","subject":"a","issuer":"b","key":"token"}}`},
	"document.initial.1":            {onRecord, `{"revision":1,"content":"` + someHash + `","given":1795999999999,"cms":"MA==","claim":{"field":"a","certificate":"` + someHash + `","subject":"a","issuer":"b","key":"token"}}`},
	"document.start_task.1":         {onRecord, `{"directive":{directive},"receiver":"x1.officer"}`},
	"document.submit.1":             {onRecord, `{"to":"x1.leader"}`},
	"document.submit_draft.1":       {onRecord, `{"to":"x1.leader"}`},
	"document.withdraw.1":           {onRecord, `{}`},
	"document.withdraw_directive.1": {onRecord, `{"directive":{directive},"text":"a"}`},
	"group.save.1":                  {onPublic, `{"unit":"x2","name":"a","members":["x1"]}`},
	"readmark.set.1":                {onRecord, `{"doc":"{doc}"}`},
	"template.save.1":               {makesNew, `{"text":"a"}`},
}

// commandNames lists the commands of the published description.
func commandNames(t *testing.T) (names []string) {
	t.Helper()
	var d struct {
		Components struct {
			Schemas map[string]struct {
				Properties map[string]struct {
					Enum []string `json:"enum"`
				} `json:"properties"`
			} `json:"schemas"`
		} `json:"components"`
	}
	if err := json.Unmarshal(commandSchemas(t), &d); err != nil {
		t.Fatal(err)
	}
	for name, s := range d.Components.Schemas {
		if strings.HasPrefix(name, "Command") && len(s.Properties["name"].Enum) == 1 {
			names = append(names, s.Properties["name"].Enum[0])
		}
	}
	if len(names) < 30 {
		t.Fatalf("only %d commands are described", len(names))
	}
	return names
}

// commandSchemas is the description with only the commands' schemas in it, for
// others have enums that are not of texts.
func commandSchemas(t *testing.T) []byte {
	t.Helper()
	var d map[string]map[string]map[string]json.RawMessage
	var whole map[string]json.RawMessage
	if err := json.Unmarshal(api.OpenAPI(), &whole); err != nil {
		t.Fatal(err)
	}
	var components map[string]map[string]json.RawMessage
	if err := json.Unmarshal(whole["components"], &components); err != nil {
		t.Fatal(err)
	}
	for name := range components["schemas"] {
		if !regexp.MustCompile(`^Command[A-Z]\w*1$`).MatchString(name) {
			delete(components["schemas"], name)
		}
	}
	d = map[string]map[string]map[string]json.RawMessage{"components": components}
	text, err := json.Marshal(d)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// foreign is a province in which commune x1 has one of everything.
type foreign struct {
	*province
	doc, draft, template, delegation, meeting app.ID
	directive, file                           app.CommandID
	upload                                    string // hash of a file that x1's clerk has sent and not used
}

func newForeign(t *testing.T) *foreign {
	p := newProvince(t, sqlite.Server)
	f := &foreign{province: p, doc: "019ab000-0000-7000-8000-0000000000d1", draft: "019ab000-0000-7000-8000-0000000000d2",
		template: "019ab000-0000-7000-8000-0000000000d3", delegation: "019ab000-0000-7000-8000-0000000000d4"}
	sum := p.stored("x1.clerk", "a.pdf", pdf(1000))
	f.upload = p.stored("x1.clerk", "c.pdf", pdf(1100))
	f.file = p.give("x1.clerk", "document.receive.1", f.doc, `{"unit":"x1","fields":{"subject":"Riêng của xã 1"},"files":[{"name":"a.pdf","sha256":"`+sum+`"}]}`)
	p.give("x1.clerk", "document.register.1", f.doc, `{"book":"x1.den"}`)
	p.give("x1.clerk", "document.submit.1", f.doc, `{"to":"x1.leader"}`)
	f.directive = p.give("x1.leader", "document.direct.1", f.doc, `{"text":"a","receivers":[{"id":"x1.officer","role":"CHU_TRI"}]}`)
	f.meeting = "019ab000-0000-7000-8000-0000000000d5"
	made := fmt.Sprintf(`{"unit":"x1","fields":{"title":"Họp riêng","place":"a","start":%d,"end":%d},"people":[{"id":"x1.leader","role":"CHU_TRI","voting":true}]}`,
		p.now.Load()+1e7, p.now.Load()+2e7)
	if w := p.try("x1.officer", "meeting.create.1", app.KindMeeting, f.meeting, made); w.Code != http.StatusOK {
		t.Fatalf("meeting: %s", w.Body)
	}
	if w := p.try("x1.clerk", "point.save.1", app.KindMeetingPoint, "x1.pt", `{"unit":"x1","name":"Điểm cầu xã 1","group":"XA_PHUONG","device":"PC"}`); w.Code != http.StatusOK {
		t.Fatalf("point: %s", w.Body)
	}
	p.give("x1.officer", "document.draft.1", f.draft, `{"unit":"x1","division":"x1.p","fields":{"subject":"Dự thảo riêng"}}`)
	for kind, id := range map[app.Kind]app.ID{app.KindTemplate: f.template, app.KindDelegation: f.delegation} {
		name, args := "template.save.1", `{"text":"Riêng"}`
		if kind == app.KindDelegation {
			name, args = "delegation.give.1", fmt.Sprintf(`{"to":"x1.officer","unit":"x1","start":%d,"end":%d}`, p.now.Load(), p.now.Load()+1e9)
		}
		if w := p.try("x1.leader", name, kind, id, args); w.Code != http.StatusOK {
			t.Fatalf("%s: %s", name, w.Body)
		}
	}
	return f
}

// strangers are people of every role of another office, and one of none.
func strangers() (out []string) {
	for _, r := range app.Roles {
		out = append(out, "x2."+string(r))
	}
	return append(out, unknown)
}

// unknown is a person whom the directory does not know.
const unknown = "gone"

// same asks twice and compares the answers, which may differ in nothing but the
// id that was asked for.
func (f *foreign) same(what string, ask func(id string) (int, string), real, none string) {
	f.t.Helper()
	code, text := ask(real)
	wantCode, want := ask(none)
	if code != wantCode || strings.ReplaceAll(text, real, "ID") != strings.ReplaceAll(want, none, "ID") {
		f.t.Errorf("%s: another office's answers %d %s\nnobody's answers %d %s", what, code, text, wantCode, want)
	}
	if !regexp.MustCompile(`not_found|actor\.unknown|upload\.unknown|can\.needs_`).MatchString(text) {
		f.t.Errorf("%s: the try never came to the record: %d %s", what, code, text)
	}
}

const noDoc = "019ab000-0000-7000-8000-0000000000ff"

// TestForeignIdsInPaths: whoever asks for a record of another office reads what
// he would read if there were none.
func TestForeignIdsInPaths(t *testing.T) {
	f := newForeign(t)
	for _, who := range strangers() {
		for _, doc := range []app.ID{f.doc, f.draft} {
			get := func(id string) (int, string) {
				w := f.do(who, "GET", "/api/documents/"+id, nil, nil)
				return w.Code, w.Body.String()
			}
			f.same(who+" reads "+string(doc), get, string(doc), noDoc)
			file := func(id string) (int, string) {
				w := f.do(who, "GET", fmt.Sprintf("/api/documents/%s/files/%d", id, f.file), nil, nil)
				return w.Code, w.Body.String()
			}
			f.same(who+" downloads from "+string(doc), file, string(doc), noDoc)
			for _, does := range []string{"restore", "pdf"} {
				post := func(id string) (int, string) {
					w := f.do(who, "POST", fmt.Sprintf("/api/documents/%s/files/%d/%s", id, f.file, does), nil, nil)
					return w.Code, w.Body.String()
				}
				f.same(who+" asks for "+does+" of "+string(doc), post, string(doc), noDoc)
			}
		}
		for _, list := range lists(t) {
			w := f.do(who, "GET", "/api"+list, nil, nil)
			for _, id := range []app.ID{f.doc, f.draft, f.template} {
				if strings.Contains(w.Body.String(), string(id)) || strings.Contains(w.Body.String(), "Riêng") {
					t.Errorf("%s sees another office's record in %s: %s", who, list, w.Body)
				}
			}
		}
	}
}

// lists are the paths without an id in them that show something, with what they
// need to show it.
func lists(t *testing.T) []string {
	t.Helper()
	out := []string{"/search?q=rieng", "/documents?direction=incoming", "/documents?direction=outgoing", "/documents/counts?direction=incoming",
		"/documents/duplicates?unit=x1&symbol=1&organ=a", "/documents/duplicates?unit=x2&symbol=1&organ=a"}
	var d struct {
		Paths map[string]map[string]json.RawMessage `json:"paths"`
	}
	if err := json.Unmarshal(api.OpenAPI(), &d); err != nil {
		t.Fatal(err)
	}
	for path, methods := range d.Paths {
		if _, get := methods["get"]; get && !strings.Contains(path, "{") {
			out = append(out, strings.TrimPrefix(path, "/api"))
		}
	}
	return out
}

// TestForeignIdsInCommands gives every command with another office's ids.
func TestForeignIdsInCommands(t *testing.T) {
	f := newForeign(t)
	names := commandNames(t)
	targets := map[string][]app.ID{"document": {f.doc, f.draft}, "template": {f.template}, "delegation": {f.delegation},
		"group": {"x1.g"}, "meeting": {f.meeting}, "book": {"x1.den"}, "readmark": {f.doc}, "point": {"x1.pt"}}
	for _, who := range strangers() {
		f.stored(who, "a.pdf", pdf(1200))
	}
	f.upload = f.stored("x1.clerk", "a.pdf", pdf(1200))
	for _, name := range names {
		c, ok := triedCommands[name]
		if !ok {
			t.Errorf("%s: say in triedCommands what its target is", name)
			continue
		}
		kind, _, _ := strings.Cut(name, ".")
		if c.about == inMeeting {
			f.tryInMeeting(name, c)
		}
		for _, id := range targets[kind] {
			for _, who := range strangers() {
				f.tryForeign(who, name, c, id)
			}
		}
	}
}

// tryInMeeting names another office's meeting in the args of a command on a part
// that does not exist yet.
func (f *foreign) tryInMeeting(name string, c tried) {
	f.t.Helper()
	for _, who := range strangers() {
		part := app.NewID(f.clock())
		f.same(who+" gives "+name, func(meeting string) (int, string) {
			w := f.try(who, name, app.SpecOf(name).Kind, part, strings.NewReplacer("{meeting}", meeting, "{own}", f.upload).Replace(c.args))
			return w.Code, w.Body.String()
		}, string(f.meeting), noDoc)
	}
}

func (f *foreign) tryForeign(who, name string, c tried, id app.ID) {
	f.t.Helper()
	spec := app.SpecOf(name)
	give := func(target app.ID, id string) (int, string) {
		args := strings.NewReplacer("{doc}", id, "{file}", fmt.Sprint(uint64(f.file)), "{directive}", fmt.Sprint(uint64(f.directive)),
			"{own}", f.upload).Replace(c.args)
		w := f.try(who, name, spec.Kind, target, args)
		return w.Code, w.Body.String()
	}
	switch {
	case spec.Kind == app.KindReadMark:
		f.same(who+" marks as read", func(id string) (int, string) { return give(app.ReadMarkID(app.ID(who), app.ID(id)), id) }, string(id), noDoc)
	case c.about == onRecord:
		f.same(who+" gives "+name, func(id string) (int, string) { return give(app.ID(id), id) }, string(id), noDoc)
	case c.about == onPublic:
		if code, text := give(id, string(id)); code != http.StatusForbidden && who != unknown {
			f.t.Errorf("%s gives %s: %d %s", who, name, code, text)
		}
	default:
		if code, text := give(id, string(id)); code < 400 || strings.Contains(text, "Riêng") {
			f.t.Errorf("%s makes %s under a taken id: %d %s", who, name, code, text)
		}
		if strings.Contains(c.args, "{doc}") { // an id in the args, too
			fresh := app.NewID(f.clock())
			f.same(who+" names another office's document in "+name, func(id string) (int, string) { return give(fresh, id) }, string(id), noDoc)
		}
	}
}

// TestForeignUploads: a file that somebody else has sent is no file.
func TestForeignUploads(t *testing.T) {
	f := newForeign(t)
	none := strings.Repeat("0", 64)
	for _, who := range append(strangers(), "x1.leader", "x1.officer") {
		f.same(who+" uses an upload", func(sum string) (int, string) {
			w := f.try(who, "document.receive.1", app.KindDocument, app.NewID(f.clock()),
				`{"unit":"x2","fields":{"subject":"a"},"files":[{"name":"b.pdf","sha256":"`+sum+`"}]}`)
			return w.Code, w.Body.String()
		}, f.upload, none)
	}
}
