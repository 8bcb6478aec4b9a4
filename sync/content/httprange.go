package content

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
)

// span is the bytes first to last, both included, of total.
type span struct {
	first, last, total int64
}

func (s span) len() int64     { return s.last - s.first + 1 }
func (s span) String() string { return fmt.Sprintf("bytes %d-%d/%d", s.first, s.last, s.total) }

// parseContentRange reads "bytes first-last/total" (RFC 9110 §14.4) with a known
// total. It takes digits only: no sign, no space, nothing after.
func parseContentRange(text string) (span, bool) {
	rest, ok := strings.CutPrefix(text, "bytes ")
	if !ok {
		return span{}, false
	}
	bounds, total, ok := strings.Cut(rest, "/")
	if !ok {
		return span{}, false
	}
	first, last, ok := strings.Cut(bounds, "-")
	if !ok {
		return span{}, false
	}
	var s span
	for _, field := range []struct {
		text string
		to   *int64
	}{{first, &s.first}, {last, &s.last}, {total, &s.total}} {
		n, ok := parseCount(field.text)
		if !ok {
			return span{}, false
		}
		*field.to = n
	}
	return s, s.first <= s.last && s.last < s.total
}

// parseCount reads a decimal number of bytes.
func parseCount(text string) (int64, bool) {
	if text == "" || strings.Trim(text, "0123456789") != "" {
		return 0, false
	}
	n, err := strconv.ParseInt(text, 10, 64)
	return n, err == nil
}

// uploadSpan is what a PUT carries: its Content-Range, or the whole when it has
// none. "bytes */total" carries nothing and asks to finish a part that is all
// there. The body's length must be announced and must agree.
func uploadSpan(r *http.Request) (span, int) {
	if r.ContentLength < 0 {
		return span{}, http.StatusLengthRequired
	}
	header := r.Header.Get("Content-Range")
	if header == "" {
		return span{0, r.ContentLength - 1, r.ContentLength}, 0
	}
	s, ok := parseContentRange(header)
	if total, finish := strings.CutPrefix(header, "bytes */"); finish {
		n, isCount := parseCount(total)
		s, ok = span{n, n - 1, n}, isCount
	}
	if !ok || s.len() != r.ContentLength {
		return span{}, http.StatusBadRequest
	}
	return s, 0
}
