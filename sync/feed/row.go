package feed

import "khonggiay/app"

// Change is what one command did to one record.
type Change struct {
	Key        app.Key
	Old, New   []byte // bytes before and after; nil = absent
	OldVersion uint64 // 0 = absent
	NewVersion uint64
}

// ScopeRow is one record in one scope, at the latest event that touched it:
// the unit of the change feed.
type ScopeRow struct {
	Scope   app.Scope
	Class   app.Class
	Seq     uint64 // latest event that changed the record
	Key     app.Key
	Granted uint64 // event with which the record last entered the scope
	Classed uint64 // event with which it entered the class
	Gone    bool   // it has left the scope
}

// PatchRow is what one event did to one record.
type PatchRow struct {
	Key           app.Key
	Version, Base uint64 // Base 0: the event made the record, Patch is nil
	Seq           uint64
	Patch         []byte
}

// Stored is a record's bytes and version.
type Stored struct {
	Body    []byte
	Version uint64
}

// StoredResult is a result with its place among all results.
type StoredResult struct {
	Pos  uint64
	Hash app.Hash
	Result
}

// EncodeResult and DecodeResult are the stored form of a result.
func EncodeResult(r *Result) ([]byte, error) { return encMode.Marshal(r) }

// DecodeResult reads what EncodeResult wrote.
func DecodeResult(b []byte) (r Result, err error) {
	if err := decMode.Unmarshal(b, &r); err != nil {
		return r, malformed("result: %v", err)
	}
	return r, nil
}

// EncodeScopes and DecodeScopes are the stored form of a list of scopes.
func EncodeScopes(s []app.Scope) ([]byte, error) { return encMode.Marshal(s) }

// DecodeScopes reads what EncodeScopes wrote.
func DecodeScopes(b []byte) (s []app.Scope, err error) {
	if err := decMode.Unmarshal(b, &s); err != nil {
		return nil, malformed("scopes: %v", err)
	}
	return s, nil
}
