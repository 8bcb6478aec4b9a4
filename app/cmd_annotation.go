package app

import (
	"maps"
	"slices"
)

func init() {
	define("annotation.put.1", KindAnnotation, putMark)
	define("annotation.remove.1", KindAnnotation, removeMark)
	define("annotation.bookmark.1", KindAnnotation, bookmark)
	define("annotation.stopped.1", KindAnnotation, stoppedReading)
	define("annotation.share.1", KindAnnotation, shareAnnotation)
	define("annotation.unshare.1", KindAnnotation, unshareAnnotation)

	for _, act := range []Action{"annotation.put", "annotation.bookmark", "annotation.stopped", "annotation.share"} {
		meetingRule(act, meetingClause{relMeetReader, meetingAny})
	}
}

// relMeetReader: who holds the material that the action is about.
var relMeetReader = meetingRelation{"reader", func(q *meetingQuestion) (Grant, bool) {
	return q.personal(q.part.Material != nil && intersects(q.d.Scopes(q.self(), q.a.At), q.part.Material.Holders))
}}

// AnnotationOf names the material that an annotation is of; the target is
// AnnotationID(material, actor).
type AnnotationOf struct {
	Meeting  ID `cbor:"1,keyasint" json:"meeting" minLength:"1" maxLength:"64"`
	Material ID `cbor:"2,keyasint" json:"material" minLength:"1" maxLength:"64"`
}

// AnnotationPut makes a mark or changes one (annotation.put.1). A content key
// that is new is given sealed to the person and to everybody he shares with.
type AnnotationPut struct {
	AnnotationOf
	Mark    CommandID     `cbor:"3,keyasint,omitempty" json:"mark,omitempty" doc:"absent: a new one"`
	Version CommandID     `cbor:"4,keyasint" json:"version" doc:"of the material"`
	Key     ID            `cbor:"5,keyasint" json:"key" minLength:"1" maxLength:"64" doc:"content key"`
	Sealed  []byte        `cbor:"6,keyasint" json:"sealed"`
	Keys    []KeyToPerson `cbor:"7,keyasint,omitempty" json:"keys,omitempty" maxItems:"500"`
}

// KeyToPerson is a content key sealed to one person.
type KeyToPerson struct {
	Content ID     `cbor:"1,keyasint" json:"content" minLength:"1" maxLength:"64"`
	Person  ID     `cbor:"2,keyasint" json:"person" minLength:"1" maxLength:"64"`
	Key     ID     `cbor:"3,keyasint" json:"key" minLength:"1" maxLength:"64" doc:"which of his reading keys"`
	Sealed  []byte `cbor:"4,keyasint" json:"sealed"`
}

// AnnotationRemove takes a mark away (annotation.remove.1), also after a recall.
type AnnotationRemove struct {
	Mark CommandID `cbor:"1,keyasint" json:"mark"`
}

// AnnotationBookmark sets a bookmark, or takes it away (annotation.bookmark.1).
type AnnotationBookmark struct {
	AnnotationOf
	Page int  `cbor:"3,keyasint" json:"page" minimum:"1" maximum:"100000"`
	Off  bool `cbor:"4,keyasint,omitempty" json:"off,omitempty"`
}

// AnnotationStopped tells the page where the person stopped (annotation.stopped.1).
type AnnotationStopped struct {
	AnnotationOf
	Page int `cbor:"3,keyasint" json:"page" minimum:"1" maximum:"100000"`
}

// AnnotationShare lets another participant read (annotation.share.1): the
// content keys come sealed to him.
type AnnotationShare struct {
	AnnotationOf
	Person ID            `cbor:"3,keyasint" json:"person" minLength:"1" maxLength:"64"`
	Keys   []KeyToPerson `cbor:"4,keyasint,omitempty" json:"keys,omitempty" maxItems:"500"`
}

// AnnotationUnshare stops it (annotation.unshare.1).
type AnnotationUnshare struct {
	Person ID `cbor:"1,keyasint" json:"person" minLength:"1" maxLength:"64"`
}

// annotation loads the actor's annotation of a material that he holds, or begins it.
func (x *Exec) annotation(of AnnotationOf) (*Annotation, *Material, error) {
	m, err := x.meeting(of.Meeting)
	if err != nil {
		return nil, nil, err
	}
	mat, ok, err := partOf[*Material](x, Key{KindMaterial, of.Material})
	if err != nil {
		return nil, nil, err
	}
	if !ok || mat.Meeting != of.Meeting {
		mat = nil
	}
	if err := x.mayMeeting(m, Part{Material: mat}); err != nil {
		return nil, nil, err
	}
	if x.Cmd.Target.ID != AnnotationID(of.Material, x.Actor.Person) {
		return nil, nil, Refuse(Invalid, "command.bad_target")
	}
	a, ok, err := previous[*Annotation](x)
	if err != nil {
		return nil, nil, err
	}
	if !ok {
		a = &Annotation{ID: x.Cmd.Target.ID, PartOf: PartOf{Meeting: of.Meeting}, Material: of.Material, Person: x.Actor.Person}
	}
	return a, mat, nil
}

// ownAnnotation loads the target, which is the actor's own.
func (x *Exec) ownAnnotation() (*Annotation, error) {
	a, ok, err := previous[*Annotation](x)
	switch {
	case err != nil:
		return nil, err
	case !ok || !Can(x.Dir, x.Actor, x.action(), a).Allow:
		return nil, Refuse(NotFound, "annotation.not_found")
	}
	return a, nil
}

func (x *Exec) putAnnotation(a *Annotation) error {
	_, err := x.putPart(nil, a)
	return err
}

func putMark(x *Exec, p *AnnotationPut) error {
	a, mat, err := x.annotation(p.AnnotationOf)
	if err != nil {
		return err
	}
	version, ok := mat.Versions[p.Version]
	if !ok {
		return Refuse(NotFound, "annotation.no_version")
	}
	key := p.Mark
	if key == 0 {
		key = x.Cmd.ID
	}
	old, known := a.Marks[key]
	switch {
	case p.Mark != 0 && (!known || old.Removed != 0):
		return Refuse(Conflict, "annotation.mark_gone")
	case len(p.Sealed) == 0 || len(p.Sealed) > maxMarkBytes:
		return Refuse(Invalid, "annotation.too_big").With("max", maxMarkBytes)
	case !known && len(a.Marks) >= maxMarks, a.size()-len(old.Sealed)+len(p.Sealed) > maxAnnotation:
		return Refuse(Conflict, "annotation.full").With("max", maxMarks)
	}
	if err := a.enter(p.Keys); err != nil {
		return err
	}
	if _, ok := a.Keys[p.Key]; !ok {
		return Refuse(Invalid, "annotation.no_key")
	}
	if a.Marks == nil {
		a.Marks = map[CommandID]Mark{}
	}
	if a.Contents == nil {
		a.Contents = map[CommandID]Hash{}
	}
	a.Marks[key] = Mark{Version: p.Version, Sealed: p.Sealed, At: x.Now, Key: p.Key}
	a.Contents[p.Version] = version.File.Content.SHA256
	return x.putAnnotation(a)
}

const maxContentKeys = 200

// enter adds content keys, sealed to those who may read; for others nothing is kept.
func (a *Annotation) enter(keys []KeyToPerson) error {
	for _, k := range keys {
		if len(k.Sealed) != sealedKeySize {
			return Refuse(Invalid, "readingkey.bad_key")
		}
		if _, shared := a.Shared[k.Person]; !shared && k.Person != a.Person {
			continue // it was stopped meanwhile
		}
		c, known := a.Keys[k.Content]
		if !known && len(a.Keys) >= maxContentKeys {
			return Refuse(Conflict, "annotation.full").With("max", maxContentKeys)
		}
		if a.Keys == nil {
			a.Keys = map[ID]ContentKey{}
		}
		if c.To == nil {
			c.To = map[ID]SealedKey{}
		}
		c.To[k.Person] = SealedKey{Key: k.Key, Sealed: k.Sealed}
		a.Keys[k.Content] = c
	}
	return nil
}

// removeMark twice is as good as once.
func removeMark(x *Exec, p *AnnotationRemove) error {
	a, err := x.ownAnnotation()
	if err != nil {
		return err
	}
	m, ok := a.Marks[p.Mark]
	if !ok {
		return Refuse(NotFound, "annotation.mark_gone")
	}
	if m.Removed != 0 {
		return nil
	}
	a.Marks[p.Mark] = Mark{Version: m.Version, At: m.At, Removed: x.Now}
	return x.putAnnotation(a)
}

const maxBookmarks = 2000

func bookmark(x *Exec, p *AnnotationBookmark) error {
	a, _, err := x.annotation(p.AnnotationOf)
	if err != nil {
		return err
	}
	at, on := slices.BinarySearch(a.Pages, p.Page)
	switch {
	case on && p.Off:
		a.Pages = slices.Delete(a.Pages, at, at+1)
	case !on && !p.Off && len(a.Pages) >= maxBookmarks:
		return Refuse(Conflict, "annotation.full").With("max", maxBookmarks)
	case !on && !p.Off:
		a.Pages = slices.Insert(a.Pages, at, p.Page)
	}
	return x.putAnnotation(a)
}

func stoppedReading(x *Exec, p *AnnotationStopped) error {
	a, _, err := x.annotation(p.AnnotationOf)
	if err != nil {
		return err
	}
	a.ReadTo = p.Page
	return x.putAnnotation(a)
}

// shareAnnotation is with somebody who may read the material anyhow: marks quote it.
func shareAnnotation(x *Exec, p *AnnotationShare) error {
	a, mat, err := x.annotation(p.AnnotationOf)
	if err != nil {
		return err
	}
	switch {
	case p.Person == a.Person:
		return Refuse(Invalid, "annotation.share_self")
	case !intersects(x.Dir.Scopes(p.Person, x.Now), mat.Holders):
		return Refuse(Invalid, "annotation.not_reader").With("person", string(p.Person))
	}
	if a.Shared == nil {
		a.Shared = map[ID]Time{}
	}
	if a.Shared[p.Person] == 0 {
		a.Shared[p.Person] = x.Now
	}
	if err := a.enter(p.Keys); err != nil {
		return err
	}
	return x.putAnnotation(a)
}

func unshareAnnotation(x *Exec, p *AnnotationUnshare) error {
	a, err := x.ownAnnotation()
	if err != nil {
		return err
	}
	if a.Shared[p.Person] == 0 {
		return nil
	}
	delete(a.Shared, p.Person)
	for _, id := range slices.Collect(maps.Keys(a.Keys)) {
		c := a.Keys[id]
		if _, could := c.To[p.Person]; could {
			delete(c.To, p.Person)
			c.Retired = x.Now
			a.Keys[id] = c
		}
	}
	return x.putAnnotation(a)
}
