package dropfolder

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"khonggiay/app"
)

// TakenFolder is where files stand that were taken, inside the scanner's
// folder. Nothing is ever deleted there: that is for people to do.
const TakenFolder = "Đã nhận"

// tidy moves a file whose copy is sealed, read back and in the ledger. A file
// that has changed since is another one, and stays.
func (in *Intake) tidy(j job, file *os.File) error {
	if err := j.file.Check(file); err != nil {
		return nil // the watcher tells of it again
	}
	dir := filepath.Join(j.folder.Path, TakenFolder)
	if err := os.Mkdir(dir, 0o777); err != nil && !errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("tidying: %w", err)
	}
	if info, err := os.Lstat(dir); err != nil || !info.IsDir() { // a link would lead elsewhere
		return fmt.Errorf("tidying: %s is no folder", TakenFolder)
	}
	file.Close() // Windows moves no file that is open
	to, err := freeName(dir, j.file.Name)
	if err != nil {
		return fmt.Errorf("tidying: %w", err)
	}
	if err := os.Rename(j.file.Path, to); err != nil {
		return errors.Join(fmt.Errorf("tidying: %w", err), os.Remove(to))
	}
	return nil
}

// tidyLate moves a file that was taken and is still there: we were killed in
// between, or could not move it. Its copy is read back once more.
func (in *Intake) tidyLate(ctx context.Context, j job, s app.Scan) error {
	if err := in.Vault.Verify(ctx, s.Content); err != nil {
		return err
	}
	file, err := j.file.Open()
	if err != nil {
		return nil // another file, or none: told of again
	}
	defer file.Close()
	sum, err := hashOf(ctx, file)
	if err != nil || sum != s.Original {
		return err
	}
	return in.tidy(j, file)
}

// freeName makes an empty file under a name that nothing bears, to be replaced
// by the one that is moved: so nothing is ever written over. An empty file that
// is there already is what a killed run had made.
func freeName(dir, name string) (string, error) {
	ext := filepath.Ext(name)
	stem := strings.TrimSuffix(name, ext)
	for n := 1; ; n++ {
		to := filepath.Join(dir, name)
		f, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o666)
		if err == nil {
			return to, f.Close()
		}
		if !errors.Is(err, fs.ErrExist) {
			return "", err
		}
		if info, err := os.Lstat(to); err == nil && info.Mode().IsRegular() && info.Size() == 0 {
			return to, nil
		}
		name = fmt.Sprintf("%s (%d)%s", stem, n+1, ext)
	}
}
