package content

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"io"

	"khonggiay/app"
)

// Seal stores the plaintext of src as a new version of one segment. ErrNoSpace
// if the disk cannot hold it; nothing is left behind then.
func (s *Store) Seal(ctx context.Context, src io.Reader) (app.FileVersion, error) {
	sum := sha256.New()
	seg, err := s.sealSegment(ctx, io.TeeReader(src, sum))
	if err != nil {
		return app.FileVersion{}, err
	}
	return app.FileVersion{SHA256: app.Hash(sum.Sum(nil)), Size: seg.Plain, Segments: []app.Segment{seg}}, nil
}

// Append stores the plaintext of src as the version that follows prev. When src
// begins with all of prev, which its hash proves, only the rest is sealed and
// the new version names prev's segments again; src equal to prev is prev. Any
// other edit makes a new segment of the whole. prev's segments need not be in
// the store.
func (s *Store) Append(ctx context.Context, prev app.FileVersion, src io.ReadSeeker) (app.FileVersion, error) {
	if err := Validate(prev); err != nil {
		return app.FileVersion{}, err
	}
	start, err := src.Seek(0, io.SeekCurrent)
	if err != nil {
		return app.FileVersion{}, fmt.Errorf("append: %w", err)
	}
	if prev.Size > 0 && len(prev.Segments) < maxSegments {
		sum, same, err := sharesPrefix(ctx, prev, src)
		if err != nil {
			return app.FileVersion{}, fmt.Errorf("append: %w", err)
		}
		if same {
			return s.sealRest(ctx, prev, src, sum)
		}
		if _, err := src.Seek(start, io.SeekStart); err != nil {
			return app.FileVersion{}, fmt.Errorf("append: %w", err)
		}
	}
	return s.Seal(ctx, src)
}

// AppendVersion is Append for a version that is sealed already: its bytes are read
// from the store. When it does not follow before, it stays as it is. What it was
// made of before is for the caller to remove, when nothing names it.
func (s *Store) AppendVersion(ctx context.Context, before, next app.FileVersion) (app.FileVersion, error) {
	if err := Validate(before); err != nil {
		return app.FileVersion{}, err
	}
	if before.Size == 0 || len(before.Segments) >= maxSegments {
		return next, nil
	}
	r, err := s.OpenVersion(next)
	if err != nil {
		return app.FileVersion{}, err
	}
	defer r.Close()
	sum, same, err := sharesPrefix(ctx, before, r)
	if err != nil || !same {
		return next, err
	}
	return s.sealRest(ctx, before, r, sum)
}

// sharesPrefix reads prev.Size bytes of src, says whether they are prev, and
// returns the running hash of them.
func sharesPrefix(ctx context.Context, prev app.FileVersion, src io.Reader) (hash.Hash, bool, error) {
	sum := sha256.New()
	_, err := io.CopyN(sum, ctxReader{ctx, src}, prev.Size)
	if errors.Is(err, io.EOF) {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, err
	}
	return sum, app.Hash(sum.Sum(nil)) == prev.SHA256, nil
}

// sealRest seals what follows prev in src; sum has seen prev.
func (s *Store) sealRest(ctx context.Context, prev app.FileVersion, src io.Reader, sum hash.Hash) (app.FileVersion, error) {
	first := make([]byte, 1)
	if _, err := io.ReadFull(src, first); errors.Is(err, io.EOF) {
		return prev, nil
	} else if err != nil {
		return app.FileVersion{}, fmt.Errorf("append: %w", err)
	}
	sum.Write(first)
	rest := io.MultiReader(bytes.NewReader(first), io.TeeReader(src, sum))
	seg, err := s.sealSegment(ctx, rest)
	if err != nil {
		return app.FileVersion{}, err
	}
	next := app.FileVersion{SHA256: app.Hash(sum.Sum(nil)), Size: prev.Size + seg.Plain}
	next.Segments = append(append(next.Segments, prev.Segments...), seg)
	return next, nil
}

// sealSegment seals src into the store.
func (s *Store) sealSegment(ctx context.Context, src io.Reader) (app.Segment, error) {
	if err := s.checkSpace(0); err != nil {
		return app.Segment{}, err
	}
	t, err := s.newTemp()
	if err != nil {
		return app.Segment{}, err
	}
	defer t.discard()
	seg, err := seal(t, ctxReader{ctx, src})
	if err != nil {
		return app.Segment{}, fmt.Errorf("seal: %w", err)
	}
	if err := t.publish(seg.Name, seg.Size); err != nil {
		return app.Segment{}, err
	}
	return seg, nil
}

// Missing lists the segments of v that are not in the store.
func (s *Store) Missing(v app.FileVersion) []app.Segment {
	var missing []app.Segment
	for _, seg := range v.Segments {
		if !s.Has(seg.Name) {
			missing = append(missing, seg)
		}
	}
	return missing
}

// OpenVersion opens the plaintext of v for reading at any place, each chunk
// verified before it is given out. ErrNotFound if
// segments have not come, which Missing lists; ErrInvalid or ErrCorrupt if v or a segment
// cannot be right. The whole hash is checked by Verify only.
func (s *Store) OpenVersion(v app.FileVersion) (*VersionReader, error) {
	if err := Validate(v); err != nil {
		return nil, err
	}
	if missing := s.Missing(v); len(missing) > 0 {
		return nil, &missingError{missing}
	}
	parts := &segments{}
	for _, seg := range v.Segments {
		if err := s.openSegment(parts, seg); err != nil {
			parts.close()
			return nil, err
		}
	}
	return &VersionReader{*io.NewSectionReader(parts, 0, v.Size), parts}, nil
}

func (s *Store) openSegment(parts *segments, seg app.Segment) error {
	f, err := s.Open(seg.Name)
	if err != nil {
		return err
	}
	info, err := f.Stat()
	if err == nil && info.Size() != seg.Size {
		err = fmt.Errorf("%w: %d bytes on the disk, not %d", ErrCorrupt, info.Size(), seg.Size)
	}
	var r *segmentReader
	if err == nil {
		r, err = newSegmentReader(f, seg.Size, seg.Key)
	}
	if err != nil {
		f.Close()
		return fmt.Errorf("segment %s: %w", seg.Name, err)
	}
	parts.add(r, f)
	return nil
}

// Verify reads all of v and checks its SHA-256, as must be done before a file
// is kept, signed or exported. ErrCorrupt if it does not match; Check then
// tells which segment went bad on this disk.
func (s *Store) Verify(ctx context.Context, v app.FileVersion) error {
	r, err := s.OpenVersion(v)
	if err != nil {
		return err
	}
	defer r.Close()
	sum := sha256.New()
	if _, err := io.CopyBuffer(sum, ctxReader{ctx, r}, make([]byte, PlainChunk)); err != nil {
		return fmt.Errorf("verify: %w", err)
	}
	if app.Hash(sum.Sum(nil)) != v.SHA256 {
		return fmt.Errorf("%w: the whole is not %s", ErrCorrupt, v.SHA256)
	}
	return nil
}
