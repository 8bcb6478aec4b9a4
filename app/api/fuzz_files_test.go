package api_test

import (
	"bytes"
	"net/http"
	"testing"

	"khonggiay/app/sqlite"
)

// FuzzRange: whatever a reader asks of a file, he gets a part of it or a
// refusal, and nothing of the bytes beside it.
func FuzzRange(f *testing.F) {
	for _, s := range []string{"", "bytes=0-0", "bytes=-5", "bytes=999-", "bytes=1000-", "bytes=5-2", "bytes=0-0,2-2,998-", "bytes=0-,0-,0-,0-", "bytes=99999999999999999999-", "lines=1", "bytes=-0"} {
		f.Add(s, "", "")
		f.Add(s, `"x"`, `W/"x"`)
	}
	p := newProvince(f, sqlite.Server)
	text := pdf(1000)
	path := fileOf(p, "a.pdf", text)
	f.Fuzz(func(t *testing.T, ranged, ifRange, ifNoneMatch string) {
		p.t = t
		w := p.do("so.clerk", "GET", path, nil, func(r *http.Request) {
			r.Header.Set("Range", ranged)
			r.Header.Set("If-Range", ifRange)
			r.Header.Set("If-None-Match", ifNoneMatch)
		})
		switch w.Code {
		case http.StatusOK:
			if !bytes.Equal(w.Body.Bytes(), text) {
				t.Fatalf("%q: %d bytes", ranged, w.Body.Len())
			}
		case http.StatusPartialContent:
			if w.Header().Get("Content-Range") != "" && !bytes.Contains(text, w.Body.Bytes()) {
				t.Fatalf("%q: %q", ranged, w.Body.Bytes())
			}
		case http.StatusNotModified, http.StatusRequestedRangeNotSatisfiable:
		default:
			t.Fatalf("%q: %d", ranged, w.Code)
		}
	})
}

// FuzzUpload: whatever a browser sends as a form, it is kept or refused with a
// reason.
func FuzzUpload(f *testing.F) {
	const form = "multipart/form-data; boundary=b"
	f.Add(form, []byte("--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\n\r\nchào\r\n--b--\r\n"))
	f.Add(form, []byte("--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.pdf\"\r\n\r\n%PDF-1.7\r\n--b--\r\n"))
	f.Add(form, []byte("--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"../../a.txt\"\r\n\r\na"))
	f.Add(form, []byte("--b\r\n\r\n--b\r\n"))
	f.Add("application/json", []byte(`{}`))
	f.Add("multipart/form-data", []byte(""))
	p := newProvince(f, sqlite.Server)
	f.Fuzz(func(t *testing.T, kind string, body []byte) {
		p.t = t
		w := p.do("so.clerk", "POST", "/api/uploads", bytes.NewReader(body), func(r *http.Request) { r.Header.Set("Content-Type", kind) })
		if w.Code >= http.StatusInternalServerError || w.Code != http.StatusOK && reason(w) == "" {
			t.Fatalf("%d %s", w.Code, w.Body)
		}
	})
}
