package content

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"testing"

	"khonggiay/app"
)

// FuzzHandler: whatever a device asks of a segment, the answer is one of the
// protocol's, no fault of ours; what is there stays what its name says; and what
// it is given under a name is kept whole only if it is that.
func FuzzHandler(f *testing.F) {
	name, ct := segmentOf(f, 3000)
	wanted, whole := segmentOf(f, 100)
	for _, method := range []string{http.MethodGet, http.MethodHead, http.MethodPut, http.MethodPost} {
		for _, header := range []string{"", "bytes=0-9", "bytes=5-", "bytes=-1", "bytes=9-5", "bytes=0-0,2-3,1-", "bytes 0-9/10", "bytes */10", "bytes 5-9/9223372036854775807", "lines=1"} {
			f.Add(method, true, header, header, []byte("0123456789"))
			f.Add(method, false, header, header, whole)
		}
	}
	f.Add(http.MethodPut, false, "", "", whole)
	store := newStore(f, Options{})
	put(f, store, ct)
	h := &Handler{Store: store, Authorize: func(*http.Request, Op, app.Hash) error { return nil }}
	f.Fuzz(func(t *testing.T, method string, there bool, ranged, contentRange string, body []byte) {
		if method != http.MethodGet && method != http.MethodHead && method != http.MethodPut {
			method = http.MethodPost
		}
		of := wanted
		if there {
			of = name
		}
		r := httptest.NewRequest(method, Path+of.String(), bytes.NewReader(body))
		r.Header.Set("Range", ranged)
		r.Header.Set("Content-Range", contentRange)
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code >= http.StatusInternalServerError && w.Code != http.StatusInsufficientStorage {
			t.Fatalf("%s with %q, %q: %d %s", method, ranged, contentRange, w.Code, w.Body)
		}
		if size, err := store.Size(name); err != nil || size != int64(len(ct)) {
			t.Fatalf("the segment that was there: %d bytes, %v", size, err)
		}
		if size, err := store.Size(wanted); err == nil && size != int64(len(whole)) {
			t.Fatalf("kept %d bytes under another's name", size)
		}
	})
}
