package validator

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"slices"

	"khonggiay/signing"
	"khonggiay/signing/cms"
	"khonggiay/signing/pdf"
)

// A mark is a signature dictionary as it stands in one revision, or what stands
// in its place, with all that is found out about it.
type mark struct {
	*Signature
	ref      pdf.Ref // of the object that it is, or lies in
	rev      int     // where that object is defined
	at       int64   // of its first entry: tells dictionaries of one object apart
	dict     *pdf.Dict
	oddities []pdf.Oddity
	fields   []pdf.Field // that lead to it
	rights   bool        // usage rights, not a signature of the document

	covered int // the revision that it covers to the end, -1 if none
	ranges  [4]int64
	value   []byte // of Contents
	grant   grant  // what it lets be done afterwards

	data   *cms.SignedData
	signer *cms.SignerInfo
	stamp  *cms.Timestamp // when it is a document time-stamp
	result *cms.Result
	sound  bool // format and cryptography are good
}

func (m *mark) note(f Finding) { m.Findings = append(m.Findings, f) }

// find lists the signatures of the file, from two sides: what fields lead to,
// and what any object of any revision holds. What only the second finds was
// hidden by somebody.
func (v *run) find() error {
	defer v.sort()
	for rev := range v.file.Revisions() {
		if err := v.scanRevision(rev); err != nil {
			return err
		}
	}
	if !v.crowded {
		v.graph.settle()
	}
	form, err := v.file.Newest().Form()
	if err == nil {
		err = v.attach(form)
	}
	if err == nil {
		err = v.attachRights()
	}
	return err
}

// scanRevision looks into what a revision defines. An object that cannot be read
// is kept for judgeFile: files that were sloppy before anybody signed are usual.
func (v *run) scanRevision(rev int) error {
	view := v.file.At(rev)
	for _, ref := range v.file.Changed(rev) {
		item, err := view.Read(ref)
		var malformed *pdf.FormatError
		switch {
		case errors.As(err, &malformed):
			v.broken = append(v.broken, brokenObject{ref, rev})
			v.graph.note(ref, pdf.Null{}, rev)
			v.graph.broken = append(v.graph.broken, ref.Num)
			continue
		case err != nil:
			return err
		}
		v.graph.note(ref, item.Object, rev)
		v.measure(ref, item.Object)
		v.scanObject(item, item.Object, rev)
		if len(v.marks) > maxSignatures {
			v.crowded = true
			return nil
		}
	}
	return nil
}

// measure keeps where the length of an object stream stands, when that is not in
// the stream itself.
func (v *run) measure(ref pdf.Ref, o pdf.Object) {
	s, ok := o.(*pdf.Stream)
	if !ok || s.Dict.Get("Type") != pdf.Name("ObjStm") {
		return
	}
	if length, indirect := s.Dict.Get("Length").(pdf.Ref); indirect {
		v.lengths[length] = append(v.lengths[length], ref)
	}
}

// A brokenObject cannot be read as the revision defines it.
type brokenObject struct {
	ref pdf.Ref
	rev int
}

func (v *run) scanObject(item pdf.Item, o pdf.Object, rev int) {
	switch o := o.(type) {
	case pdf.Array:
		for _, e := range o {
			v.scanObject(item, e, rev)
		}
	case *pdf.Stream:
		v.scanObject(item, o.Dict, rev)
	case *pdf.Dict:
		if looksSigned(o) {
			v.addMark(&mark{ref: item.Ref, rev: rev, at: firstByte(o), dict: o, oddities: item.Oddities})
		}
		for _, e := range o.Entries {
			v.scanObject(item, e.Value, rev)
		}
	}
}

// looksSigned knows a signature dictionary by what only those have; /Type is
// optional in them.
func looksSigned(d *pdf.Dict) bool {
	if _, ok := d.Lookup("ByteRange"); ok {
		return true
	}
	if t := d.Get("Type"); t != pdf.Name("Sig") && t != pdf.Name("DocTimeStamp") {
		return false
	}
	_, contents := d.Lookup("Contents")
	_, filter := d.Lookup("Filter")
	return contents || filter
}

func firstByte(d *pdf.Dict) int64 {
	if len(d.Entries) == 0 {
		return 0
	}
	return d.Entries[0].Span.Start
}

func (v *run) addMark(m *mark) *mark {
	m.covered = -1
	m.Signature = &Signature{Kind: Approval, Object: name(m.ref)}
	if m.dict.Get("Type") == pdf.Name("DocTimeStamp") || m.dict.Get("SubFilter") == pdf.Name(subFilterTimestamp) {
		m.Kind = DocTimestamp
	}
	v.marks = append(v.marks, m)
	return m
}

func name(ref pdf.Ref) string { return fmt.Sprintf("%d %d", ref.Num, ref.Gen) }

// attach gives each signature the fields that show it.
func (v *run) attach(form *pdf.Form) error {
	if form == nil {
		return nil
	}
	view := v.file.Newest()
	for _, f := range form.Fields {
		value := f.Get("V")
		o, err := view.Resolve(value)
		if err != nil {
			return err
		}
		d, isDict := o.(*pdf.Dict)
		_, isRef := value.(pdf.Ref)
		_, isNull := o.(pdf.Null)
		switch {
		case isDict && looksSigned(d) && f.Type() == "Sig":
			v.attachTo(f, value, d)
		case f.Type() != "Sig" || isNull && !isRef:
		default:
			m := v.addMark(&mark{ref: f.Ref, rev: view.Index(), dict: &pdf.Dict{}, fields: []pdf.Field{f}})
			if isDict {
				m.note(found(RangeMissing))
			} else {
				m.note(found(NotADictionary))
			}
		}
	}
	return nil
}

// attachTo finds the mark of a field's value: the newest definition of the
// object, or the dictionary inside the field or one of its parents.
func (v *run) attachTo(f pdf.Field, value pdf.Object, d *pdf.Dict) {
	holders := append([]pdf.Ref{f.Ref}, f.Parents...)
	if ref, ok := value.(pdf.Ref); ok {
		holders = []pdf.Ref{ref}
	}
	var best *mark
	for _, m := range v.marks {
		if slices.Contains(holders, m.ref) && m.at == firstByte(d) && (best == nil || m.rev > best.rev) {
			best = m
		}
	}
	if best == nil {
		best = v.addMark(&mark{ref: holders[0], rev: v.file.Newest().Index(), at: firstByte(d), dict: d})
	}
	best.fields = append(best.fields, f)
}

// attachRights finds the signatures by which a reader's maker enabled functions
// of its reader (ISO 32000-1, 12.8.2.3). No field leads to them.
func (v *run) attachRights() error {
	for rev := range v.file.Revisions() {
		view := v.file.At(rev)
		catalog, err := view.Catalog()
		if err != nil {
			return err
		}
		perms, err := view.Dict(catalog.Get("Perms"))
		if err != nil {
			return err
		}
		for _, key := range []pdf.Name{"UR", "UR3"} {
			holders := []pdf.Object{view.Trailer().Get("Root"), catalog.Get("Perms")}
			if err := v.markRights(view, perms.Get(key), holders); err != nil {
				return err
			}
		}
	}
	return nil
}

// markRights marks the dictionary of usage rights, an object or direct in one of
// the holders.
func (v *run) markRights(view *pdf.View, value pdf.Object, holders []pdf.Object) error {
	if ref, ok := value.(pdf.Ref); ok {
		holders = []pdf.Object{ref}
	}
	o, err := view.Resolve(value)
	if err != nil {
		return err
	}
	d, ok := o.(*pdf.Dict)
	for _, m := range v.marks {
		if ok && m.at == firstByte(d) && slices.Contains(holders, pdf.Object(m.ref)) {
			m.rights = len(m.fields) == 0
		}
	}
	return nil
}

// sort puts signatures in the order of their making and takes usage rights out.
func (v *run) sort() {
	slices.SortStableFunc(v.marks, func(a, b *mark) int {
		return cmp.Or(cmp.Compare(a.rev, b.rev), cmp.Compare(a.at, b.at))
	})
	v.marks = slices.DeleteFunc(v.marks, func(m *mark) bool {
		if m.rights {
			v.note(found(UsageRights, "object", name(m.ref)))
		}
		return m.rights
	})
	for _, m := range v.marks {
		v.report.Signatures = append(v.report.Signatures, m.Signature)
		switch len(m.fields) {
		case 0:
			m.note(found(Unreached, "object", name(m.ref)))
		case 1:
		default:
			m.note(found(SharedValue, "fields", fieldNames(m.fields)))
		}
		if len(m.fields) > 0 {
			m.Field = m.fields[0].Name
		}
	}
}

func fieldNames(fields []pdf.Field) []string {
	var names []string
	for _, f := range fields {
		names = append(names, f.Name)
	}
	return names
}

// graveOddities leave a reader a choice where in an update by a proper program
// there would be none.
var graveOddities = []pdf.OddityCode{pdf.OddHybrid, pdf.OddHybridNews, pdf.OddNoEOF, pdf.OddStartxref, pdf.OddLinear, pdf.OddEntryType}

// judgeFile judges what concerns no single signature.
func (v *run) judgeFile() {
	v.judgeBroken()
	for _, o := range v.file.Oddities() {
		v.judgeOddity(o)
	}
	v.findGaps()
	if len(v.marks) > 0 {
		v.judgeNames()
		return
	}
	if worst, _ := verdict(v.report.Findings); worst == signing.TotalPassed {
		v.note(found(Unsigned))
	}
}

// judgeOddity forgives what was there before anybody signed.
func (v *run) judgeOddity(o pdf.Oddity) {
	signed := len(v.marks) > 0
	switch {
	case o.Code == pdf.OddTail && (signed || v.cutOff()):
		v.note(found(BytesAfterEOF, "offset", o.Offset))
	case signed && slices.Contains(graveOddities, o.Code) && o.Offset >= v.signedFrom():
		v.note(found(SloppyUpdate, "what", o.Code, "offset", o.Offset))
	default:
		v.note(found(SloppyFile, "what", o.Code, "offset", o.Offset))
	}
}

// cutOff reports whether what follows the end looks like an update that did not
// come whole, perhaps one that signed.
func (v *run) cutOff() bool {
	tail := v.bytes(pdf.Span{Start: v.file.Newest().Revision().EOF, End: v.size})
	return bytes.Contains(tail, []byte(" obj")) || bytes.Contains(tail, []byte(traceOfSignature))
}

// judgeNames refuses a second field of a name when it came after a signature:
// permissions speak of fields by name. Many a form was made so in the first place.
func (v *run) judgeNames() {
	form, err := v.file.Newest().Form()
	first, errFirst := v.file.At(v.marks[0].rev).Form()
	if err != nil || form == nil {
		return // find has told
	}
	for _, twice := range form.Duplicates {
		if errFirst != nil || first == nil || !slices.Contains(first.Duplicates, twice) {
			v.note(found(DuplicateFields, "field", twice))
		}
	}
}

// judgeBroken refuses objects that cannot be read where a signature could hide
// in them or have been changed by them.
func (v *run) judgeBroken() {
	const most = 10
	for i, b := range v.broken {
		code := BrokenObject
		if v.hides(b) {
			code = BrokenUpdate
		}
		if i < most || code == BrokenUpdate && i < 10*most {
			v.note(found(code, "object", name(b.ref), "revision", b.rev+1))
		}
	}
}

// hides reports whether a signature could hide in a broken object or have been
// changed by it. In a file without any, it would have left its trace.
func (v *run) hides(b brokenObject) bool {
	rev := v.file.Revisions()[b.rev]
	if len(v.marks) > 0 {
		return rev.End > v.signedFrom()
	}
	where, there := v.file.At(b.rev).Where(b.ref)
	if !there || where.Stream != (pdf.Ref{}) {
		return true
	}
	return bytes.Contains(v.bytes(pdf.Span{Start: where.Offset, End: max(rev.End, where.Offset)}), []byte(traceOfSignature))
}

// signedFrom is the end of the first revision with a signature in it.
func (v *run) signedFrom() int64 { return v.file.Revisions()[v.marks[0].rev].End }
