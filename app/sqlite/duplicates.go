package sqlite

import (
	"strings"

	"khonggiay/app"
)

// duplicateLimit is how many possible duplicates of a reason are named.
const duplicateLimit = 10

// Duplicates finds documents of the office that may be the same as the one
// about to be entered, the strongest reason first, each document once.
func (v *View) Duplicates(viewer app.Viewer, q app.DuplicateQuery) ([]app.Duplicate, error) {
	viewer, err := v.ready(viewer)
	if err != nil {
		return nil, err
	}
	var out []app.Duplicate
	seen := map[app.ID]bool{q.Except: true}
	take := func(reason app.DuplicateReason, w where, same func(*app.DocumentRow) bool) error {
		w.add("+d.unit = ?", string(q.Unit))
		w.add("+d.direction = ?", q.Direction)
		items, err := v.visible(viewer, w, 10*duplicateLimit)
		n := 0
		for i := range items {
			if r := &items[i]; !seen[r.ID] && same(r) && n < duplicateLimit {
				n++
				seen[r.ID] = true
				out = append(out, app.Duplicate{Reason: reason, Document: *r})
			}
		}
		return err
	}
	for _, h := range q.Files {
		var w where
		w.add("d.row IN (SELECT f.row FROM document_file f WHERE f.sha256 = ?)", h[:])
		if err := take(app.SameFile, w, func(*app.DocumentRow) bool { return true }); err != nil {
			return nil, err
		}
	}
	if q.CodeNumber != "" {
		var w where
		w.add("d.number_key = ?", numberKey(q.CodeNumber, q.Notation))
		err := take(app.SameNumber, w, func(r *app.DocumentRow) bool {
			return sameText(r.OrganName, q.OrganName) && (r.IssuedDate == q.IssuedDate || r.IssuedDate == 0 || q.IssuedDate == 0)
		})
		if err != nil {
			return nil, err
		}
	}
	if q.Subject != "" {
		var w where
		w.add("d.subject_key = ?", subjectKey(q.Subject))
		err := take(app.SameSubject, w, func(r *app.DocumentRow) bool { return sameText(r.OrganName, q.OrganName) })
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// sameText reports whether two names are the same but for accents, case and
// spaces, or one is not given.
func sameText(a, b string) bool {
	return a == "" || b == "" || strings.Join(strings.Fields(app.Fold(a)), " ") == strings.Join(strings.Fields(app.Fold(b)), " ")
}
