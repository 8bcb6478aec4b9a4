package trust

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// DecodeAnchors reads an anchors.json that carries its certificates, as
// EncodeAnchors writes it. Errors are *AnchorError.
func DecodeAnchors(text []byte) (*Store, error) {
	anchors, err := parseAnchors(text, nil)
	if err != nil {
		return nil, err
	}
	return NewStore(anchors...)
}

// EncodeAnchors writes an anchors.json that carries its certificates: one file,
// which takes the place of another at once.
func (s *Store) EncodeAnchors() ([]byte, error) {
	file := anchorFile{Anchors: []anchorEntry{}}
	for _, a := range s.sorted {
		fp := FingerprintOf(a.Certificate)
		e := anchorEntry{SHA256: hex.EncodeToString(fp[:]), Since: a.Since, Until: a.Until, Kind: a.Kind,
			Intermediate: a.Intermediate, Note: a.Note, Certificate: a.Certificate.Raw}
		if a.Signature {
			e.Uses = append(e.Uses, "signature")
		}
		if a.Timestamp {
			e.Uses = append(e.Uses, "timestamp")
		}
		file.Anchors = append(file.Anchors, e)
	}
	return json.MarshalIndent(file, "", " ")
}

// SaveStore has the directory, which is made if needed, hold these anchors and
// no others, all in anchors.json. A kill at any moment leaves the old ones or
// the new ones.
func SaveStore(dir string, s *Store) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	// First what is there is taken into the file, so that no certificate is
	// without a name when its neighbours go.
	if old, err := LoadStore(dir); err == nil {
		if err := writeAnchors(dir, old); err != nil {
			return err
		}
	}
	if err := removeCertificates(dir); err != nil {
		return err
	}
	return writeAnchors(dir, s)
}

func writeAnchors(dir string, s *Store) error {
	text, err := s.EncodeAnchors()
	if err != nil {
		return err
	}
	return replaceFile(filepath.Join(dir, anchorsName), text)
}

// replaceFile writes a file at once or not at all.
func replaceFile(path string, b []byte) error {
	tmp, err := os.CreateTemp(filepath.Dir(path), "new-*")
	if err != nil {
		return err
	}
	_, werr := tmp.Write(b)
	err = errors.Join(werr, tmp.Sync(), tmp.Close())
	if err == nil {
		err = os.Rename(tmp.Name(), path)
	}
	if err != nil {
		os.Remove(tmp.Name())
	}
	return err
}

// certificateNames are the endings of files that hold anchors.
var certificateNames = []string{".pem", ".crt", ".cer", ".der"}

func removeCertificates(dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if slices.Contains(certificateNames, strings.ToLower(filepath.Ext(e.Name()))) {
			if err := os.Remove(filepath.Join(dir, e.Name())); err != nil {
				return err
			}
		}
	}
	return nil
}
