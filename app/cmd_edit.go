package app

import (
	"slices"
	"strings"
)

func init() {
	define("document.edit.1", KindDocument, edit)
	define("document.add_file.1", KindDocument, addFile)
	define("document.remove_file.1", KindDocument, removeFile)
	define("document.remark.1", KindDocument, remark)
	define("document.content_stored.1", KindDocument, contentStored, system)
}

// edit changes fields, each against what the person saw. When somebody else
// has changed one of them to something else meanwhile, the whole command is
// refused with both texts, and nobody loses silently.
func edit(x *Exec, a *DraftEdit) error {
	doc, err := x.open()
	if err != nil {
		return err
	}
	now, clashes := doc.Fields(), map[string]any{}
	var mine, old Fields
	var changed []string
	for _, name := range sortedKeys(a.Set) {
		if err := mine.set(name, a.Set[name]); err != nil {
			return err
		}
		if v, ok := a.Old[name]; ok {
			if err := old.set(name, v); err != nil {
				return err
			}
		}
		if !doc.editable(name) {
			return Refuse(Invalid, "document.field_locked").With("field", name)
		}
		switch current := now.get(name); {
		case mine.get(name) == current:
		case old.get(name) == current:
			if err := now.set(name, a.Set[name]); err != nil {
				return err
			}
			changed = append(changed, name)
		default:
			clashes[name] = clash(doc, mine.get(name), current)
		}
	}
	if len(clashes) > 0 {
		return &Error{Code: Conflict, Reason: "document.edit_conflict", Data: clashes}
	}
	if err := CheckLimits(&now); err != nil {
		return err
	}
	if err := checkFields(now); err != nil {
		return err
	}
	readdressed, err := x.readdress(doc, a)
	if readdressed {
		changed = append(changed, "recipients")
	}
	if err != nil || len(changed) == 0 {
		return err
	}
	doc.setFields(now)
	doc.Revision++
	x.step(doc, "", note{text: strings.Join(changed, ",")})
	return x.put(doc)
}

// clash tells both values, and who changed the document last and when.
func clash(doc *Document, mine, theirs any) map[string]any {
	var last Step
	for _, id := range sortedKeys(doc.History) {
		if s := doc.History[id]; s.Name == "document.edit" && s.At >= last.At {
			last = s
		}
	}
	return map[string]any{"mine": mine, "theirs": theirs, "by": string(last.By), "at": int64(last.At)}
}

// readdress replaces the recipients of a draft.
func (x *Exec) readdress(doc *Document, a *DraftEdit) (bool, error) {
	if !a.SetTo || doc.Direction != Outgoing {
		return false, nil
	}
	before := len(doc.Recipients)
	kept := doc.Recipients
	doc.Recipients = nil
	if err := x.address(doc, a.To); err != nil {
		return false, err
	}
	same := before == len(doc.Recipients)
	for id := range doc.Recipients {
		_, was := kept[id]
		same = same && was
	}
	return !same, nil
}

// addFile adds a file or a new version of one. New files commute, each is an
// entry of its own; of two new versions of one file the second is refused.
func addFile(x *Exec, a *FileAdd) error {
	doc, err := x.open()
	if err != nil {
		return err
	}
	if err := doc.replaceable(a.File.Replaces); err != nil {
		return err
	}
	if doc.Direction == Incoming && (doc.Source != "" || !doc.before(InSubmitted)) && (a.File.Role == FileMain || a.File.Replaces != 0) {
		return Refuse(Conflict, "file.locked")
	}
	if err := doc.madeOf(a.File); err != nil {
		return err
	}
	if err := x.addFiles(doc, []NewFile{a.File}); err != nil {
		return err
	}
	if doc.Direction == Outgoing {
		doc.Revision++
	}
	x.step(doc, "", note{text: a.File.Name})
	return x.put(doc)
}

// replaceable refuses a new version of what is gone or has a newer version
// already: whoever wrote it has not seen that one.
func (d *Document) replaceable(file CommandID) error {
	if file == 0 {
		return nil
	}
	if _, ok := d.Files[file]; !ok {
		return Refuse(NotFound, "file.not_found")
	}
	if d.isCopy(file) {
		return Refuse(Conflict, "file.locked")
	}
	for _, f := range d.Files {
		if f.Replaces == file {
			return Refuse(Conflict, "file.replaced").With("by", string(f.By)).With("at", int64(f.At))
		}
	}
	return nil
}

// madeOf lets the PDF of a draft take the place of the document itself: what it
// was made of is the draft from then on, in its newest version.
func (d *Document) madeOf(f NewFile) error {
	if f.Source == 0 {
		return nil
	}
	if _, ok := d.Files[f.Source]; !ok {
		return Refuse(NotFound, "file.not_found")
	}
	if d.Direction != Outgoing || f.Role != FileMain {
		return Refuse(Invalid, "file.bad_source")
	}
	newest := d.NewestOf(f.Source)
	if newest == f.Replaces {
		return Refuse(Invalid, "file.bad_source")
	}
	draft := d.Files[newest]
	draft.Role = FileDraft
	d.Files[newest] = draft
	return nil
}

// before reports whether an incoming document has not yet reached the state.
func (d *Document) before(s State) bool {
	for _, at := range inAlive {
		if at == s {
			return false
		}
		if at == d.State {
			return true
		}
	}
	return false
}

// A document has so many files at most, and so many versions of all of them:
// each save of a working copy is one.
const (
	maxFiles    = 100
	maxVersions = 500
)

// addFiles stores new files of people under this command's keys.
func (x *Exec) addFiles(doc *Document, files []NewFile) error {
	if slices.ContainsFunc(files, func(f NewFile) bool { return f.Role > FileDraft }) {
		return Refuse(Invalid, "file.no_content")
	}
	return x.putFiles(doc, files)
}

// putFiles stores new files under this command's keys.
func (x *Exec) putFiles(doc *Document, files []NewFile) error {
	more := 0
	for _, f := range files {
		if f.Replaces == 0 {
			more++
		}
	}
	switch {
	case more > 0 && len(doc.CurrentFiles())+more > maxFiles:
		return Refuse(Invalid, "file.too_many").With("max", maxFiles)
	case len(doc.Files)+len(files) > maxVersions:
		return Refuse(Invalid, "file.too_many_versions").With("max", maxVersions)
	}
	for i, f := range files {
		if err := x.putFile(doc, FileKey(x.Cmd.ID, i), f); err != nil {
			return err
		}
	}
	return nil
}

func (x *Exec) putFile(doc *Document, key CommandID, f NewFile) error {
	if err := checkNewFile(f); err != nil {
		return err
	}
	if doc.Files == nil {
		doc.Files = map[CommandID]File{}
	}
	doc.Files[key] = File{
		Name: f.Name, Media: f.Media, Role: f.Role, Content: f.Content,
		By: x.Actor.Person, At: x.Now, Replaces: f.Replaces, Place: doc.placeOf(f.Replaces), Source: f.Source,
	}
	return nil
}

// checkNewFile refuses a name that is none, and a file without content.
func checkNewFile(f NewFile) error {
	switch {
	case f.Name == "" || len(f.Name) > 255 || strings.ContainsAny(f.Name, "/\\\x00\n"):
		return Refuse(Invalid, "file.bad_name")
	case f.Content.SHA256.IsZero() || len(f.Content.Segments) == 0:
		return Refuse(Invalid, "file.no_content")
	}
	return nil
}

func removeFile(x *Exec, a *FileRemove) error {
	doc, err := x.open()
	if err != nil {
		return err
	}
	f, ok := doc.Files[a.File]
	if !ok {
		return Refuse(NotFound, "file.not_found")
	}
	if doc.isCopy(a.File) || doc.Direction == Incoming && doc.Source != "" && f.By != x.Actor.Person {
		return Refuse(Conflict, "file.locked")
	}
	delete(doc.Files, a.File)
	for id, other := range doc.Files {
		if other.Replaces == a.File { // the newer version stands for the whole file
			other.Replaces = 0
			doc.Files[id] = other
		}
	}
	if doc.Direction == Outgoing {
		doc.Revision++
	}
	x.step(doc, "", note{text: f.Name})
	return x.put(doc)
}

// remark adds a remark. Remarks commute and write no step of their own.
func remark(x *Exec, a *RemarkAdd) error {
	doc, err := x.open()
	if err != nil {
		return err
	}
	if doc.Remarks == nil {
		doc.Remarks = map[CommandID]Remark{}
	}
	doc.Remarks[x.Cmd.ID] = Remark{By: x.Actor.Person, OnBehalf: x.onBehalf(), At: x.Now, Text: a.Text}
	return x.put(doc)
}

// contentStored notes when the server had the file's whole content, in the
// document and in the copies that were sent of it.
func contentStored(x *Exec, a *ContentStored) error {
	doc, err := x.document(x.Cmd.Target.ID)
	if err != nil {
		return err
	}
	if _, ok := doc.Files[a.File]; !ok {
		return Refuse(NotFound, "file.not_found")
	}
	if err := x.stored(doc, a.File); err != nil {
		return err
	}
	for _, id := range sortedKeys(doc.Recipients) {
		copied, err := x.other(doc.Recipients[id].Copy)
		if err != nil {
			return err
		}
		if copied != nil {
			if err := x.stored(copied, a.File); err != nil {
				return err
			}
		}
	}
	return nil
}

func (x *Exec) stored(doc *Document, file CommandID) error {
	f, ok := doc.Files[file]
	if !ok || f.AtServer != 0 {
		return nil
	}
	f.AtServer = x.Now
	doc.Files[file] = f
	return x.put(doc)
}
