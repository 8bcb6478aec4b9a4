package pades_test

import (
	"bytes"
	"encoding/pem"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"khonggiay/signing"
	"khonggiay/signing/pades"
	"khonggiay/signing/pdf"
	"khonggiay/signing/softkey/softkeytest"
)

// A court is a folder in which other programs judge a file.
type court struct {
	t    testing.TB
	dir  string
	data []byte
	view *pdf.View
}

func newCourt(t testing.TB, data []byte) court {
	t.Helper()
	c := court{t, t.TempDir(), data, open(t, data)}
	c.put("a.pdf", data)
	c.put("root.pem", pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: softkeytest.Root().Raw}))
	return c
}

func (c court) put(name string, data []byte) {
	c.t.Helper()
	if err := os.WriteFile(filepath.Join(c.dir, name), data, 0o600); err != nil {
		c.t.Fatal(err)
	}
}

func (c court) get(name string) []byte {
	c.t.Helper()
	return must[[]byte](c.t)(os.ReadFile(filepath.Join(c.dir, name)))
}

// run runs a program in the folder, with a home of its own.
func (c court) run(program string, args ...string) (string, error) {
	cmd := exec.CommandContext(c.t.Context(), program, args...)
	cmd.Dir = c.dir
	cmd.Env = append(os.Environ(), "HOME="+c.dir, "LC_ALL=C.UTF-8", "TZ=UTC")
	out, err := cmd.CombinedOutput()
	return string(out), err
}

func (c court) must(program string, args ...string) string {
	c.t.Helper()
	out, err := c.run(program, args...)
	if err != nil {
		c.t.Errorf("%s %v: %v\n%s", program, args, err, out)
	}
	return out
}

// openssl verifies the signature of a field as CAdES.
func (c court) openssl(field string) (string, error) {
	c.t.Helper()
	_, sig := fieldOf(c.t, c.view, field)
	content, value := covered(c.t, c.data, sig)
	c.put("content", content)
	c.put("value", value)
	return c.run("openssl", "cms", "-verify", "-binary", "-cades", "-inform", "DER", "-in", "value", "-content", "content",
		"-CAfile", "root.pem", "-purpose", "any", "-out", os.DevNull)
}

// pdfsig returns what it says, and how many signatures it calls valid. Its exit
// code is about trust.
func (c court) pdfsig() (string, int) {
	out, _ := c.run("pdfsig", "-nocert", "a.pdf")
	return out, strings.Count(out, "Signature is Valid.")
}

// mutool says of each signature, in the order of their objects, how the file stands.
func (c court) mutool(want ...string) {
	c.t.Helper()
	out := c.must("mutool", "sign", "-v", "a.pdf")
	at := 0
	for _, w := range want {
		i := strings.Index(out[at:], w)
		if i < 0 {
			c.t.Fatalf("mutool does not say %q:\n%s", want, out)
		}
		at += i + len(w)
	}
}

// judge has all programs judge the signatures of the fields, and the file.
func judge(t testing.TB, data []byte, fields ...string) string {
	t.Helper()
	c := newCourt(t, data)
	c.must("qpdf", "--check", "a.pdf")
	for _, name := range fields {
		if out, err := c.openssl(name); err != nil {
			t.Errorf("%s: openssl: %v\n%s", name, err, out)
		}
	}
	report, n := c.pdfsig()
	if n != len(fields) {
		t.Errorf("pdfsig calls %d of %d signatures valid:\n%s", n, len(fields), report)
	}
	return report
}

// TestKeys: each kind of key in each scheme.
func TestKeys(t *testing.T) {
	for _, kind := range softkeytest.Kinds {
		key := softkeytest.New(t, kind, nil)
		for _, old := range []bool{false, true} {
			scheme := must[signing.Scheme](t)(signing.SchemeOf(key.Certificate().PublicKey, old))
			t.Run(fmt.Sprint(kind, scheme), func(t *testing.T) {
				o := options("Ký")
				o.Scheme = scheme
				data := sign(t, drawn(), o, key)
				judge(t, data, "Ký")
				if !scheme.PSS { // which mutool cannot verify
					newCourt(t, data).mutool("The document is unchanged since signing.")
				}
			})
		}
	}
}

// TestSamples: files of all kinds, signed twice, seen and unseen.
func TestSamples(t *testing.T) {
	leader, organ := softkeytest.New(t, softkeytest.P256, nil), softkeytest.New(t, softkeytest.P384, nil)
	for name, data := range must[map[string][]byte](t)(samples()) {
		t.Run(name, func(t *testing.T) {
			once := sign(t, data, options("A"), leader)
			twice := sign(t, once, invisible("B"), organ)
			judge(t, once, "A")
			report := judge(t, twice, "A", "B")
			if !strings.Contains(report, "Total document signed") {
				t.Errorf("the second signature does not cover the file:\n%s", report)
			}
			newCourt(t, twice).mutool("signature is valid but there have been edits", "The document is unchanged since signing.")
			for _, want := range []string{"2026 06:15:00", "ETSI.CAdES.detached"} {
				if !strings.Contains(report, want) {
					t.Errorf("no %q in:\n%s", want, report)
				}
			}
		})
	}
}

// issued is a decision on its whole way: fields, leader, then number, date and
// seal in one revision.
func issued(t testing.TB, data []byte) (leader, organ []byte) {
	t.Helper()
	o := options("Lãnh đạo")
	o.Certify = pades.FillForms
	leader = stamp(t, sign(t, prepare(t, data), o, softkeytest.New(t, softkeytest.RSA2048, nil)))
	o = options("Cơ quan")
	o.Fills = []pades.Fill{{"SoVB", "15/QĐ-UBND", picture{"15/QD-UBND"}}, {"NgayVB", "30 tháng 11", picture{"30"}}}
	organ = sign(t, leader, o, softkeytest.New(t, softkeytest.RSA3072, nil))
	return leader, organ
}

// TestIssue: the order of NĐ 30/2020 on files of all kinds.
func TestIssue(t *testing.T) {
	for name, data := range must[map[string][]byte](t)(samples()) {
		t.Run(name, func(t *testing.T) {
			leader, organ := issued(t, data)
			judge(t, leader, "Lãnh đạo")
			judge(t, organ, "Lãnh đạo", "Cơ quan")
			if n := len(open(t, organ).File().Revisions()); n != len(open(t, data).File().Revisions())+3 {
				t.Errorf("%d revisions", n)
			}
		})
	}
}

// TestIssuedFile: what stands in the file, as mutool and our reader see it.
func TestIssuedFile(t *testing.T) {
	_, organ := issued(t, sample(t, "packed"))
	c := newCourt(t, organ)
	for path, want := range map[string]string{
		"trailer/Root/Perms/DocMDP/Reference/1/TransformParams/P": "2",
		"trailer/Root/AcroForm/SigFlags":                          "3",
		"trailer/Root/AcroForm/NeedAppearances":                   "null",
		"trailer/Root/AcroForm/Fields/1/V":                        "15/QĐ-UBND",
		"trailer/Root/AcroForm/Fields/1/AP/N/Subtype":             "/Form",
		"trailer/Root/AcroForm/Fields/4/Lock/Action":              "/All",
		"trailer/Root/Extensions/ESIC/BaseVersion":                "/1.7",
	} {
		if got := c.must("mutool", "show", "a.pdf", path); !strings.Contains(got, want) && !strings.Contains(got, hexText(want)) {
			t.Errorf("%s is %q, want %s", path, got, want)
		}
	}
	_, sig := fieldOf(t, c.view, "Cơ quan")
	for _, absent := range []pdf.Name{"Cert", "Prop_Build", "Changes"} {
		if _, there := sig.Lookup(absent); there {
			t.Errorf("the signature has /%s", absent)
		}
	}
	want := pdf.NewDict(pdf.Name("M"), pdf.String{Value: "D:20261130131500+07'00"}, pdf.Name("Reason"), pdf.TextString("Ban hành"),
		pdf.Name("Name"), pdf.TextString("Nguyễn Thị Hồng"), pdf.Name("Location"), pdf.TextString("Đắk Lắk"))
	for _, e := range want.Entries {
		if !pdf.Equal(sig.Get(e.Key), e.Value) {
			t.Errorf("/%s is %v", e.Key, sig.Get(e.Key))
		}
	}
}

// TestOnlyFieldsChange: after the first signature a revision changes fields and adds
// objects; catalog, form and pages stay, so a validator has nothing to forgive.
func TestOnlyFieldsChange(t *testing.T) {
	for name, data := range must[map[string][]byte](t)(samples()) {
		_, organ := issued(t, data)
		v := open(t, organ)
		f := v.File()
		newest := len(f.Revisions()) - 1
		var fields []pdf.Ref
		for _, name := range []string{"SoVB", "NgayVB", "Cơ quan"} {
			field, _ := fieldOf(t, v, name)
			fields = append(fields, field.Ref)
		}
		for _, ref := range f.Changed(newest) {
			if _, old := f.At(newest - 1).Where(ref); old && !slices.Contains(fields, ref) {
				t.Errorf("%s: object %d changed", name, ref.Num)
			}
		}
	}
}

// hexText is a text string as mutool may show it.
func hexText(s string) string {
	return fmt.Sprintf("<%X>", pdf.TextString(s).Value)
}

// TestLTA: evidence and time-stamps, each over all that was there before.
func TestLTA(t *testing.T) {
	for _, name := range []string{"drawn", "packed", "linear", "gs-1.4"} {
		t.Run(name, func(t *testing.T) {
			_, organ := issued(t, sample(t, name))
			root := [][]byte{softkeytest.Root().Raw}
			lt := addDSS(t, stamp(t, organ), pades.Evidence{Field: "Lãnh đạo", Certs: root}, pades.Evidence{Field: "Cơ quan", Certs: root})
			lta := docStamp(t, lt)
			again := docStamp(t, addDSS(t, lta, pades.Evidence{Certs: root}))
			judge(t, lt, "Lãnh đạo", "Cơ quan")
			judge(t, again, "Lãnh đạo", "Cơ quan") // pdfsig 22 knows no time-stamps, and calls them neither valid nor not
			c := newCourt(t, again)
			judgeStamp(c, "DocTimestamp1")
			judgeStamp(c, "DocTimestamp2")
		})
	}
}

// judgeStamp has OpenSSL verify a document time-stamp.
func judgeStamp(c court, field string) {
	c.t.Helper()
	_, sig := fieldOf(c.t, c.view, field)
	content, token := covered(c.t, c.data, sig)
	c.put("content", content)
	c.put("token", token)
	c.must("openssl", "ts", "-verify", "-data", "content", "-token_in", "-in", "token", "-CAfile", "root.pem")
}

// TestJudgesJudge: each of them sees a digit changed.
func TestJudgesJudge(t *testing.T) {
	data := sign(t, drawn(), options("A"), softkeytest.New(t, softkeytest.P256, nil))
	c := newCourt(t, bytes.Replace(data, []byte("D:2026"), []byte("D:2025"), 1))
	if out, err := c.openssl("A"); err == nil {
		t.Errorf("openssl takes it:\n%s", out)
	}
	if report, n := c.pdfsig(); n > 0 {
		t.Errorf("pdfsig takes it:\n%s", report)
	}
}
