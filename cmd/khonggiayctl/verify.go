package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"
	"unicode"

	"khonggiay/signing"
	"khonggiay/signing/trust"
	"khonggiay/signing/validator"
)

// Exit codes of verify, for scripts; docs/operations.md lists them.
const (
	verifyUnclear = 1
	verifyFailed  = 2
	verifyMisused = 3
)

// maxVerified is the most files of one call.
const maxVerified = 10_000

func init() {
	register(&command{name: "verify", args: "TỆP…", min: 1, max: maxVerified, run: verify, misused: verifyMisused,
		help: words{"kiểm tra chữ ký số trong tệp PDF, bên cạnh bản ghi JSON; không cần máy chủ", "check the digital signatures in PDF files and beside JSON records; needs no server"},
		flags: func(f *flag.FlagSet) {
			verifyTrust = f.String("trust", "", "thư mục chứng thư gốc tin cậy (folder of trusted root certificates)")
			verifyOnline = f.Bool("online", false, "hỏi tình trạng thu hồi qua mạng (ask for revocation over the network)")
			verifyTime = f.Duration("timeout", 2*time.Minute, "thời gian tối đa cho một tệp (longest time for one file)")
		}})
}

// Flags of verify.
var (
	verifyTrust  *string
	verifyOnline *bool
	verifyTime   *time.Duration
)

func verify(c *call) error {
	judge, err := newJudge()
	if err != nil {
		fmt.Fprintln(c.err, "khonggiayctl:", err)
		return exit(verifyMisused)
	}
	code := 0
	for _, name := range c.args {
		report, err := judge.file(c, name)
		if err != nil {
			fmt.Fprintln(c.err, "khonggiayctl:", err)
			code = verifyMisused
			continue
		}
		if err := c.showReport(report); err != nil {
			return err
		}
		code = max(code, codeOf(report.Indication))
	}
	if code == 0 {
		return nil
	}
	return exit(code)
}

func codeOf(i signing.Indication) int {
	switch i {
	case signing.TotalPassed:
		return 0
	case signing.Indeterminate:
		return verifyUnclear
	}
	return verifyFailed
}

// A judge checks files by one configuration of trust.
type judge struct {
	trust *trust.Validator
}

func newJudge() (*judge, error) {
	v := &trust.Validator{Policy: trust.DefaultPolicy()}
	var err error
	if *verifyTrust == "" {
		v.Store, err = trust.NewStore()
	} else {
		v.Store, err = trust.LoadStore(*verifyTrust)
	}
	if err != nil {
		return nil, err
	}
	if err := useKept(v); err != nil {
		return nil, err
	}
	if *verifyOnline {
		v.Fetcher = trust.NewFetcher(v.Policy.Network)
	}
	return &judge{v}, nil
}

// keptEvidence is where a server or laptop keeps revocation lists in its folder
// of roots.
const keptEvidence = "cache"

// useKept has the validator use lists that lie beside the roots.
func useKept(v *trust.Validator) error {
	dir := filepath.Join(*verifyTrust, keptEvidence)
	if info, err := os.Stat(dir); *verifyTrust == "" || err != nil || !info.IsDir() {
		return nil
	}
	c, err := trust.OpenCache(dir, v.Policy.CacheBytes)
	v.Cache = c
	return err
}

func (j *judge) file(c *call, name string) (*validator.Report, error) {
	if isRecord(name) {
		return j.record(c, name)
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s: %s", name, words{"không phải tệp thường", "not a regular file"}.in(c.lang))
	}
	ctx, cancel := context.WithTimeout(c, *verifyTime)
	defer cancel()
	report := validator.Validate(ctx, f, info.Size(), validator.Options{Trust: j.trust})
	report.File = name
	return &report, nil
}

func (c *call) showReport(r *validator.Report) error {
	if c.json {
		return json.NewEncoder(c.out).Encode(r)
	}
	fmt.Fprintf(c.out, "%s\n  %s\n", r.File, answer(r.Indication, r.SubIndication))
	for _, f := range r.Findings {
		fmt.Fprintf(c.out, "  - %s: %s %s\n", f.Code, f.Text, particulars(f.Data))
	}
	for i, s := range r.Signatures {
		fmt.Fprintf(c.out, "  [%d] ", i+1)
		showSignature(c.out, s)
	}
	return nil
}

// answers are the words of EN 319 102-1 for people.
var answers = map[signing.Indication]words{
	signing.TotalPassed:   {"HỢP LỆ", "VALID"},
	signing.Indeterminate: {"CHƯA KẾT LUẬN ĐƯỢC", "NOT DECIDED"},
	signing.TotalFailed:   {"KHÔNG HỢP LỆ", "NOT VALID"},
}

func answer(i signing.Indication, sub signing.SubIndication) string {
	w := answers[i]
	text := fmt.Sprintf("%s / %s (%s", w.vi, w.en, i)
	if sub != "" {
		text += " / " + string(sub)
	}
	return text + ")"
}

var kinds = map[validator.Kind]words{
	validator.Approval:      {"Chữ ký", "Signature"},
	validator.Certification: {"Chữ ký chứng nhận tài liệu", "Certification"},
	validator.DocTimestamp:  {"Dấu thời gian tài liệu", "Document time-stamp"},
	validator.Detached:      {"Chữ ký bên cạnh bản ghi", "Signature beside the record"},
}

func showSignature(w io.Writer, s *validator.Signature) {
	both := func(name words, text string, args ...any) {
		fmt.Fprintf(w, "      %s / %s: %s\n", name.vi, name.en, printable(fmt.Sprintf(text, args...)))
	}
	kind := kinds[s.Kind]
	fmt.Fprintf(w, "%s / %s %q: %s\n", kind.vi, kind.en, s.Field, answer(s.Indication, s.SubIndication))
	if s.Signer != nil {
		both(words{"Người ký", "Signer"}, "%s (%s; %s)", s.Signer.Name, s.Signer.Organisation, s.Signer.Unit)
		both(words{"Đơn vị cấp chứng thư", "Issuer"}, "%s", s.Issuer.Subject)
		both(words{"Chứng thư có hạn", "Certificate valid"}, "%s – %s", s.Certificate.NotBefore.Format(time.DateOnly), s.Certificate.NotAfter.Format(time.DateOnly))
	}
	if s.ClaimedTime != nil {
		both(words{"Giờ máy người ký", "Claimed time"}, "%s", s.ClaimedTime.Format(time.RFC3339))
	}
	if s.Timestamp != nil {
		both(words{"Dấu thời gian", "Time-stamp"}, "%s, %s", s.Timestamp.Time.Format(time.RFC3339), s.Timestamp.By)
	}
	if s.Covers.Of > 0 {
		both(words{"Phạm vi ký", "Covers"}, "%d / %d, %s", s.Covers.Revision, s.Covers.Of, s.Level)
	}
	for _, f := range s.Findings {
		fmt.Fprintf(w, "      - %s: %s %s\n", f.Code, f.Text, particulars(f.Data))
	}
	for _, ch := range s.Changes {
		verb := allowed[ch.Allowed]
		fmt.Fprintf(w, "      ~ %d %s %s\n", ch.Revision, printable(fmt.Sprintf("%s %s %s %s", ch.Kind, ch.Object, ch.Key, ch.Field)), verb.vi+" / "+verb.en)
	}
}

var allowed = map[bool]words{true: {"được phép", "allowed"}, false: {"KHÔNG được phép", "NOT allowed"}}

// printable keeps control characters of foreign files off the terminal, where
// they could hide the line that says NOT VALID.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsGraphic(r) {
			return r
		}
		return '\uFFFD'
	}, s)
}

// particulars prints data as JSON.
func particulars(data map[string]any) string {
	if len(data) == 0 {
		return ""
	}
	b, err := json.Marshal(data)
	if err != nil {
		return ""
	}
	return printable(string(b))
}
