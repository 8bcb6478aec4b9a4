package sqlite

import (
	"database/sql"
	"encoding/json"

	"github.com/fxamacker/cbor/v2"

	"khonggiay/app"
)

// WorkingCopy is a file of a draft that lies in a folder of a laptop for an
// editor, and how far its saves have become versions.
type WorkingCopy struct {
	ID      string // name of its folder
	Doc     app.ID
	Origin  app.CommandID   // newest version that the server is known to have, on which it builds
	File    app.CommandID   // the version that the folder's file is
	Name    string          // of the file in the folder
	Taken   app.Hash        // of the last save that was dealt with
	Content app.FileVersion // that save, sealed; zero = the content of Origin
	Opened  app.Time
	Saved   app.Time        // when a save last became a version, or was refused
	Given   []app.CommandID // without a result, oldest first
	Refusal *app.Error      // why the last save is no version; nil = it is one
}

// PutWorkingCopy stores it, replacing the one of its id.
func (tx *Tx) PutWorkingCopy(w *WorkingCopy) error {
	var content, given, refusal []byte
	var err error
	if len(w.Content.Segments) > 0 {
		content, err = cbor.Marshal(w.Content)
	}
	if err == nil && len(w.Given) > 0 {
		given, err = cbor.Marshal(w.Given)
	}
	if err == nil && w.Refusal != nil {
		refusal, err = json.Marshal(w.Refusal)
	}
	if err != nil {
		return err
	}
	return tx.exec(`INSERT OR REPLACE INTO working_copy (id, doc, origin, file, name, taken, content, opened, saved, given, refusal)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		w.ID, string(w.Doc), w.Origin, w.File, w.Name, w.Taken[:], content, w.Opened, w.Saved, given, refusal)
}

// DeleteWorkingCopy forgets it.
func (tx *Tx) DeleteWorkingCopy(id string) error {
	return tx.exec(`DELETE FROM working_copy WHERE id = ?`, id)
}

// WorkingCopies lists all, the last saved or opened first.
func (v *View) WorkingCopies() (out []*WorkingCopy, err error) {
	err = v.each(`SELECT id, doc, origin, file, name, taken, content, opened, saved, given, refusal FROM working_copy
		ORDER BY max(opened, saved) DESC, id`, nil, func(rows *sql.Rows) error {
		w := &WorkingCopy{}
		var taken, content, given, refusal []byte
		if err := rows.Scan(&w.ID, &w.Doc, &w.Origin, &w.File, &w.Name, &taken, &content, &w.Opened, &w.Saved, &given, &refusal); err != nil {
			return err
		}
		copy(w.Taken[:], taken)
		out = append(out, w)
		return w.decode(content, given, refusal)
	})
	return out, err
}

func (w *WorkingCopy) decode(content, given, refusal []byte) error {
	if content != nil {
		if err := cbor.Unmarshal(content, &w.Content); err != nil {
			return err
		}
	}
	if given != nil {
		if err := cbor.Unmarshal(given, &w.Given); err != nil {
			return err
		}
	}
	if refusal != nil {
		w.Refusal = &app.Error{}
		return json.Unmarshal(refusal, w.Refusal)
	}
	return nil
}
