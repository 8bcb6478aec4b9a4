package desktop

import (
	"context"
	"errors"

	"khonggiay/app"
	"khonggiay/app/sqlite"
	"khonggiay/sync/content"
	"khonggiay/sync/feed"
)

// dropRecalled removes the contents of materials that have left this machine. The
// keys went with the records; what is taken off the disk here could not be read
// any more. What was missed, for the program was killed, goes with the sweep.
func (l *link) dropRecalled(ctx context.Context, changes []sqlite.Change) error {
	var gone []app.Hash
	for _, c := range changes {
		if c.Key.Kind != app.KindMaterial || c.New != nil || c.Old == nil {
			continue
		}
		r, err := feed.Decode(c.Key.Kind, c.Old)
		if err != nil {
			return err
		}
		for _, f := range app.FilesOf(r) {
			for _, s := range f.Content.Segments {
				gone = append(gone, s.Name)
			}
		}
	}
	if len(gone) == 0 {
		return nil
	}
	return l.app.store.Read(ctx, func(v *sqlite.View) error {
		kept, err := v.KeptSegments()
		if err != nil {
			return err
		}
		if err := keepGiven(v, kept); err != nil {
			return err
		}
		for _, name := range gone {
			named, err := v.SegmentNamed(name)
			if err != nil {
				return err
			}
			if named || kept[name] {
				continue
			}
			if p := l.porter(); p != nil {
				p.drop(name)
			}
			if err := l.app.files.Remove(name); err != nil && !errors.Is(err, content.ErrNotFound) {
				return err
			}
		}
		return nil
	})
}
