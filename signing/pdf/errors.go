package pdf

import (
	"errors"
	"fmt"
)

// ErrEncrypted is the answer to a file with /Encrypt in any of its trailers.
var ErrEncrypted = errors.New("pdf: the file is encrypted")

// A FormatError says where the file breaks the standard in a way that leaves its
// meaning open.
type FormatError struct {
	Offset int64 // in the file, or in the decoded Stream when that is not zero
	Stream Ref   // the object stream
	What   string
}

func (e *FormatError) Error() string {
	if e.Stream != (Ref{}) {
		return fmt.Sprintf("pdf: %s at byte %d of object stream %d", e.What, e.Offset, e.Stream.Num)
	}
	return fmt.Sprintf("pdf: %s at byte %d", e.What, e.Offset)
}

func malformed(offset int64, format string, args ...any) error {
	return &FormatError{Offset: offset, What: fmt.Sprintf(format, args...)}
}

// A LimitError says which of the Limits the file exceeds.
type LimitError struct {
	What  string
	Limit int64
}

func (e *LimitError) Error() string {
	return fmt.Sprintf("pdf: more than %d %s", e.Limit, e.What)
}

// A ReadError is a failure of the medium; it says nothing about the file.
type ReadError struct{ Err error }

func (e *ReadError) Error() string { return "pdf: reading: " + e.Err.Error() }

func (e *ReadError) Unwrap() error { return e.Err }

// An OddityCode names a breach of the standard that leaves one meaning.
type OddityCode string

const (
	OddHeader      OddityCode = "junk_before_header"   // offsets then count from the header
	OddTail        OddityCode = "bytes_after_eof"      // more than white space after the last %%EOF
	OddPlace       OddityCode = "offset_before_object" // white space where the offset says that something begins
	OddEntry       OddityCode = "sloppy_table_entry"   // an entry of 19 or 21 bytes, or with blanks or numbers that none should have
	OddPrev        OddityCode = "prev_zero"            // /Prev 0; the section that the %%EOF before closes was taken, if any
	OddSize        OddityCode = "entry_beyond_size"    // an object number that /Size excludes
	OddHybrid      OddityCode = "hybrid_conflict"      // table and /XRefStm place an object differently
	OddHybridPlace OddityCode = "hybrid_points_back"   // /XRefStm lies in the bytes of an earlier revision
	OddHybridNews  OddityCode = "hybrid_brings_back"   // the same, and it defines objects that the revision before did not
	OddNoEOF       OddityCode = "section_without_eof"  // a section that no %%EOF of its own closes
	OddStartxref   OddityCode = "startxref_elsewhere"  // startxref behind a section that it does not point to
	OddLinear      OddityCode = "linearized_unsaid"    // laid out like a linearized file, without its dictionary
	OddLength      OddityCode = "wrong_length"         // /Length is not the stream's
	OddDuplicate   OddityCode = "duplicate_key"        // a key twice in a dictionary; the last one counts
	OddEntryType   OddityCode = "unknown_entry_type"   // an entry that stands for null (ISO 32000-2, 7.5.8.3)
	OddNowhere     OddityCode = "entry_at_header"      // an entry in use that points to the header: there is no such object
	OddEmpty       OddityCode = "empty_object"         // nothing between obj and endobj: null
	OddTrailer     OddityCode = "idle_trailer"         // a trailer behind a cross-reference stream, which no reader asks
	OddHeaderShape OddityCode = "header_version"       // %PDF- without a version of one digit, dot, one digit
)

// An Oddity is a breach of the standard that was read all the same.
type Oddity struct {
	Code   OddityCode
	Offset int64 // in the file
}
