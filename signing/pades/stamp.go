package pades

import (
	"context"
	"crypto"
	"io"

	"khonggiay/signing/cms"
	"khonggiay/signing/pdf"
)

// A Stamper asks an authority for an RFC 3161 token over a digest made with h, and
// has verified it.
type Stamper func(ctx context.Context, h crypto.Hash, digest []byte) (token []byte, err error)

// AddTimestamp writes the file with a time-stamp over the last signature, in the
// room that this one keeps free: the file is as long as before, and no byte that
// is signed changes. It must be done before anything else is appended. It returns
// a *RefusedError (LaterRevision, NoSignature, Stamped, Malformed), a
// *pdf.RoomError when the token does not fit, and what the stamper returns.
func AddTimestamp(ctx context.Context, file io.ReaderAt, size int64, out io.Writer, stamp Stamper) error {
	hole, signed, err := lastSignature(file, size)
	if err != nil {
		return err
	}
	stamped, err := addToken(ctx, signed, stamp)
	if err != nil {
		return err
	}
	text, err := contents(hole, stamped)
	if err != nil {
		return err
	}
	if err := copyAll(out, file, hole.Start); err != nil {
		return err
	}
	if _, err := out.Write(text); err != nil {
		return err
	}
	_, err = io.CopyN(out, io.NewSectionReader(file, hole.End, size-hole.End), size-hole.End)
	return err
}

// addToken returns the value of a signature with a time-stamp.
func addToken(ctx context.Context, signed []byte, stamp Stamper) ([]byte, error) {
	data, err := cms.Parse(signed, cms.Limits{})
	if err != nil {
		return nil, err
	}
	if len(data.Signers) != 1 || !data.TrailingZero && data.Trailing > 0 {
		return nil, refuse(Malformed, "")
	}
	if len(data.Signers[0].Timestamps()) > 0 {
		return nil, refuse(Stamped, "")
	}
	token, err := stampOver(ctx, stamp, data.Signers[0])
	if err != nil {
		return nil, err
	}
	return cms.AddTimestamp(signed, token)
}

// stampOver asks for a token over a signature value, with the hash of the signature.
func stampOver(ctx context.Context, stamp Stamper, s *cms.SignerInfo) ([]byte, error) {
	h, err := s.Hash()
	if err != nil {
		return nil, err
	}
	sum := h.New()
	sum.Write(s.Signature)
	return stamp(ctx, h, sum.Sum(nil))
}

// lastSignature finds the signature that covers the file to its end, and where
// its value lies.
func lastSignature(file io.ReaderAt, size int64) (pdf.Span, []byte, error) {
	f, err := pdf.Open(file, size)
	if err != nil {
		return pdf.Span{}, nil, err
	}
	form, err := f.Newest().Form()
	if err != nil || form == nil {
		return pdf.Span{}, nil, orNone(err)
	}
	h, err := readHistory(f.Newest(), form.Fields)
	if err != nil || len(h.signatures) == 0 {
		return pdf.Span{}, nil, orNone(err)
	}
	for _, s := range h.signatures {
		covered, err := byteRange(f.Newest(), s.dict)
		if err != nil {
			return pdf.Span{}, nil, err
		}
		if len(covered) != 4 || covered[2]+covered[3] != size || s.timestamp() {
			continue
		}
		entry, _ := s.dict.Lookup("Contents")
		value, ok := entry.Value.(pdf.String)
		if !ok || !value.Hex || covered[0] != 0 || entry.Span != (pdf.Span{Start: covered[1], End: covered[2]}) {
			return pdf.Span{}, nil, refuse(Malformed, s.field.Name)
		}
		return entry.Span, []byte(value.Value), nil
	}
	return pdf.Span{}, nil, refuse(LaterRevision, "")
}

func orNone(err error) error {
	if err == nil {
		err = refuse(NoSignature, "")
	}
	return err
}

// byteRange reads /ByteRange, which is short when it is not one of integers.
func byteRange(v *pdf.View, sig *pdf.Dict) ([]int64, error) {
	list, err := v.Array(sig.Get("ByteRange"))
	var out []int64
	for _, o := range list {
		if n, ok := o.(pdf.Int); ok {
			out = append(out, int64(n))
		}
	}
	return out, err
}

// StampOptions describe a document time-stamp.
type StampOptions struct {
	Field string      // a new one; "": a free name
	Hash  crypto.Hash // 0: SHA-256
	Room  int         // bytes for the token; 0: 16 KiB
}

// AddDocTimestamp writes the file with a time-stamp over all of it (EN 319 142-1,
// clause 5.4.3), which no certification forbids. It returns a *RefusedError,
// cms.ErrImprint for a token over something else, a *pdf.RoomError when it does
// not fit, and what pdf.Open and the stamper return.
func AddDocTimestamp(ctx context.Context, file io.ReaderAt, size int64, out io.Writer, o StampOptions, stamp Stamper) error {
	e, err := openEditor(file, size)
	if err != nil {
		return err
	}
	if o.Hash == 0 {
		o.Hash = crypto.SHA256
	}
	if !o.Hash.Available() {
		return errHash
	}
	if o.Room == 0 {
		o.Room = defaultStamp
	}
	d, err := e.composeStamp(o)
	if err != nil {
		return err
	}
	digest, err := d.copyFile(out, file, o.Hash)
	if err != nil {
		return err
	}
	token, err := stamp(ctx, o.Hash, digest)
	if err != nil {
		return err
	}
	if err := checkImprint(token, o.Hash, digest); err != nil {
		return err
	}
	return d.finish(out, token)
}

// checkImprint makes sure that the token is about the digest.
func checkImprint(token []byte, h crypto.Hash, digest []byte) error {
	parsed, err := cms.ParseTimestamp(token, cms.Limits{})
	if err != nil {
		return err
	}
	if parsed.Hash != h {
		return cms.ErrImprint
	}
	return parsed.CheckImprint(digest)
}

func (e *editor) composeStamp(o StampOptions) (*draft, error) {
	if o.Field == "" {
		o.Field = e.freeName("DocTimestamp")
	}
	if err := e.modern(); err != nil {
		return nil, err
	}
	_, field, err := e.newField(o.Field, "Sig", Place{})
	if err != nil {
		return nil, err
	}
	dict := pdf.NewDict(pdf.Name("Type"), pdf.Name("DocTimeStamp"), pdf.Name("Filter"), pdf.Name("Adobe.PPKLite"),
		pdf.Name("SubFilter"), pdf.Name("ETSI.RFC3161"))
	field.Set("V", e.add(dict))
	return e.draft(dict, o.Room)
}
