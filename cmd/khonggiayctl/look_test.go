package main

import (
	"bytes"
	"errors"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/signintech/gopdf"

	"khonggiay/signing/pades"
	"khonggiay/signing/trust/trusttest"
)

// TestSignSeen: an image and a text are seen where they were asked for, pdftotext
// and pdfimages find them; what cannot be drawn is said, and leaves no file.
func TestSignSeen(t *testing.T) {
	dir := t.TempDir()
	k := tool{t, filepath.Join(dir, "data")}
	key, _ := writeKey(t, dir, trusttest.New(t))
	at := func(name string) string { return filepath.Join(dir, name) }
	var doc gopdf.GoPdf
	doc.Start(gopdf.Config{PageSize: *gopdf.PageSizeA4})
	doc.AddPage()
	doc.Line(10, 10, 20, 20)
	if err := doc.WritePdf(at("a.pdf")); err != nil {
		t.Fatal(err)
	}
	plain, err := os.ReadFile(at("a.pdf"))
	if err != nil {
		t.Fatal(err)
	}
	var prepared bytes.Buffer
	err = errors.Join(pades.Prepare(bytes.NewReader(plain), int64(len(plain)), &prepared, pades.Fields{Signatures: []pades.SignatureField{
		{Name: "Sở", Place: pades.Place{Rect: [4]float64{200, 780, 500, 820}}},
	}}), os.WriteFile(at("f.pdf"), prepared.Bytes(), 0o600))
	if err != nil {
		t.Fatal(err)
	}
	write := func(name string, m image.Image) {
		var out bytes.Buffer
		if err := errors.Join(png.Encode(&out, m), os.WriteFile(at(name), out.Bytes(), 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	hand := image.NewNRGBA(image.Rect(0, 0, 60, 20))
	draw.Draw(hand, image.Rect(5, 5, 55, 15), image.NewUniform(color.NRGBA{0, 0, 200, 200}), image.Point{}, draw.Src)
	write("hand.png", hand)
	write("empty.png", image.NewNRGBA(image.Rect(0, 0, 9, 9)))
	sign := func(args ...string) []string {
		typing(t, keyPassword)
		return append([]string{"sign", "--key", key, "--password-stdin"}, args...)
	}
	judge := func(program string, args ...string) string {
		out, err := exec.Command(program, args...).CombinedOutput()
		if err != nil {
			t.Errorf("%s: %v\n%s", program, err, out)
		}
		return string(out)
	}
	k.ok("Đã ký", sign("--image", at("hand.png"), "--place", "1:120,40,50.5,20", "--out", at("b.pdf"), at("a.pdf"))...)
	k.ok("Đã ký", sign("--text", "SAO Y; Ủy ban nhân dân xã Ea Kao", "--out", at("c.pdf"), at("b.pdf"))...)
	k.ok("Đã ký", sign("--text", "SAO LỤC; Sở Nội vụ", "--out", at("h.pdf"), at("c.pdf"))...)
	if text := judge("pdftotext", at("h.pdf"), "-"); !regexp.MustCompile(`(?s)SAO Y; .* \+07:00\n.*SAO LỤC; Sở Nội vụ; .* \+07:00\n`).MatchString(text) {
		t.Errorf("two blocks are read as %q", text)
	}
	k.ok("Đã ký", sign("--text", "Nguyễn Thị Lan", "--place", "1:120,70,50,20", "--out", at("d.pdf"), at("c.pdf"))...)
	if list := judge("pdfimages", "-list", at("d.pdf")); !strings.Contains(list, "smask") {
		t.Error(list)
	}
	text := judge("pdftotext", at("d.pdf"), "-")
	for _, want := range []string{`SAO Y; Ủy ban nhân dân xã Ea Kao; \d\d/\d\d/20\d\d; \d\d:\d\d:\d\d \+07:00\n`, `Nguyễn Thị Lan\n\d\d/\d\d/20`} {
		if !regexp.MustCompile(want).MatchString(text) {
			t.Errorf("no %s in %q", want, text)
		}
	}
	if report := judge("pdfsig", "-nocert", at("d.pdf")); strings.Count(report, "Signature is Valid.") != 3 {
		t.Error(report)
	}
	for want, args := range map[string][]string{
		"không dùng cùng nhau":      {"--image", at("hand.png"), "--text", "x"},
		"cần --place cho ảnh":       {"--image", at("hand.png")},
		"--place cần --image hoặc":  {"--place", "1:1,1,1,1"},
		"--place cần TRANG":         {"--text", "x", "--place", "1:1,1,1"},
		"trang có trong tệp":        {"--text", "x", "--place", "2:1,1,9,9"},
		"trong suốt hoàn toàn":      {"--image", at("empty.png"), "--place", "1:1,1,9,9"},
		"không phải tệp PNG":        {"--image", at("a.pdf"), "--place", "1:1,1,9,9"},
		`không hiện được ký tự '漢'`: {"--text", "漢"},
		"chữ không vừa":             {"--text", "Nguyễn", "--place", "1:1,1,2,2"},
		"cần --image hoặc --text":   {"--text", " ", "--place", "1:1,1,40,9"},
	} {
		k.fails(want, sign(append(args, "--out", at("e.pdf"), at("a.pdf"))...)...)
	}
	k.ok("Đã ký", sign("--field", "Sở", "--text", "Số: 12/QĐ-UBND", "--out", at("g.pdf"), at("f.pdf"))...)
	k.fails("không dùng --place", sign("--field", "Sở", "--text", "x", "--place", "1:1,1,9,9", "--out", at("e.pdf"), at("f.pdf"))...)
	if text := judge("pdftotext", at("g.pdf"), "-"); !strings.Contains(text, "Số: 12/QĐ-UBND; ") {
		t.Errorf("%q", text)
	}
	if _, err := os.Stat(at("e.pdf")); err == nil {
		t.Error("a refused signature left a file")
	}
}
