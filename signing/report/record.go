package report

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"time"

	"khonggiay/signing/trust"
	"khonggiay/signing/validator"
)

// A Record is what was found in a file, and what that rests on. Its JSON is that
// of the validator's report with more fields; fields are added, not changed.
type Record struct {
	validator.Report
	SHA256  string    `json:"sha256"` // of the file, hexadecimal
	Size    int64     `json:"size"`
	Judged  time.Time `json:"judged"` // the moment that was asked about
	Trust   Trust     `json:"trust"`
	Program string    `json:"program"` // that judged, with its version
}

// Trust is the list of roots that a file was judged by.
type Trust struct {
	// List names the list: the hash of all roots with their dates and uses.
	List  string `json:"list"`
	Roots []Root `json:"roots"`
}

// A Root is one that was trusted.
type Root struct {
	Name   string     `json:"name"`
	Kind   trust.Kind `json:"kind"`
	SHA256 string     `json:"sha256"`
}

// TrustOf describes a list of roots.
func TrustOf(store *trust.Store) (Trust, error) {
	list, err := store.EncodeAnchors()
	if err != nil {
		return Trust{}, err
	}
	sum := sha256.Sum256(list)
	t := Trust{List: hex.EncodeToString(sum[:]), Roots: []Root{}}
	for _, a := range store.Anchors() {
		fp := trust.FingerprintOf(a.Certificate)
		name := a.Certificate.Subject.CommonName
		if name == "" {
			name = a.Certificate.Subject.String()
		}
		t.Roots = append(t.Roots, Root{Name: name, Kind: a.Kind, SHA256: hex.EncodeToString(fp[:])})
	}
	return t, nil
}

// WriteJSON writes the record for another program.
func (r *Record) WriteJSON(to io.Writer) error {
	e := json.NewEncoder(to)
	e.SetIndent("", "  ")
	return e.Encode(r)
}
