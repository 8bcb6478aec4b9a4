//go:build unix

package dropfolder

import (
	"bytes"
	"context"
	"errors"
	"os"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// TestSidecar: where only ocrmypdf is there it reads, and leaves nothing behind.
func TestSidecar(t *testing.T) {
	temp := t.TempDir()
	all := FindTools(temp)
	if all.OCRMyPDF == "" || all.Tesseract == "" || !all.CanOCR() {
		t.Fatalf("tesseract-ocr-vie and ocrmypdf must be there: %+v", all)
	}
	only := Tools{OCRMyPDF: all.OCRMyPDF, Temp: temp}
	pdf, err := imageToPDF(bytes.NewReader(scannedAs(t, printed(t, letter()), "png")), 1)
	must(t, err)
	before := bytes.Clone(pdf)
	text, err := only.Text(t.Context(), bytes.NewReader(pdf))
	must(t, err)
	if got := Suggest(text, knownOrgans); got.CodeNumber != "123" || got.Notation != "SNNMT-TL" {
		t.Errorf("%+v from %q", got, text)
	}
	left, err := os.ReadDir(temp)
	if err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
	if !bytes.Equal(pdf, before) {
		t.Error("the PDF was rewritten")
	}
}

// TestNothingInstalled: scans come without suggestions, and say so.
func TestNothingInstalled(t *testing.T) {
	pdf := bytes.NewReader(printed(t, letter()))
	if text, err := (Tools{}).Text(t.Context(), pdf); text != "" || !errors.Is(err, ErrNoTools) || (Tools{}).CanOCR() {
		t.Errorf("%q, %v", text, err)
	}
}

// TestToolsEndWithUs: a program that hangs is ended with all that it has started.
func TestToolsEndWithUs(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	from, to, err := os.Pipe()
	must(t, err)
	defer from.Close()
	tell := "/proc/" + strconv.Itoa(os.Getpid()) + "/fd/" + strconv.Itoa(int(to.Fd()))
	ended := make(chan error)
	go func() {
		_, err := run(ctx, strings.NewReader(""), "", "/bin/sh", "-c", `sleep 1000 & echo "$!" > "$1"; wait`, "sh", tell)
		ended <- err
	}()
	line := make([]byte, 20)
	n, err := from.Read(line)
	must(t, err)
	must(t, to.Close())
	child, err := strconv.Atoi(strings.TrimSpace(string(line[:n])))
	must(t, err)
	cancel()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("ended by %v", err)
	}
	for unix.Kill(child, 0) == nil && alive(child) { // killed; until the system has noticed
	}
}

// alive reports whether the process is more than an entry that nobody has read yet.
func alive(pid int) bool {
	stat, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	return err == nil && !strings.Contains(string(stat), ") Z ")
}

// TestTooMuchIsNotKept: a page that says more than anybody reads ends the program.
func TestTooMuchIsNotKept(t *testing.T) {
	if _, err := run(t.Context(), nil, "", "/bin/sh", "-c", "cat /dev/zero"); !errors.Is(err, errTooMuch) {
		t.Errorf("%v", err)
	}
}
