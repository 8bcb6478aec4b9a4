package api

import (
	"cmp"
	"slices"

	"khonggiay/app"
)

// docView computes the view of one document.
type docView struct {
	*look
	doc      *app.Document
	pending  map[app.CommandID]bool
	contents Contents
}

func (v *docView) view(row app.DocumentRow) Doc {
	doc := v.doc
	out := Doc{
		DocRow: v.row(row), DocFields: fieldsOf(doc), Unit: *v.unit(doc.Unit), DraftUnit: v.unit(doc.DraftUnit),
		DocumentID: doc.DocumentID(v.dir), BookNote: doc.BookNote,
		Revision: doc.Revision, Files: v.files(), Directives: v.directives(), Remarks: v.remarks(),
		Recipients: v.recipients(), Signatures: v.signatures(), Initials: v.initials(), CertifiedCopies: v.certifiedCopies(), OriginalValue: originalValue(doc),
		Relations: v.relations(), Extensions: v.extensions(), History: v.history(), HandOvers: v.handOvers(),
		Actions: actions(app.Allowed(v.dir, v.actor, doc)), Delegated: v.delegated(), Replies: []DocRow{},
		Checked: Checks{
			Content:  doc.ContentChecked != 0 && doc.ContentChecked == doc.Revision,
			Form:     doc.FormChecked != 0 && doc.FormChecked == doc.Revision,
			Approved: doc.Approved != 0 && doc.Approved == doc.Revision,
		},
	}
	out.Pending = len(v.pending) > 0
	out.Where = v.where(out.Files)
	if main := doc.MainHash(); !main.IsZero() {
		out.MainSHA256 = &main
	}
	return out
}

func fieldsOf(d *app.Document) DocFields {
	return DocFields{
		CodeNumber: d.CodeNumber, Notation: d.Notation, Organ: d.Organ, Summary: d.Summary, Language: d.Language,
		Pages: d.Pages, SignerName: d.Signer.Name, SignerTitle: d.Signer.Position, SignerForm: d.Signer.Form,
		Signer: d.Signer.Person, ToPlaces: d.ToPlaces, Copies: d.Copies, DueDate: d.DueDate, Field: d.Field,
		FileOrgan: d.FileCode.Organ, FileCatalog: d.FileCode.Catalog, FileNotation: d.FileCode.Notation,
		DocOrdinal: d.DocOrdinal, RetentionCode: d.RetentionCode, Circulation: d.Circulation, DrafterNotation: d.DrafterNotation,
	}
}

func actions(ds []app.Decision) []ActionInfo {
	out := make([]ActionInfo, len(ds))
	for i, d := range ds {
		out[i] = ActionInfo{d.Action, d.Allow, d.Reason}
	}
	return out
}

// each asks Can for several actions on one part of the document.
func (v *docView) each(part app.Part, acts ...app.Action) []ActionInfo {
	out := make([]ActionInfo, len(acts))
	for i, act := range acts {
		d := v.can(act, v.doc, part)
		out[i] = ActionInfo{act, d.Allow, d.Reason}
	}
	return out
}

// delegated lists what the person may do only in somebody else's stead.
func (v *docView) delegated() []DelegatedAction {
	out := []DelegatedAction{}
	for _, g := range v.dir.Delegations(v.viewer.Person, v.now) {
		actor, err := v.dir.Actor(v.viewer.Person, g.ID, v.now)
		if err != nil {
			continue // it ended, or lends nothing
		}
		for _, d := range app.Allowed(v.dir, actor, v.doc) {
			if d.Allow && d.Action != app.ActRead && d.Action != app.ActDownload && !v.can(d.Action, v.doc).Allow {
				out = append(out, DelegatedAction{d.Action, g.ID, v.who(g.From)})
			}
		}
	}
	return out
}

func (v *docView) files() []FileInfo {
	newest := v.doc.CurrentFiles()
	out := []FileInfo{}
	for _, key := range keysOf(v.doc.Files, func(f app.File) app.Time { return f.At }) {
		if v.doc.Files[key].Role != app.FileCopy {
			out = append(out, v.file(key, newest))
		}
	}
	slices.SortStableFunc(out, func(a, b FileInfo) int {
		return cmp.Or(cmp.Compare(a.Role, b.Role), cmp.Compare(v.doc.Files[a.Key].Place, v.doc.Files[b.Key].Place))
	})
	return out
}

func (v *docView) file(key app.CommandID, newest []app.CommandID) FileInfo {
	f := v.doc.Files[key]
	info := FileInfo{Key: key, Name: f.Name, Media: f.Media, Role: f.Role, Size: f.Content.Size, SHA256: f.Content.SHA256,
		By: v.person(f.By), At: f.At, Replaces: f.Replaces, Newest: slices.Contains(newest, key), AtServer: f.AtServer != 0, Verdict: verdictOf(f.Verdict)}
	versions := v.doc.Versions(key)
	info.First, info.Version, info.Source, info.Stale = versions[0], len(versions), f.Source, v.doc.Stale(key)
	coming := v.contents.Progress(f.Content)
	if info.Here = coming.Whole(); !info.Here {
		info.Progress = &coming
	}
	return info
}

func (v *docView) where(files []FileInfo) Where {
	w := Where{Machine: true, Server: true, PendingUp: len(v.pending)}
	for _, f := range files {
		if f.Newest {
			w.Machine = w.Machine && f.Here
			w.Server = w.Server && f.AtServer
		}
	}
	return w
}

func (v *docView) directives() []DirectiveInfo {
	out := []DirectiveInfo{}
	for _, key := range keysOf(v.doc.Directives, func(d app.Directive) app.Time { return d.At }) {
		d := v.doc.Directives[key]
		info := DirectiveInfo{Key: key, By: v.who(d.By), OnBehalf: v.person(d.OnBehalf), At: d.At, Text: d.Text, Due: d.Due,
			Parent: d.Parent, Withdrawn: d.Withdrawn, Tasks: v.tasks(key, d), Reminders: []ReminderInfo{}, Pending: v.pending[key]}
		for _, k := range keysOf(d.Reminders, func(r app.Reminder) app.Time { return r.At }) {
			r := d.Reminders[k]
			info.Reminders = append(info.Reminders, ReminderInfo{v.who(r.By), r.At, r.Text})
		}
		info.Actions = v.each(app.Part{Directive: key}, "document.remind", "document.withdraw_directive", "document.direct")
		out = append(out, info)
	}
	return out
}

// taskStates says in which states of a task each action on it has a point; Can
// looks at the document's state and at whose task it is.
var taskStates = []struct {
	act app.Action
	in  []app.TaskState
}{
	{"document.seen", []app.TaskState{app.TaskUnseen}},
	{"document.start_task", []app.TaskState{app.TaskUnseen, app.TaskSeen}},
	{"document.answer", []app.TaskState{app.TaskUnseen, app.TaskSeen, app.TaskDoing}},
	{"document.return_task", []app.TaskState{app.TaskUnseen, app.TaskSeen, app.TaskDoing}},
	{"document.ask_extension", []app.TaskState{app.TaskUnseen, app.TaskSeen, app.TaskDoing}},
	{"document.accept_answer", []app.TaskState{app.TaskReported}},
	{"document.reject_answer", []app.TaskState{app.TaskReported}},
}

func (v *docView) taskActions(part app.Part, t app.Task) []ActionInfo {
	out := make([]ActionInfo, len(taskStates))
	for i, s := range taskStates {
		d := v.can(s.act, v.doc, part)
		if d.Allow && !slices.Contains(s.in, t.State) {
			d.Allow, d.Reason = false, "can.nothing_to_do"
		}
		out[i] = ActionInfo{s.act, d.Allow, d.Reason}
	}
	return out
}

var taskOrder = []app.DirectiveRole{app.Lead, app.Assist, app.ForNotice}

func (v *docView) tasks(key app.CommandID, d app.Directive) []TaskInfo {
	out := []TaskInfo{}
	for id, t := range d.Tasks {
		open := d.Withdrawn == 0 && t.Open() && v.doc.Open()
		part := app.Part{Directive: key, Receiver: id}
		info := TaskInfo{Receiver: *v.named(id), Role: t.Role, State: t.State, Seen: t.Seen, Since: t.Since,
			Answer: t.Answer, Draft: t.Draft, Reason: t.Reason,
			Actions:  v.taskActions(part, t),
			Deadline: v.deadline(t.DueIn(d), open)}
		if p := v.person(id); p != nil && !t.Unit {
			info.Position = p.Position
		}
		info.Receiver.Unit = t.Unit
		info.Mine = !t.Unit && id == v.viewer.Person || t.Unit && v.dir.HasRole(v.viewer.Person, id, v.today, app.RoleHead)
		out = append(out, info)
	}
	slices.SortFunc(out, func(a, b TaskInfo) int {
		return cmp.Or(cmp.Compare(slices.Index(taskOrder, a.Role), slices.Index(taskOrder, b.Role)),
			cmp.Compare(a.Receiver.Name, b.Receiver.Name), cmp.Compare(a.Receiver.ID, b.Receiver.ID))
	})
	return out
}

func (v *docView) remarks() []RemarkInfo {
	out := []RemarkInfo{}
	for _, key := range keysOf(v.doc.Remarks, func(r app.Remark) app.Time { return r.At }) {
		r := v.doc.Remarks[key]
		out = append(out, RemarkInfo{key, v.who(r.By), v.person(r.OnBehalf), r.At, r.Text, v.pending[key]})
	}
	return out
}

func (v *docView) recipients() []RecipientInfo {
	out := []RecipientInfo{}
	for id, r := range v.doc.Recipients {
		out = append(out, RecipientInfo{id, v.unit(id).Name, cmp.Or(r.Status, app.StatusSent), r.At, r.Number, r.Reason, r.Reply})
	}
	slices.SortFunc(out, func(a, b RecipientInfo) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Unit, b.Unit))
	})
	return out
}

func (v *docView) signatures() []SignatureInfo {
	out := []SignatureInfo{}
	for _, key := range keysOf(v.doc.Signatures, func(s app.Signature) app.Time { return s.At }) {
		s := v.doc.Signatures[key]
		info := SignatureInfo{Key: key, Kind: s.Kind, By: v.who(s.By), At: s.At, Form: s.Form, Digital: s.Digital, File: s.File, Verdict: verdictOf(s.Verdict)}
		if s.Digital {
			info.Claim = &s.Claim
		}
		out = append(out, info)
	}
	return out
}

func (v *docView) initials() []InitialInfo {
	out := []InitialInfo{}
	for _, key := range keysOf(v.doc.Initials, func(i app.Initial) app.Time { return i.At }) {
		i := v.doc.Initials[key]
		current := i.Revision == v.doc.Revision && i.Content == v.doc.MainHash()
		out = append(out, InitialInfo{key, v.who(i.By), i.At, i.Revision, current, i.Claim, verdictOf(i.Verdict)})
	}
	return out
}

func verdictOf(v app.Verdict) *app.Verdict {
	if v.Indication == "" {
		return nil
	}
	return &v
}

// originalValue applies NĐ 30/2020, Điều 5: an electronic document has the
// value of an original when the authorised person and the agency have signed
// it digitally. A scan of a signed paper is neither; only what has no file at
// all is nothing but its paper. Whether the signatures are good is the
// validator's question.
func originalValue(d *app.Document) OriginalValue {
	person, organ := false, false
	for _, s := range d.Signatures {
		person = person || s.Digital && s.Kind == app.SignaturePerson
		organ = organ || s.Digital && s.Kind == app.SignatureOrgan
	}
	switch {
	case person && organ:
		return OriginalFull
	case person || organ:
		return OriginalOneOfTwo
	case d.Paper && len(d.Files) == 0:
		return OriginalPaper
	}
	return OriginalNone
}

func (v *docView) relations() []RelationInfo {
	out := []RelationInfo{}
	for _, key := range keysOf(v.doc.Relations, func(app.Relation) app.Time { return 0 }) {
		r := v.doc.Relations[key]
		out = append(out, RelationInfo{key, r.Kind, r.Doc, r.Text})
	}
	return out
}

func (v *docView) extensions() []ExtensionInfo {
	out := []ExtensionInfo{}
	for _, key := range keysOf(v.doc.Extensions, func(e app.Extension) app.Time { return e.At }) {
		e := v.doc.Extensions[key]
		out = append(out, ExtensionInfo{Key: key, By: v.who(e.By), At: e.At, Old: e.Old, New: e.New, Reason: e.Reason,
			Directive: e.Task, Decided: v.person(e.Decided), DecidedAt: e.DecidedAt, Granted: e.Granted, Pending: v.pending[key],
			Actions: v.each(app.Part{Directive: e.Task, Extension: key}, "document.decide_extension")})
	}
	return out
}

func (v *docView) history() []StepInfo {
	out := []StepInfo{}
	for _, key := range keysOf(v.doc.History, func(s app.Step) app.Time { return s.At }) {
		s := v.doc.History[key]
		out = append(out, StepInfo{key, s.Name, v.who(s.By), v.person(s.OnBehalf), s.At, s.State, s.Text, v.named(s.To), v.pending[key]})
	}
	return out
}
