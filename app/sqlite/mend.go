package sqlite

import (
	"database/sql"

	"khonggiay/app"
)

// EachRecord lists all records.
func (v *View) EachRecord(fn func(key app.Key, body []byte) error) error {
	return v.each(`SELECT kind, id, body FROM record ORDER BY kind, id`, nil, func(rows *sql.Rows) error {
		var k app.Key
		var body []byte
		if err := rows.Scan(&k.Kind, &k.ID, &body); err != nil {
			return err
		}
		return fn(k, body)
	})
}

// AllScopes lists the scopes that hold or held anything, or have a sum.
func (v *View) AllScopes() (out []app.Scope, err error) {
	err = v.each(`SELECT scope FROM scope_sum UNION SELECT DISTINCT scope FROM doc_scope ORDER BY 1`, nil, func(rows *sql.Rows) error {
		var s app.Scope
		err := rows.Scan(&s)
		out = append(out, s)
		return err
	})
	return out, err
}

// UnlikeDevice is a laptop whose sums were not the server's.
type UnlikeDevice struct {
	Device app.ID   `json:"device"`
	Scopes int      `json:"scopes"` // how many differed, each time counted
	Last   app.Time `json:"last"`
}

// UnlikeDevices lists the laptops that differed from the server since a time,
// as the audit log says.
func (v *View) UnlikeDevices(since app.Time) (out []UnlikeDevice, err error) {
	err = v.each(`SELECT device, count(*), max(at) FROM audit WHERE act = 'sync.unlike' AND at >= ? GROUP BY device ORDER BY device`,
		[]any{since}, func(rows *sql.Rows) error {
			var d UnlikeDevice
			err := rows.Scan(&d.Device, &d.Scopes, &d.Last)
			out = append(out, d)
			return err
		})
	return out, err
}
