package pades

import (
	"crypto/sha1" // names entries of VRI, as the standard has it; secures nothing
	"crypto/sha256"
	"fmt"
	"io"
	"slices"

	"khonggiay/signing/pdf"
)

// Evidence is what a validator needs when authorities no longer answer, in DER.
type Evidence struct {
	Field string // the signature that it is for; "": the document
	Certs [][]byte
	CRLs  [][]byte
	OCSPs [][]byte
}

// evidenceKeys are the names in DSS and in an entry of VRI (ISO 32000-2, tables 261
// and 262).
var evidenceKeys = [3]struct{ dss, vri pdf.Name }{{"Certs", "Cert"}, {"CRLs", "CRL"}, {"OCSPs", "OCSP"}}

func (v *Evidence) lists() [3][][]byte { return [3][][]byte{v.Certs, v.CRLs, v.OCSPs} }

// AddDSS writes the file with the evidence in its document security store
// (EN 319 142-1, clause 5.4.2), beside what is there; nothing is stored twice. No
// certification forbids it. It returns a *RefusedError (NoSignature,
// FieldMissing) and what pdf.Open returns.
func AddDSS(file io.ReaderAt, size int64, out io.Writer, evidence ...Evidence) error {
	e, err := openEditor(file, size)
	if err != nil {
		return err
	}
	if len(e.earlier.signatures) == 0 {
		return refuse(NoSignature, "")
	}
	s, err := e.openStore()
	if err != nil {
		return err
	}
	for _, v := range evidence {
		if err := s.add(v); err != nil {
			return err
		}
	}
	return e.write(file, size, out)
}

// A store is the document security store while it is changed.
type store struct {
	*editor
	dss  *pdf.Dict
	have [3]map[[sha256.Size]byte]pdf.Ref // of evidenceKeys: what is there
}

func (e *editor) openStore() (*store, error) {
	catalog, err := e.catalog()
	if err != nil {
		return nil, err
	}
	s := &store{editor: e}
	if s.dss, err = e.sub(catalog, "DSS", true); err != nil {
		return nil, err
	}
	for i, key := range evidenceKeys {
		s.have[i] = map[[sha256.Size]byte]pdf.Ref{}
		list, err := e.view.Array(s.dss.Get(key.dss))
		if err != nil {
			return nil, err
		}
		for _, o := range list {
			if err := s.know(i, o); err != nil {
				return nil, err
			}
		}
	}
	return s, nil
}

// know remembers a stream of the store. What is none stays and is not used.
func (s *store) know(kind int, o pdf.Object) error {
	ref, ok := o.(pdf.Ref)
	if !ok {
		return nil
	}
	stream, err := s.view.Get(ref)
	if err != nil {
		return err
	}
	if stream, ok := stream.(*pdf.Stream); ok {
		der, err := s.view.Bytes(stream)
		if err != nil {
			return err
		}
		s.have[kind][sha256.Sum256(der)] = ref
	}
	return nil
}

// add stores evidence and names it for its signature.
func (s *store) add(v Evidence) error {
	var entry *pdf.Dict
	if v.Field != "" {
		var err error
		if entry, err = s.entry(v.Field); err != nil {
			return err
		}
	}
	for i, list := range v.lists() {
		for _, der := range list {
			ref, err := s.put(i, der)
			if err != nil {
				return err
			}
			if err := s.name(entry, evidenceKeys[i].vri, ref); err != nil {
				return err
			}
		}
	}
	return nil
}

// put stores a thing, unless it is there.
func (s *store) put(kind int, der []byte) (pdf.Ref, error) {
	sum := sha256.Sum256(der)
	if ref, ok := s.have[kind][sum]; ok {
		return ref, nil
	}
	ref := s.update.Add(pdf.NewFlateStream(&pdf.Dict{}, der))
	s.have[kind][sum] = ref
	return ref, s.appendTo(s.dss, evidenceKeys[kind].dss, ref)
}

// name lists a thing in an entry of VRI, unless it is listed or there is no entry.
func (s *store) name(entry *pdf.Dict, key pdf.Name, ref pdf.Ref) error {
	if entry == nil {
		return nil
	}
	listed, err := s.array(entry, key)
	if err != nil || slices.Contains(listed, pdf.Object(ref)) {
		return err
	}
	return s.appendTo(entry, key, ref)
}

// entry is the entry of VRI for the signature in a field. Its name is the SHA-1 of
// the value of /Contents, zeros behind it included.
func (s *store) entry(field string) (*pdf.Dict, error) {
	i := slices.IndexFunc(s.earlier.signatures, func(x signature) bool { return x.field.Name == field })
	if i < 0 {
		return nil, refuse(FieldMissing, field)
	}
	value, ok := s.earlier.signatures[i].dict.Get("Contents").(pdf.String)
	if !ok {
		return nil, refuse(Malformed, field)
	}
	vri, err := s.sub(s.dss, "VRI", false)
	if err != nil {
		return nil, err
	}
	return s.sub(vri, pdf.Name(fmt.Sprintf("%X", sha1.Sum([]byte(value.Value)))), true)
}
