package main

import (
	"bytes"
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"flag"
	"fmt"
	"io"
	"math/big"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"time"

	"khonggiay/signing/pades"
	"khonggiay/signing/softkey"
)

// benchSign measures signing with keys in memory and in a token: how many small
// documents a second, what a document of scans takes of the memory, and how long
// files with five and with 25 signatures take to judge.
func benchSign(args []string, _ io.Reader, out io.Writer) error {
	fs := flag.NewFlagSet("sign", flag.ContinueOnError)
	n := fs.Int("n", 200, "how many documents each kind of key signs")
	ctl := fs.String("ctl", filepath.Join("build", "bin", "khonggiayctl"), "the program that judges; none: \"\"")
	mib := fs.Int64("mib", 300, "size of the large document")
	if err := fs.Parse(args); err != nil {
		return err
	}
	if *n < 1 || *mib < 1 {
		return fmt.Errorf("--n and --mib: at least 1")
	}
	if runtime.GOOS == "linux" { // first, for the most memory held is that of the whole process
		if err := signLarge(*mib, out); err != nil {
			return err
		}
	}
	if err := signMany(*n, out); err != nil {
		return err
	}
	if err := signToken(*n, out); err != nil || *ctl == "" {
		return err
	}
	if _, err := os.Stat(*ctl); err != nil {
		return fmt.Errorf("no program to measure: %w; run make build", err)
	}
	return benchVerify(*ctl, out)
}

// signLarge signs a document whose picture is a hole in its file.
func signLarge(mib int64, out io.Writer) error {
	dir, err := os.MkdirTemp("", "khonggiay-bench")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	key, err := signingKey("ec")
	if err != nil {
		return err
	}
	in, err := os.Create(filepath.Join(dir, "scan.pdf"))
	if err != nil {
		return err
	}
	defer in.Close()
	size, err := scan(mib << 20).writeSparse(in)
	if err != nil {
		return err
	}
	signed, err := os.Create(filepath.Join(dir, "signed.pdf"))
	if err != nil {
		return err
	}
	defer signed.Close()
	began, before := time.Now(), cpuTime()
	if err := pades.Sign(context.Background(), in, size, signed, signOptions(), key); err != nil {
		return err
	}
	took, used := time.Since(began), cpuTime()-before
	_, most, err := residentOf(os.Getpid())
	if err != nil {
		return err
	}
	return print(out, figure{Name: "sign.peak_rss_mib_300mb", Value: float64(most) / (1 << 20), Unit: "MiB", N: 1, More: map[string]any{
		"mib": mib, "wall_s": took.Seconds(), "cpu_s": used.Seconds(),
	}})
}

func signMany(n int, out io.Writer) error {
	doc := scan(100 << 10)
	data := slices.Concat(doc.head, make([]byte, doc.picture), doc.tail)
	figures := map[string]any{}
	for _, kind := range []string{"ec", "rsa"} {
		key, err := signingKey(kind)
		if err != nil {
			return err
		}
		began, before := time.Now(), cpuTime()
		for range n {
			if err := pades.Sign(context.Background(), bytes.NewReader(data), int64(len(data)), io.Discard, signOptions(), key); err != nil {
				return err
			}
		}
		figures[kind+"_per_s"] = float64(n) / time.Since(began).Seconds()
		figures[kind+"_cpu_ms"] = (cpuTime() - before).Seconds() * 1000 / float64(n)
	}
	return print(out, figure{Name: "sign.softkey_per_s", Value: figures["rsa_per_s"].(float64), Unit: "/s", N: n, More: figures})
}

func signOptions() pades.Options {
	return pades.Options{Field: "Ký", Time: time.Now(), Name: "Nguyễn Văn A", Certify: pades.FillForms}
}

// signingKey is a key of a kind that the law knows, with a certificate of its own.
func signingKey(kind string) (*softkey.Key, error) {
	key, cert, err := newKey(kind)
	if err != nil {
		return nil, err
	}
	return softkey.New(key, cert)
}

func newKey(kind string) (crypto.Signer, *x509.Certificate, error) {
	key, err := crypto.Signer(nil), error(nil)
	if kind == "ec" {
		key, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	} else {
		key, err = rsa.GenerateKey(rand.Reader, 3072)
	}
	if err != nil {
		return nil, nil, err
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "Nguyễn Văn A"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), KeyUsage: x509.KeyUsageDigitalSignature}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return nil, nil, err
	}
	cert, err := x509.ParseCertificate(der)
	return key, cert, err
}

// A scanned is a document of one page with a picture of so many zeros between head
// and tail.
type scanned struct {
	head, tail []byte
	picture    int64
}

func scan(picture int64) scanned {
	var head, tail bytes.Buffer
	var at []int
	head.WriteString("%PDF-1.7\n")
	for i, body := range []string{"<</Type /Catalog /Pages 2 0 R>>\nendobj\n", "<</Type /Pages /Count 1 /Kids [3 0 R]>>\nendobj\n",
		"<</Type /Page /Parent 2 0 R /MediaBox [0 0 595 842]>>\nendobj\n",
		fmt.Sprintf("<</Filter /DCTDecode /Length %d>>\nstream\n", picture)} {
		at = append(at, head.Len())
		fmt.Fprintf(&head, "%d 0 obj\n%s", i+1, body)
	}
	tail.WriteString("\nendstream\nendobj\n")
	table := int64(head.Len()+tail.Len()) + picture
	fmt.Fprintf(&tail, "xref\n0 %d\n0000000000 65535 f \n", len(at)+1)
	for _, offset := range at {
		fmt.Fprintf(&tail, "%010d 00000 n \n", offset)
	}
	fmt.Fprintf(&tail, "trailer\n<</Size %d /Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n", len(at)+1, table)
	return scanned{head.Bytes(), tail.Bytes(), picture}
}

// writeSparse writes the document with a hole for its picture.
func (s scanned) writeSparse(f *os.File) (size int64, err error) {
	behind := int64(len(s.head)) + s.picture
	if _, err := f.Write(s.head); err != nil {
		return 0, err
	}
	_, err = f.WriteAt(s.tail, behind)
	return behind + int64(len(s.tail)), err
}
