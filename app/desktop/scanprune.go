package desktop

import (
	"context"
	"time"

	"khonggiay/app"
	"khonggiay/app/sqlite"
	"khonggiay/sync/dropfolder"
)

// scanLife is for how long at least the list tells what became of a scan: a
// quarter, in which somebody may ask after a paper. What must stay for longer is
// kept by sqlite.PruneScans.
const scanLife = app.Time(90 * 24 * 3600 * 1000)

// runPrune prunes now and then until the link ends, beside all else: a share that
// hangs holds up nothing but this.
func (s *scanning) runPrune(ctx context.Context) {
	tick := time.NewTicker(sweepEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			s.link.report("forgetting old scans", s.prune(ctx))
		}
	}
}

// prune forgets old scans whose files are gone, by a clock that is believed.
func (s *scanning) prune(ctx context.Context) error {
	now, sure := s.link.app.steady.Now()
	if !sure {
		return nil
	}
	var folders []app.ScanFolder
	err := s.link.app.store.Read(ctx, func(v *sqlite.View) (err error) {
		folders, err = v.ScanFolders()
		return err
	})
	if err != nil {
		return err
	}
	there := standing(folders)
	n := 0
	err = s.link.app.store.Write(ctx, func(tx *sqlite.Tx) (err error) {
		n, err = tx.PruneScans(app.TimeOf(now), scanLife, there)
		return err
	})
	if n > 0 {
		s.changed()
	}
	return err
}

// standing looks into the folders, and returns what tells whether a file is there.
// In a folder that cannot be looked into, all may be.
func standing(folders []app.ScanFolder) (there func(sqlite.ScanFile) bool) {
	files, unseen := map[sqlite.ScanFile]bool{}, map[app.ID]bool{}
	for _, folder := range folders {
		list, err := dropfolder.List(folder.Path)
		unseen[folder.ID] = err != nil
		for _, f := range list {
			files[sqlite.ScanFile{Folder: folder.ID, Name: f.Name, Size: f.Size, Modified: f.ModTime.UnixNano()}] = true
		}
	}
	return func(f sqlite.ScanFile) bool { return unseen[f.Folder] || files[f] }
}
