package desktop

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"

	"khonggiay/app"
	"khonggiay/app/api"
	"khonggiay/app/sqlite"
)

// Marks implements api.Reading.
func (r annotator) Marks(ctx context.Context, viewer api.Viewer, meeting, material app.ID) (out []api.OpenedMarks, err error) {
	err = r.read(ctx, func(v *sqlite.View) error {
		k, err := r.keys(v)
		if err != nil {
			return err
		}
		parts, err := v.MeetingParts(app.Viewer{Person: viewer.Person, All: true}, meeting)
		for _, p := range parts {
			if a, ok := p.(*app.Annotation); ok && a.Material == material {
				out = append(out, api.OpenedMarks{Annotation: a, Marks: k.marks(a)})
			}
		}
		return err
	})
	return out, err
}

// marks opens an annotation's marks, by page.
func (k *myKeys) marks(a *app.Annotation) []api.OpenedMark {
	out := []api.OpenedMark{}
	contents := map[app.ID][]byte{}
	for key, m := range a.Marks {
		if m.Removed != 0 {
			continue
		}
		secret, tried := contents[m.Key]
		if !tried {
			secret = k.content(a, m.Key)
			contents[m.Key] = secret
		}
		out = append(out, api.OpenedMark{Key: key, Version: m.Version, At: m.At, Body: openBody(a, m, secret)})
	}
	page := func(m api.OpenedMark) int {
		if m.Body == nil {
			return 1 << 30
		}
		return m.Body.Page
	}
	slices.SortFunc(out, func(a, b api.OpenedMark) int { return cmp.Or(cmp.Compare(page(a), page(b)), cmp.Compare(a.Key, b.Key)) })
	return out
}

// content opens a content key; nil when this machine cannot.
func (k *myKeys) content(a *app.Annotation, id app.ID) []byte {
	to := a.Keys[id].To[k.ident.Person]
	key := k.open[to.Key]
	if key == nil {
		return nil
	}
	secret, err := unwrap(key, contentInfo(a.ID, id, k.ident.Person), to.Sealed)
	if err != nil {
		return nil
	}
	return secret
}

// openBody is nil for what cannot be opened, or says that it is of another content.
func openBody(a *app.Annotation, m app.Mark, secret []byte) *api.MarkBody {
	if secret == nil {
		return nil
	}
	plain, err := openMark(secret, m.Sealed, markBinding(a.ID, m.Key, m.Version))
	if err != nil {
		return nil
	}
	var b api.MarkBody
	if json.Unmarshal(plain, &b) != nil || b.Content == nil || *b.Content != a.Contents[m.Version] {
		return nil
	}
	return &b
}

// PutMark implements api.Reading.
func (r annotator) PutMark(ctx context.Context, viewer api.Viewer, meeting, material app.ID, p api.MarkPut) (api.Given, error) {
	var args *app.AnnotationPut
	err := r.read(ctx, func(v *sqlite.View) error {
		k, err := r.keys(v)
		if err != nil {
			return err
		}
		mat, err := stored[*app.Material](v, app.Key{Kind: app.KindMaterial, ID: material})
		if err != nil {
			return err
		}
		if mat == nil || mat.Meeting != meeting {
			return app.Refuse(app.Forbidden, "can.needs_reader")
		}
		if _, ok := mat.Versions[p.Version]; !ok {
			return app.Refuse(app.NotFound, "annotation.no_version")
		}
		a, err := k.annotation(v, material)
		if err != nil {
			return err
		}
		hash := mat.Versions[p.Version].File.Content.SHA256
		p.Body.Content = &hash
		args, err = k.seal(v, a, p, app.NewID(r.now()))
		if err != nil {
			return err
		}
		args.AnnotationOf = app.AnnotationOf{Meeting: meeting, Material: material}
		return nil
	})
	if err != nil {
		return api.Given{}, err
	}
	return r.onAnnotation(ctx, viewer, "annotation.put.1", material, args)
}

// annotation is the person's own of the material, empty when he has none.
func (k *myKeys) annotation(v *sqlite.View, material app.ID) (*app.Annotation, error) {
	id := app.AnnotationID(material, k.ident.Person)
	a, err := stored[*app.Annotation](v, app.Key{Kind: app.KindAnnotation, ID: id})
	if a == nil {
		a = &app.Annotation{ID: id, Material: material, Person: k.ident.Person}
	}
	return a, err
}

// seal seals a mark with the annotation's content key, or with a fresh one of
// the given id when there is none that this machine can open.
func (k *myKeys) seal(v *sqlite.View, a *app.Annotation, p api.MarkPut, fresh app.ID) (*app.AnnotationPut, error) {
	if k.own() == "" {
		return nil, errReadingLocked
	}
	args := &app.AnnotationPut{Mark: p.Mark, Version: p.Version, Key: a.ContentKeyNow()}
	secret := k.content(a, args.Key)
	people := []app.ID{}
	for person := range a.Shared {
		if _, has := a.Keys[args.Key].To[person]; !has || secret == nil {
			people = append(people, person)
		}
	}
	if secret == nil {
		args.Key, secret = fresh, newSecret()
		people = append(people, a.Person)
	}
	slices.Sort(people)
	for _, person := range people {
		sealed, err := k.toPerson(v, a.ID, args.Key, person, secret)
		if err != nil {
			return nil, err
		}
		if sealed != nil {
			args.Keys = append(args.Keys, *sealed)
		}
	}
	plain, err := json.Marshal(p.Body)
	if err != nil {
		return nil, err
	}
	args.Sealed, err = sealMark(secret, plain, markBinding(a.ID, args.Key, p.Version))
	return args, err
}

// toPerson seals a content key to somebody: to a key that this machine can open
// for oneself, to the newest of another; nil when he has none.
func (k *myKeys) toPerson(v *sqlite.View, annotation, content, person app.ID, secret []byte) (*app.KeyToPerson, error) {
	record, key := k.record, k.own()
	if person != k.ident.Person {
		var err error
		record, err = stored[*app.ReadingKey](v, app.Key{Kind: app.KindReadingKey, ID: app.ReadingKeyID(person)})
		if err != nil || record == nil || record.Newest() == "" {
			return nil, err
		}
		key = record.Newest()
	}
	sealed, err := wrap(record.Keys[key].Public, contentInfo(annotation, content, person), secret)
	return &app.KeyToPerson{Content: content, Person: person, Key: key, Sealed: sealed}, err
}

// ShareMarks implements api.Reading.
func (r annotator) ShareMarks(ctx context.Context, viewer api.Viewer, meeting, material, person app.ID) (api.Given, error) {
	args := &app.AnnotationShare{AnnotationOf: app.AnnotationOf{Meeting: meeting, Material: material}, Person: person}
	err := r.read(ctx, func(v *sqlite.View) error {
		k, err := r.keys(v)
		if err != nil {
			return err
		}
		if k.own() == "" {
			return errReadingLocked
		}
		his, err := stored[*app.ReadingKey](v, app.Key{Kind: app.KindReadingKey, ID: app.ReadingKeyID(person)})
		if err != nil {
			return err
		}
		if his == nil || his.Newest() == "" {
			return app.Refuse(app.Conflict, "readingkey.of_nobody").With("person", string(person))
		}
		a, err := k.annotation(v, material)
		if err != nil {
			return err
		}
		for id := range a.Keys {
			secret := k.content(a, id)
			if secret == nil {
				continue
			}
			sealed, err := k.toPerson(v, a.ID, id, person, secret)
			if err != nil {
				return err
			}
			args.Keys = append(args.Keys, *sealed)
		}
		return nil
	})
	if err != nil {
		return api.Given{}, err
	}
	return r.onAnnotation(ctx, viewer, "annotation.share.1", material, args)
}

// onAnnotation gives a command on the viewer's annotation of the material.
func (r annotator) onAnnotation(ctx context.Context, v api.Viewer, name string, material app.ID, args any) (api.Given, error) {
	target := app.Key{Kind: app.KindAnnotation, ID: app.AnnotationID(material, v.Person)}
	return r.give(ctx, v, &app.Command{Name: name, Target: target, Args: args})
}
