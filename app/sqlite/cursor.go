package sqlite

import (
	"encoding/base64"
	"encoding/binary"

	"khonggiay/app"
)

// position is where a page of a list ended; callers see it as an opaque word.
type position struct {
	key   int64 // of the order
	row   int64
	skip  int64 // search: rows of the ranked window that were shown; -1 = past it
	total int64 // as counted for the first page
	more  bool
}

// positionFormat changes when positions mean something else: those of before are
// refused then.
const positionFormat = 2

func (p position) String() string {
	b := []byte{positionFormat}
	for _, n := range []int64{p.key, p.row, p.skip, p.total, toInt(p.more)} {
		b = binary.AppendVarint(b, n)
	}
	return base64.RawURLEncoding.EncodeToString(b)
}

func parsePosition(s string) (*position, error) {
	bad := app.Refuse(app.Invalid, "query.bad_cursor")
	b, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil || len(b) == 0 || b[0] != positionFormat {
		return nil, bad
	}
	b = b[1:]
	var n [5]int64
	for i := range n {
		v, size := binary.Varint(b)
		if size <= 0 {
			return nil, bad
		}
		n[i], b = v, b[size:]
	}
	if len(b) != 0 {
		return nil, bad
	}
	return &position{key: n[0], row: n[1], skip: n[2], total: n[3], more: n[4] != 0}, nil
}

func toInt(b bool) int64 {
	if b {
		return 1
	}
	return 0
}
