package dropfolder

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// Found is a file in a watched folder.
type Found struct {
	Name    string // in the folder, in the very bytes of the file system
	Path    string // folder and name
	Size    int64
	ModTime time.Time
}

var (
	// ErrBusy means that another program is writing the file.
	ErrBusy = errors.New("the file is being written")
	// ErrChanged means that the file is not the one that was found.
	ErrChanged = errors.New("the file has changed")
)

func (f Found) same(g Found) bool { return f.Size == g.Size && f.ModTime.Equal(g.ModTime) }

// Open opens the file that was found, for reading. ErrChanged if something
// else bears its name now: another file, a link, a folder, a pipe. ErrBusy if
// somebody holds it to write.
func (f Found) Open() (*os.File, error) {
	file, err := openAlone(f.Path)
	if err != nil {
		return nil, err
	}
	if err := f.Check(file); err != nil {
		file.Close()
		return nil, err
	}
	return file, nil
}

// Check is ErrChanged if the open file, or what bears its name, is no longer
// what was found. Who copies a file asks again at the end.
func (f Found) Check(file *os.File) error {
	open, err := file.Stat()
	if err != nil {
		return err
	}
	named, err := os.Lstat(f.Path)
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%w: %w", ErrChanged, err)
	}
	if err != nil {
		return err
	}
	if !named.Mode().IsRegular() || !os.SameFile(open, named) || !f.same(Found{Size: open.Size(), ModTime: open.ModTime()}) {
		return ErrChanged
	}
	return nil
}

// ErrEmpty means that nothing is in the folder. Either nothing is, or a share that
// is away was mounted there.
var ErrEmpty = errors.New("the folder is empty")

// List tells which files stand directly in the folder now. Whoever forgets what is
// not there must not take a share that is away for an empty folder; so of one in
// which there is no file, nor the folder of those that were taken, it says ErrEmpty.
func List(dir string) ([]Found, error) {
	found, err := read(dir, func(string) bool { return false })
	if err != nil || len(found) > 0 {
		return found, err
	}
	if info, err := os.Lstat(filepath.Join(dir, TakenFolder)); err != nil || !info.IsDir() {
		return nil, ErrEmpty
	}
	return nil, nil
}

// read lists the regular files directly in dir.
func read(dir string, ignore func(string) bool) ([]Found, error) {
	d, err := os.Open(dir)
	if err != nil {
		return nil, err
	}
	defer d.Close()
	entries, err := d.ReadDir(-1)
	if err != nil {
		return nil, err
	}
	found := make([]Found, 0, len(entries))
	for _, e := range entries {
		if !e.Type().IsRegular() || ignore(e.Name()) {
			continue
		}
		info, err := e.Info()
		if errors.Is(err, fs.ErrNotExist) {
			continue // gone since the list was read
		}
		if err != nil {
			return nil, err
		}
		if info.Mode().IsRegular() {
			found = append(found, Found{e.Name(), filepath.Join(dir, e.Name()), info.Size(), info.ModTime()})
		}
	}
	return found, nil
}

// EditorLeavings names what office programs, scanners and browsers write
// beside the file that is meant: locks, drafts of a save, downloads under way.
func EditorLeavings(name string) bool {
	low := strings.ToLower(name)
	for _, begin := range []string{".", "~"} { // .~lock.x.odt#, ~$x.docx, ~WRL0001.tmp
		if strings.HasPrefix(low, begin) {
			return true
		}
	}
	for _, end := range []string{".tmp", ".temp", ".part", ".partial", ".crdownload", ".download", ".lock", ".swp", ".bak", "~", "#"} {
		if strings.HasSuffix(low, end) {
			return true
		}
	}
	return low == "thumbs.db" || low == "desktop.ini"
}
