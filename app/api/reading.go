package api

import (
	"cmp"
	"context"
	"slices"

	"khonggiay/app"
)

// Reading seals what a person writes on the papers of a meeting, and opens it
// again. nil on the server, which never sees any of it: private notes are on
// laptops only.
type Reading interface {
	// Marks opens the person's own marks on the material and those of others who
	// share theirs with him.
	Marks(ctx context.Context, v Viewer, meeting, material app.ID) ([]OpenedMarks, error)
	// PutMark seals a mark and gives the command. Conflict "readingkey.locked"
	// when this machine cannot open the person's keys.
	PutMark(ctx context.Context, v Viewer, meeting, material app.ID, p MarkPut) (Given, error)
	// ShareMarks lets another person read them. Conflict "readingkey.of_nobody"
	// when he has no key to seal to.
	ShareMarks(ctx context.Context, v Viewer, meeting, material, person app.ID) (Given, error)
	// ReadingKey is where this machine stands.
	ReadingKey(ctx context.Context, v Viewer) (ReadingKeyState, error)
	// MakeReadingKey makes the person's first key, or asks for it from his other
	// machines; anew makes another in any case.
	MakeReadingKey(ctx context.Context, v Viewer, anew bool) error
	// GrantReadingKey hands the keys to another machine of the person.
	GrantReadingKey(ctx context.Context, v Viewer, device app.ID) error
}

// MarkKind is what a mark looks like.
type MarkKind string

// Kinds of marks.
const (
	MarkHighlight MarkKind = "highlight"
	MarkInk       MarkKind = "ink"
	MarkNote      MarkKind = "note"
)

// MarkBody is a mark in plain: on a laptop only. Coordinates are those of the
// page in the file (points, origin at the lower left).
type MarkBody struct {
	Page    int         `json:"page" minimum:"1" maximum:"100000"`
	Kind    MarkKind    `json:"kind" enum:"highlight,ink,note"`
	Rects   [][]float64 `json:"rects,omitempty" maxItems:"400" nullable:"false" doc:"highlight: [left, bottom, right, top]"`
	Strokes [][]float64 `json:"strokes,omitempty" maxItems:"200" nullable:"false" doc:"ink: x, y, x, y …"`
	At      []float64   `json:"at,omitempty" maxItems:"2" nullable:"false" doc:"note: where its pin stands"`
	Text    string      `json:"text,omitempty" maxLength:"4000"`
	Quote   *MarkQuote  `json:"quote,omitempty"`
	Colour  string      `json:"colour,omitempty" enum:",yellow,green,blue,red"`
	Content *app.Hash   `json:"content,omitempty" doc:"SHA-256 of the version, set by the laptop"`
}

// MarkQuote is the marked text with what stands around it, to find it again in
// another version.
type MarkQuote struct {
	Exact  string `json:"exact" minLength:"1" maxLength:"2000"`
	Prefix string `json:"prefix,omitempty" maxLength:"100"`
	Suffix string `json:"suffix,omitempty" maxLength:"100"`
}

// MarkPut asks to make a mark or to change one.
type MarkPut struct {
	Mark    app.CommandID `json:"mark,omitempty" doc:"absent: a new one"`
	Version app.CommandID `json:"version" doc:"of the material"`
	Body    MarkBody      `json:"body"`
}

// OpenedMark is a mark as read.
type OpenedMark struct {
	Key     app.CommandID `json:"key"`
	Version app.CommandID `json:"version"`
	At      app.Time      `json:"at"`
	Body    *MarkBody     `json:"body,omitempty" doc:"absent: this machine cannot open it"`
}

// OpenedMarks is one person's annotation of a material, as far as this machine
// can open it.
type OpenedMarks struct {
	Annotation *app.Annotation
	Marks      []OpenedMark
}

// AnnotationView is one person's annotation of a material.
type AnnotationView struct {
	ID        app.ID       `json:"id"`
	Person    PersonRef    `json:"person"`
	Mine      bool         `json:"mine,omitempty"`
	Detached  bool         `json:"detached,omitempty" doc:"the material is no longer held"`
	Marks     []OpenedMark `json:"marks" nullable:"false" doc:"by page"`
	Bookmarks []int        `json:"bookmarks" nullable:"false" doc:"pages; mine only"`
	StoppedAt int          `json:"stoppedAt,omitempty" doc:"page; mine only"`
	Shared    []PersonRef  `json:"shared" nullable:"false" doc:"with whom; mine only"`
}

// ReadingKeyState is where this machine stands with the person's reading keys.
type ReadingKeyState struct {
	State   string   `json:"state" enum:"none,waiting,ready" doc:"waiting: another of the person's machines has to hand them over"`
	Device  app.ID   `json:"device" doc:"this machine"`
	Waiting []app.ID `json:"waiting" nullable:"false" doc:"other machines of the person that wait for this one"`
}

// ReaderView is a participant with whom an annotation may be shared.
type ReaderView struct {
	Person PersonRef `json:"person"`
	Ready  bool      `json:"ready,omitempty" doc:"has a key to seal to; else he has not read on a laptop yet"`
}

type annotationsInput struct {
	ID       app.ID `path:"id" maxLength:"64"`
	Material app.ID `path:"material" maxLength:"64"`
}

type putMarkInput struct {
	ID       app.ID `path:"id" maxLength:"64"`
	Material app.ID `path:"material" maxLength:"64"`
	Body     MarkPut
}

type shareInput struct {
	ID       app.ID `path:"id" maxLength:"64"`
	Material app.ID `path:"material" maxLength:"64"`
	Body     struct {
		Person app.ID `json:"person" minLength:"1" maxLength:"64"`
	}
}

type readingKeyInput struct {
	Body struct {
		Anew bool `json:"anew,omitempty" doc:"another key in any case: what was sealed to the old ones only they open"`
	}
}

type grantInput struct {
	Body struct {
		Device app.ID `json:"device" minLength:"1" maxLength:"64"`
	}
}

func (a *API) readingRoutes() {
	const path = "/meetings/{id}/materials/{material}/"
	route(a, forPerson, get(path+"annotations", "listAnnotations", "My marks on a material, always there, and those shared with me, opened (laptop)", "reading"), a.listAnnotations)
	route(a, forPerson, post(path+"annotations", "putAnnotation", "Seal a mark and give the command (laptop)", "reading"), a.putAnnotation)
	route(a, forPerson, get(path+"readers", "listReaders", "With whom my marks may be shared (laptop)", "reading"), a.listReaders)
	route(a, forPerson, post(path+"share", "shareAnnotation", "Let a participant read my marks (laptop)", "reading"), a.shareAnnotation)
	route(a, forPerson, get("/reading/key", "readingKey", "Whether this machine can open my marks (laptop)", "reading"), a.readingKey)
	route(a, forPerson, post("/reading/key", "makeReadingKey", "Make my reading key, or ask for it (laptop)", "reading"), a.makeReadingKey)
	route(a, forPerson, post("/reading/key/grant", "grantReadingKey", "Hand my reading keys to another machine of mine (laptop)", "reading"), a.grantReadingKey)
}

func (a *API) listAnnotations(ctx context.Context, in *annotationsInput) (*body[[]AnnotationView], error) {
	if a.Reading == nil {
		return nil, errNotHere
	}
	v := viewerOf(ctx)
	held, err := a.holdsMaterial(ctx, in.ID, in.Material)
	if err != nil {
		return nil, err
	}
	opened, err := a.Reading.Marks(ctx, v, in.ID, in.Material)
	l := a.look(v)
	out := []AnnotationView{}
	if !slices.ContainsFunc(opened, func(o OpenedMarks) bool { return o.Annotation.Person == v.Person }) {
		own := &app.Annotation{ID: app.AnnotationID(in.Material, v.Person), Person: v.Person}
		opened = append(opened, OpenedMarks{own, []OpenedMark{}})
	}
	for _, o := range opened {
		if mine := o.Annotation.Person == v.Person; mine || held {
			out = append(out, l.annotation(o, mine, !held))
		}
	}
	return &body[[]AnnotationView]{out}, err
}

func (l *look) annotation(o OpenedMarks, mine, detached bool) AnnotationView {
	out := AnnotationView{ID: o.Annotation.ID, Person: l.who(o.Annotation.Person), Mine: mine, Detached: detached,
		Marks: o.Marks, Bookmarks: []int{}, Shared: []PersonRef{}}
	if !mine {
		return out
	}
	out.Bookmarks, out.StoppedAt = append(out.Bookmarks, o.Annotation.Pages...), o.Annotation.ReadTo
	for person := range o.Annotation.Shared {
		out.Shared = append(out.Shared, l.who(person))
	}
	slices.SortFunc(out.Shared, func(a, b PersonRef) int { return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID)) })
	return out
}

// holdsMaterial reports whether the viewer holds the material. Of a meeting that
// he does not see it is NotFound.
func (a *API) holdsMaterial(ctx context.Context, meeting, material app.ID) (held bool, err error) {
	l := a.look(viewerOf(ctx))
	err = a.Store.Read(ctx, func(v View) error {
		if _, _, err := l.meeting(v, meeting); err != nil {
			return err
		}
		r, _, err := v.Record(l.reader(), app.Key{Kind: app.KindMaterial, ID: material})
		if err == nil {
			held = r.(*app.Material).Meeting == meeting
		} else if app.AsError(err).Code == app.NotFound {
			return nil
		}
		return err
	})
	return held, err
}

func (a *API) putAnnotation(ctx context.Context, in *putMarkInput) (*body[CommandResult], error) {
	if a.Reading == nil {
		return nil, errNotHere
	}
	app.NormalizeArgs(&in.Body)
	if err := app.CheckSecrecy(&in.Body); err != nil {
		return nil, err
	}
	g, err := a.Reading.PutMark(ctx, viewerOf(ctx), in.ID, in.Material, in.Body)
	return &body[CommandResult]{CommandResult(g)}, err
}

func (a *API) shareAnnotation(ctx context.Context, in *shareInput) (*body[CommandResult], error) {
	if a.Reading == nil {
		return nil, errNotHere
	}
	g, err := a.Reading.ShareMarks(ctx, viewerOf(ctx), in.ID, in.Material, in.Body.Person)
	return &body[CommandResult]{CommandResult(g)}, err
}

// listReaders are the participants who hold the material, without the viewer.
func (a *API) listReaders(ctx context.Context, in *annotationsInput) (*body[[]ReaderView], error) {
	if a.Reading == nil {
		return nil, errNotHere
	}
	l := a.look(viewerOf(ctx))
	out := []ReaderView{}
	err := a.Store.Read(ctx, func(v View) error {
		m, _, err := l.meeting(v, in.ID)
		if err != nil {
			return err
		}
		r, _, err := v.Record(l.reader(), app.Key{Kind: app.KindMaterial, ID: in.Material})
		if err != nil {
			return err
		}
		for person, p := range m.Participants {
			if p.Unit || person == l.viewer.Person || !app.MayHold(l.dir, person, l.now, r) {
				continue
			}
			k, _, err := v.Record(l.reader(), app.Key{Kind: app.KindReadingKey, ID: app.ReadingKeyID(person)})
			key, _ := k.(*app.ReadingKey)
			if err != nil && app.AsError(err).Code != app.NotFound {
				return err
			}
			out = append(out, ReaderView{Person: l.who(person), Ready: key != nil && key.Newest() != ""})
		}
		return nil
	})
	slices.SortFunc(out, func(a, b ReaderView) int {
		return cmp.Or(cmp.Compare(a.Person.Name, b.Person.Name), cmp.Compare(a.Person.ID, b.Person.ID))
	})
	return &body[[]ReaderView]{out}, err
}

func (a *API) readingKey(ctx context.Context, _ *none) (*body[ReadingKeyState], error) {
	if a.Reading == nil {
		return nil, errNotHere
	}
	s, err := a.Reading.ReadingKey(ctx, viewerOf(ctx))
	return &body[ReadingKeyState]{s}, err
}

func (a *API) makeReadingKey(ctx context.Context, in *readingKeyInput) (*none, error) {
	if a.Reading == nil {
		return nil, errNotHere
	}
	return nil, a.Reading.MakeReadingKey(ctx, viewerOf(ctx), in.Body.Anew)
}

func (a *API) grantReadingKey(ctx context.Context, in *grantInput) (*none, error) {
	if a.Reading == nil {
		return nil, errNotHere
	}
	return nil, a.Reading.GrantReadingKey(ctx, viewerOf(ctx), in.Body.Device)
}
