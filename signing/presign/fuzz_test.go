package presign

import (
	"io"
	"testing"

	"khonggiay/signing/pdf"
)

// FuzzScan: a scan of anything ends with a report, and never by a fault.
func FuzzScan(f *testing.F) {
	for _, c := range classes {
		f.Add(c.file().revision())
	}
	limits := pdf.Limits{Objects: 5000, Sections: 20, Depth: 20, Items: 2000, String: 4096,
		Decoded: 1 << 20, Packed: 1 << 18, Ratio: 2000, Total: 8 << 20, Cache: 1 << 16}
	f.Fuzz(func(t *testing.T, b []byte) {
		r := Scan(t.Context(), readerAt(b), int64(len(b)), Options{Limits: limits})
		if r.Has(Internal) {
			t.Fatal("a fault")
		}
	})
}

// FuzzTokens: a content stream is cut to its end.
func FuzzTokens(f *testing.F) {
	f.Add([]byte("q 1 0 0 1 0 0 cm BT /F1 12 Tf (a\\)\\053) Tj [(a) -20 <4142>] TJ ET BI /W 1 ID x EI Q <</A [1 (x)]>> BDC % c"))
	f.Fuzz(func(t *testing.T, b []byte) {
		tok := &tokens{b: b}
		for n := 0; ; n++ {
			if _, ok := tok.operator(); !ok {
				return
			}
			if n > len(b) {
				t.Fatal("more operators than bytes")
			}
		}
	})
}

type readerAt []byte

func (r readerAt) ReadAt(p []byte, off int64) (int, error) {
	if off >= int64(len(r)) {
		return 0, io.EOF
	}
	n := copy(p, r[off:])
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}
