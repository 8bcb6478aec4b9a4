package courier

import (
	"crypto/sha256"
	"io"
	"math/rand/v2"
	"os"
	"testing"

	"khonggiay/app"
)

// fileOf makes a file of random bytes, and returns its hash.
func fileOf(t *testing.T, path string, size int64) (name app.Hash) {
	t.Helper()
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	sum := sha256.New()
	if _, err := io.CopyN(io.MultiWriter(f, sum), rand.NewChaCha8([32]byte{2}), size); err != nil {
		t.Fatal(err)
	}
	return app.Hash(sum.Sum(nil))
}

// hashOf is the hash of a file as it stands on the disk.
func hashOf(t *testing.T, path string) app.Hash {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	sum := sha256.New()
	if _, err := io.Copy(sum, f); err != nil {
		t.Fatal(err)
	}
	return app.Hash(sum.Sum(nil))
}

// TestSizes: a segment of an empty file, which is a tag alone, goes from node to
// node like any; one of 2 GiB, too, when HUGE is set.
func TestSizes(t *testing.T) {
	sizes := []int64{16}
	if os.Getenv("HUGE") != "" {
		sizes = append(sizes, 2<<30)
	}
	province, laptops := office(t, 1)
	l := laptops[0]
	for _, size := range sizes {
		path := province.dir + "/made"
		name := fileOf(t, path, size)
		if _, err := province.shelf("xa1").Put(name, func(to string) error { return os.Rename(path, to) }); err != nil {
			t.Fatal(err)
		}
		if err := province.node.Scan("xa1", Item(name)); err != nil {
			t.Fatal(err)
		}
		l.await("it arrives", func() bool { return l.shelf("xa1").Has(name) })
		if hashOf(t, l.shelf("xa1").Path(name)) != name {
			t.Errorf("%d bytes arrived as others", size)
		}
	}
}
