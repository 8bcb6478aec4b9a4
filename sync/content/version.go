package content

import (
	"fmt"
	"io"
	"sort"

	"khonggiay/app"
)

// maxSegments bounds the segments of one version. Append starts anew with one
// segment when a version has grown that long.
const maxSegments = 256

// Validate reports whether v can be a version at all: sizes that fit together,
// no empty segment except as the whole of an empty file. Versions come from
// records, so from other machines. ErrInvalid says what is wrong.
func Validate(v app.FileVersion) error {
	if n := len(v.Segments); n == 0 || n > maxSegments {
		return fmt.Errorf("%w: %d segments", ErrInvalid, n)
	}
	var total int64
	for i, seg := range v.Segments {
		if err := validateSegment(seg); err != nil {
			return fmt.Errorf("segment %d: %w", i, err)
		}
		if seg.Plain == 0 && len(v.Segments) > 1 {
			return fmt.Errorf("%w: segment %d of several is empty", ErrInvalid, i)
		}
		total += seg.Plain // at most maxSegments × maxSegment: cannot overflow
	}
	if total != v.Size {
		return fmt.Errorf("%w: segments hold %d bytes, version says %d", ErrInvalid, total, v.Size)
	}
	return nil
}

func validateSegment(seg app.Segment) error {
	if size := CipherSize(seg.Plain); size < 0 || size != seg.Size {
		return fmt.Errorf("%w: %d plaintext bytes cannot be %d sealed", ErrInvalid, seg.Plain, seg.Size)
	}
	if seg.Name.IsZero() {
		return fmt.Errorf("%w: no name", ErrInvalid)
	}
	return nil
}

// VersionReader is the plaintext of a whole version over all its segments,
// each chunk verified before it is given out. ReadAt may be called from many
// goroutines; Read and Seek share one position and may not. Close releases the
// files.
type VersionReader struct {
	io.SectionReader // Read, Seek, ReadAt and Size over segments
	parts            *segments
}

// Close releases the segments' files.
func (r *VersionReader) Close() error { return r.parts.close() }

// segments joins the readers of a version end to end.
type segments struct {
	readers []*segmentReader
	ends    []int64 // plaintext offset at which each reader ends
	files   []io.Closer
}

func (s *segments) add(r *segmentReader, file io.Closer) {
	end := r.Size()
	if n := len(s.ends); n > 0 {
		end += s.ends[n-1]
	}
	s.readers = append(s.readers, r)
	s.ends = append(s.ends, end)
	s.files = append(s.files, file)
}

// ReadAt implements io.ReaderAt over the joined plaintext.
func (s *segments) ReadAt(p []byte, off int64) (int, error) {
	i := sort.Search(len(s.ends), func(i int) bool { return off < s.ends[i] })
	n := 0
	for ; n < len(p) && i < len(s.readers); i++ {
		at := off + int64(n) - (s.ends[i] - s.readers[i].Size())
		want := min(int64(len(p)-n), s.readers[i].Size()-at)
		got, err := s.readers[i].ReadAt(p[n:int64(n)+want], at)
		n += got
		if int64(got) < want {
			return n, fmt.Errorf("segment %d: %w", i, err)
		}
	}
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

func (s *segments) close() error {
	var first error
	for _, f := range s.files {
		if err := f.Close(); err != nil && first == nil {
			first = err
		}
	}
	return first
}

// Progress is how much of a version is here, in ciphertext bytes, parts on
// their way included; a segment that is not whole counts one byte less at most.
func (s *Store) Progress(v app.FileVersion) (done, total int64) {
	for _, seg := range v.Segments {
		total += seg.Size
		if s.Has(seg.Name) {
			done += seg.Size
		} else {
			done += min(s.PartSize(seg.Name), seg.Size-1)
		}
	}
	return done, total
}
