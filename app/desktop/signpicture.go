package desktop

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"khonggiay/app"
	"khonggiay/app/api"
	"khonggiay/signing/appearance"
)

// signingPath is the folder of what this machine's person signs with: pictures,
// and keys in files. A revoked laptop removes it.
func (s *signer) signingPath() string { return signingPath(s.cfg.Data) }

func signingPath(data string) string { return filepath.Join(data, "signing") }

// picturePath has a picture for each kind that is seen on the page; an initial is
// beside the file.
func (s *signer) picturePath(kind api.SignKind) (string, error) {
	if kind != api.SignPerson && kind != api.SignOrgan {
		return "", app.ErrNotFound
	}
	return filepath.Join(s.signingPath(), string(kind)+".png"), nil
}

// Picture implements api.Signing.
func (s *signer) Picture(_ context.Context, kind api.SignKind) ([]byte, error) {
	path, err := s.picturePath(kind)
	if err != nil {
		return nil, err
	}
	b, err := readBounded(path, appearance.MaxPictureBytes)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, app.ErrNotFound
	}
	return b, err
}

// SavePicture implements api.Signing. What could not be drawn later is refused
// now. The file is its owner's alone, like all that is private on this machine.
func (s *signer) SavePicture(_ context.Context, kind api.SignKind, png []byte) error {
	path, err := s.picturePath(kind)
	if err != nil {
		return err
	}
	if len(png) == 0 {
		if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	} else {
		if _, err := appearance.NewPicture(png); err != nil {
			return drawRefusal(err)
		}
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			return err
		}
		if err := writePrivate(path, png); err != nil {
			return err
		}
	}
	s.events.Publish(api.Event{Entity: "signing"}, nil)
	return nil
}
