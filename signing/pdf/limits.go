package pdf

import "sync/atomic"

// Limits bound what a file may cost.
type Limits struct {
	Objects  int   // entries of all cross-reference sections, and the highest object number
	Sections int   // cross-reference sections
	Depth    int   // arrays and dictionaries inside each other; page tree and form likewise
	Items    int   // values inside one object
	String   int   // bytes of one string, name or number
	Decoded  int64 // bytes that one filter of one stream may give
	Packed   int64 // the same, of an object stream
	Ratio    int64 // decoded to encoded bytes, beyond the first MiB
	Total    int64 // bytes that all decoding and all searching in one File may cost
	Cache    int64 // bytes of decoded object streams that are kept
}

// DefaultLimits fit any document that an office signs, and 300 MB of scans.
// Objects is that of ISO 32000-1, Annex C.
var DefaultLimits = Limits{
	Objects:  8_388_607,
	Sections: 4096,
	Depth:    100,
	Items:    1 << 20,
	String:   16 << 20,
	Decoded:  256 << 20,
	Packed:   32 << 20,
	Ratio:    2000,
	Total:    1 << 30,
	Cache:    16 << 20,
}

// A budget counts what a File has cost so far.
type budget struct {
	Limits
	used atomic.Int64
}

func (b *budget) spend(n int64) error {
	if b.used.Add(n) > b.Total {
		return &LimitError{"bytes decoded or searched", b.Total}
	}
	return nil
}
