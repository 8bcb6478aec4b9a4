package desktop

import (
	"context"
	"io"
	"time"

	"khonggiay/app"
	"khonggiay/app/api"
	"khonggiay/app/sqlite"
	"khonggiay/sync/dropfolder"
)

// scans implements api.Scans.
type scans struct{ *App }

// Folders implements api.Scans.
func (s scans) Folders(ctx context.Context) (folders []app.ScanFolder, problems []string, err error) {
	l, err := s.enrolled()
	if err != nil {
		return nil, nil, err
	}
	err = s.store.Read(ctx, func(v *sqlite.View) (err error) {
		folders, err = v.ScanFolders()
		return err
	})
	for _, f := range folders {
		problems = append(problems, l.scans.problem(f.ID))
	}
	return folders, problems, err
}

// AddFolder implements api.Scans.
func (s scans) AddFolder(ctx context.Context, f app.ScanFolder) error {
	l, err := s.enrolled()
	if err != nil {
		return err
	}
	err = s.store.Write(ctx, func(tx *sqlite.Tx) error {
		others, err := tx.ScanFolders()
		if err != nil {
			return err
		}
		if f.Path, err = l.scans.checkFolder(f.Path, others); err != nil {
			return err
		}
		return tx.PutScanFolder(f)
	})
	return s.afterFolders(ctx, l, err)
}

// RemoveFolder implements api.Scans.
func (s scans) RemoveFolder(ctx context.Context, id app.ID) error {
	l, err := s.enrolled()
	if err != nil {
		return err
	}
	err = s.store.Write(ctx, func(tx *sqlite.Tx) error { return tx.DeleteScanFolder(id) })
	return s.afterFolders(ctx, l, err)
}

func (s scans) afterFolders(ctx context.Context, l *link, err error) error {
	if err != nil {
		return err
	}
	s.events.Publish(api.Event{Entity: "scan"}, nil)
	return l.scans.follow(ctx)
}

// Status implements api.Scans.
func (s scans) Status() (queued int, ocr bool) {
	l := s.currentLink()
	if l == nil {
		return 0, false
	}
	return l.scans.intake.Queued(), l.scans.tools().CanOCR()
}

// List implements api.Scans.
func (s scans) List(ctx context.Context, states []app.ScanState, limit int) (list []app.Scan, counts map[app.ScanState]int, err error) {
	err = s.store.Read(ctx, func(v *sqlite.View) (err error) {
		if list, err = v.Scans(states, limit); err == nil {
			counts, err = v.ScanCounts()
		}
		return err
	})
	return list, counts, err
}

// Scan implements api.Scans.
func (s scans) Scan(ctx context.Context, id app.ID) (scan app.Scan, err error) {
	err = s.store.Read(ctx, func(v *sqlite.View) (err error) {
		scan, err = v.Scan(id)
		return err
	})
	return scan, err
}

// Open implements api.Scans.
func (s scans) Open(ctx context.Context, scan app.Scan) (io.ReadSeekCloser, error) {
	c := &contents{store: s.store, files: s.files, open: s.mayOpen}
	return c.Open(ctx, scan.Content)
}

// Ignore implements api.Scans.
func (s scans) Ignore(ctx context.Context, id app.ID) error {
	return s.change(ctx, id, func(scan *app.Scan) error {
		if scan.State == app.ScanRegistered || scan.State == app.ScanReading {
			return app.Refuse(app.Conflict, "scan.not_now")
		}
		scan.State, scan.Reason = app.ScanIgnored, ""
		return nil
	})
}

// Again implements api.Scans.
func (s scans) Again(ctx context.Context, id app.ID) error {
	l, err := s.enrolled()
	if err != nil {
		return err
	}
	folders, _, err := s.Folders(ctx)
	if err != nil {
		return err
	}
	var again app.Scan
	err = s.change(ctx, id, func(scan *app.Scan) error {
		if scan.State != app.ScanUnreadable && scan.State != app.ScanIgnored {
			return app.Refuse(app.Conflict, "scan.not_now")
		}
		scan.State, scan.Reason = app.ScanReading, ""
		again = *scan
		return nil
	})
	for _, f := range folders {
		if err == nil && f.ID == again.Folder {
			l.scans.intake.Retake(f, dropfolder.Found{Name: again.Name, Size: again.Size, ModTime: time.Unix(0, again.Modified)})
		}
	}
	return err
}

func (s scans) change(ctx context.Context, id app.ID, fn func(*app.Scan) error) error {
	err := s.store.Write(ctx, func(tx *sqlite.Tx) error {
		scan, err := tx.Scan(id)
		if err != nil {
			return err
		}
		if err := fn(&scan); err != nil {
			return err
		}
		return tx.PutScan(scan)
	})
	if err == nil {
		s.events.Publish(api.Event{Entity: "scan"}, nil)
	}
	return err
}
