package desktop

import (
	"context"
	"fmt"
	"io"

	"khonggiay/app"
	"khonggiay/app/api"
	"khonggiay/app/sqlite"
	"khonggiay/sync/content"
	"khonggiay/sync/dropfolder"
)

// scanStore is where the intake keeps what it takes in.
type scanStore struct {
	store *sqlite.Store
	files *content.Store
}

// ScanOf implements dropfolder.Ledger.
func (s scanStore) ScanOf(ctx context.Context, folder app.ID, f dropfolder.Found) (out app.Scan, err error) {
	err = s.store.Read(ctx, func(v *sqlite.View) (err error) {
		out, err = v.ScanOf(folder, f.Name, f.Size, f.ModTime.UnixNano())
		return err
	})
	return out, err
}

// Twin implements dropfolder.Ledger.
func (s scanStore) Twin(ctx context.Context, original app.Hash, except app.ID) (scan, doc app.ID, err error) {
	err = s.store.Read(ctx, func(v *sqlite.View) error {
		twin, err := v.ScanTwin(original, except)
		if e := app.AsError(err); err != nil && (e == nil || e.Code != app.NotFound) {
			return err
		}
		scan, doc = twin.ID, twin.Doc
		if doc == "" {
			doc, err = v.FileDocument(original)
			return err
		}
		return nil
	})
	return scan, doc, err
}

// PutScan implements dropfolder.Ledger.
func (s scanStore) PutScan(ctx context.Context, scan app.Scan) error {
	return s.store.Write(ctx, func(tx *sqlite.Tx) error { return tx.PutScan(scan) })
}

// Seal implements dropfolder.Vault.
func (s scanStore) Seal(ctx context.Context, src io.Reader) (app.FileVersion, error) {
	v, err := s.files.Seal(ctx, src)
	return v, content.AsRefusal(err, api.MaxUpload)
}

// Verify implements dropfolder.Vault.
func (s scanStore) Verify(ctx context.Context, v app.FileVersion) error {
	if err := s.files.Verify(ctx, v); err != nil {
		return fmt.Errorf("reading a copy back: %w", err)
	}
	return nil
}
