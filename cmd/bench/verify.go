package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"time"

	"khonggiay/signing/pades"
)

const (
	verifyFew    = 5
	verifyMany   = 25
	verifyRounds = 21
	// A decision with its annexes, as an office program makes it.
	verifyPages    = 99
	verifyElements = 80 // of the logical structure, on each page
)

// benchVerify compares what it takes to judge files with what pdfsig takes for
// the same files: one process a file, both. Two have many signatures, one has
// many pages.
func benchVerify(program string, out io.Writer) error {
	dir, err := os.MkdirTemp("", "khonggiay-bench")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	few, many, pages := filepath.Join(dir, "few.pdf"), filepath.Join(dir, "many.pdf"), filepath.Join(dir, "pages.pdf")
	doc := scan(1 << 20)
	data := slices.Concat(doc.head, make([]byte, doc.picture), doc.tail)
	if err := signOften(data, map[int]string{verifyFew: few, verifyMany: many}); err != nil {
		return err
	}
	if err := signOften(manyPages(verifyPages, verifyElements), map[int]string{1: pages}); err != nil {
		return err
	}
	for _, f := range []struct{ file, took, ratio string }{
		{few, "verify.five_signatures_ms", "verify.ratio_to_pdfsig"},
		{many, "verify.25_signatures_ms", "verify.25_ratio_to_pdfsig"},
		{pages, "verify.99_pages_ms", "verify.99_pages_ratio_to_pdfsig"},
	} {
		if err := compareVerify(program, f.file, f.took, f.ratio, out); err != nil {
			return err
		}
	}
	return nil
}

// compareVerify prints the figures of one file under their names.
func compareVerify(program, file, took, ratio string, out io.Writer) error {
	ours, used, err := processes(program, "verify", "--json", file)
	if err != nil {
		return err
	}
	theirs, theirUsed, err := processes("pdfsig", "-nocert", file)
	if err != nil {
		return err
	}
	err = print(out, figure{Name: took, Value: quantile(ours, .5), Unit: "ms", N: verifyRounds, More: map[string]any{
		"p95_ms": quantile(ours, .95), "cpu_ms": used.Seconds() * 1000,
	}})
	return errors.Join(err, print(out, figure{Name: ratio, Value: quantile(ours, .5) / quantile(theirs, .5), Unit: "x", N: verifyRounds, More: map[string]any{
		"pdfsig_ms": quantile(theirs, .5), "pdfsig_cpu_ms": theirUsed.Seconds() * 1000, "cpu_ratio": used.Seconds() / theirUsed.Seconds(),
	}}))
}

// signOften signs a document again and again with RSA 3072, and writes it at some
// numbers of signatures.
func signOften(data []byte, at map[int]string) error {
	key, err := signingKey("rsa")
	if err != nil {
		return err
	}
	for n := 1; n <= slices.Max(slices.Collect(maps.Keys(at))); n++ {
		var signed bytes.Buffer
		o := pades.Options{Field: fmt.Sprintf("Ký %d", n), Time: time.Now(), Name: "Nguyễn Văn A"}
		if err := pades.Sign(context.Background(), bytes.NewReader(data), int64(len(data)), &signed, o, key); err != nil {
			return err
		}
		data = signed.Bytes()
		if path, ok := at[n]; ok {
			if err := os.WriteFile(path, data, 0o600); err != nil {
				return err
			}
		}
	}
	return nil
}

// processes runs a program several times, and tells how long each run took and
// what processor time the median one used. A verdict is no failure.
func processes(name string, args ...string) (took []time.Duration, cpu time.Duration, err error) {
	var used []time.Duration
	for range verifyRounds {
		cmd := exec.Command(name, args...)
		began := time.Now()
		err := cmd.Run()
		var verdict *exec.ExitError
		if err != nil && !errors.As(err, &verdict) {
			return nil, 0, err
		}
		took = append(took, time.Since(began))
		used = append(used, cmd.ProcessState.UserTime()+cmd.ProcessState.SystemTime())
	}
	return took, quantileOf(used, .5), nil
}
