package report

import (
	"fmt"
	"io"
	"strings"

	"khonggiay/signing"
	"khonggiay/signing/appearance"
	"khonggiay/signing/trust"
	"khonggiay/signing/validator"
)

const title = "Báo cáo kiểm tra chữ ký số"

// most bounds what is listed of a kind; the JSON has all of it.
const most = 100

var (
	body    = style{appearance.Regular, 11.5, black}
	strong  = style{appearance.Bold, 11.5, black}
	label   = style{appearance.Regular, 11, grey}
	quiet   = style{appearance.Regular, 10.5, grey}
	code    = style{appearance.Regular, 10.5, black} // hashes on one line
	heading = style{appearance.Bold, 13, black}
)

// A tone is how an answer looks: its letters and its ground.
type tone struct{ ink, ground appearance.RGB }

var tones = map[signing.Indication]tone{
	signing.TotalPassed:   {appearance.RGB{R: 0x14, G: 0x62, B: 0x3a}, appearance.RGB{R: 0xe4, G: 0xf2, B: 0xe9}},
	signing.Indeterminate: {appearance.RGB{R: 0x7a, G: 0x4d, B: 0x00}, appearance.RGB{R: 0xfb, G: 0xf0, B: 0xd9}},
	signing.TotalFailed:   {appearance.RGB{R: 0x9c, G: 0x1c, B: 0x14}, appearance.RGB{R: 0xfb, G: 0xe6, B: 0xe4}},
}

// WritePDF writes the record for people, on A4 pages.
func (r *Record) WritePDF(to io.Writer) error {
	s, err := newSheet()
	if err != nil {
		return err
	}
	s.centred(style{appearance.Bold, 16, black}, strings.ToUpper(title))
	s.y += 2
	s.centred(style{appearance.Italic, 11, grey}, "Kết quả kiểm tra theo ETSI EN 319 102-1, trình bày theo Điều 6 Thông tư số 15/2025/TT-BKHCN")
	s.y += 10
	s.file(r)
	for i, sig := range r.Signatures {
		s.signature(r, i+1, sig)
	}
	s.ending()
	return s.write(to, title+": "+r.File, r.File)
}

// file is the answer about the file, and what it rests on.
func (s *sheet) file(r *Record) {
	s.band(word("file", nil), word(answerKey(&r.Report), nil), r.Indication)
	e := explain(r.Indication, r.SubIndication, r.Findings, "")
	switch {
	case r.Indication == signing.TotalPassed:
		e.reason = word("file.passed", nil)
	case len(e.notes) >= len(r.Findings): // nothing about the file itself
		e.reason, e.more = word("file.signatures", nil), nil
	}
	s.reasons(e)
	s.row("Kết luận kỹ thuật", technical(r.Indication, r.SubIndication))
	s.row("Tên tệp", r.File)
	s.rowIn(code, "SHA-256 của tệp", r.SHA256)
	s.row("Dung lượng", fmt.Sprintf("%d byte", r.Size))
	if r.Revisions > 0 {
		s.row("Số lần lưu trong tệp", fmt.Sprint(r.Revisions))
	}
	s.row("Số chữ ký, dấu thời gian", fmt.Sprint(len(r.Signatures)))
	s.row("Kiểm tra lúc", moment(r.Judged)+" (giờ Việt Nam)")
	s.row("Danh sách tin cậy", roots(r.Trust)...)
	s.rowIn(code, "Mã danh sách tin cậy", r.Trust.List)
	s.row("Chương trình kiểm tra", r.Program)
	s.y += 10
}

func technical(i signing.Indication, sub signing.SubIndication) string {
	if sub == "" {
		return string(i)
	}
	return string(i) + " / " + string(sub)
}

var rootKinds = map[trust.Kind]string{trust.KindOfficial: "chuyên dùng công vụ", trust.KindPublic: "công cộng", trust.KindTest: "thử nghiệm"}

func roots(t Trust) []string {
	if len(t.Roots) == 0 {
		return []string{"Không có chứng thư gốc nào được tin cậy"}
	}
	lines := []string{fmt.Sprintf("%d chứng thư gốc", len(t.Roots))}
	for i, root := range t.Roots {
		if i == most {
			return append(lines, unlisted(len(t.Roots)-most))
		}
		lines = append(lines, "– "+root.Name+" ("+rootKinds[root.Kind]+")")
	}
	return lines
}

// unlisted says how much is not listed.
func unlisted(n int) string { return fmt.Sprintf("… và %d mục nữa, xem bản JSON", n) }

// signature is one signature or time stamp, in the order of the screen.
func (s *sheet) signature(r *Record, n int, sig *validator.Signature) {
	stamp := sig.Kind == validator.DocTimestamp
	name, kind := word("nobody", nil), "indication"
	if sig.Signer != nil && sig.Signer.Name != "" {
		name = sig.Signer.Name
	}
	if stamp {
		kind = "stamp"
	}
	s.need(50 * mm)
	s.band(fmt.Sprintf("%d. %s", n, name), word(kind+"."+string(sig.Indication), nil), sig.Indication)
	s.reasons(explain(sig.Indication, sig.SubIndication, sig.Findings, sig.Kind))
	s.row("Kết luận kỹ thuật", technical(sig.Indication, sig.SubIndication))
	s.fact("kind", word("kind."+string(sig.Kind), nil))
	if p := sig.Signer; p != nil {
		s.fact(pick(stamp, "authority", "signer"), p.Name)
		s.fact("organisation", p.Organisation)
		s.fact("unit", p.Unit)
		s.row("Tên đầy đủ trong chứng thư", p.Subject)
	}
	if p := sig.Issuer; p != nil {
		s.fact("issuer", p.Name, p.Subject)
	}
	s.fact(pick(stamp, "stamped", "time"), times(sig)...)
	s.integrity(sig)
	if c := sig.Certificate; c != nil {
		period := []string{word("period", data{"from": day(c.NotBefore), "to": day(c.NotAfter)})}
		if where := periodOf(sig); where != "unknown" {
			if by, _ := timeOf(sig); where == "within" && by == "claimed" {
				where += ".claimed"
			}
			period = append(period, word("period."+where, nil))
		}
		s.fact("period", period...)
	}
	if sig.Revocation != nil {
		s.fact("revocation", revocationText(sig.Revocation, r.Judged))
	}
	if c := sig.Certificate; c != nil {
		s.fact("serial", c.Serial)
		s.rowIn(code, "SHA-256 của chứng thư", c.SHA256)
	}
	if sig.Level != "" {
		s.fact("level", say(data{"level": sig.Level}, "sign.level.other", "sign.level."+string(sig.Level)))
	}
	if a := sig.Algorithms; a != nil {
		s.fact("algorithms", a.Hash+", "+a.Key)
	}
	s.row("Ô chữ ký", sig.Field)
	s.y += 10
}

func pick(yes bool, a, b string) string {
	if yes {
		return a
	}
	return b
}

// times are when it was signed, and by whose clock.
func times(s *validator.Signature) []string {
	kind, at := timeOf(s)
	d := data{"at": moment(at)}
	if s.Timestamp != nil {
		d["by"] = s.Timestamp.By
	}
	lines := []string{word("time."+kind, d)}
	if t := s.Timestamp; t != nil && !t.Trusted {
		lines = append(lines, word("time.untrusted", data{"at": moment(t.Time), "by": t.By}))
	}
	if s.ClaimedTime != nil && kind != "claimed" && s.Kind != validator.DocTimestamp {
		lines = append(lines, word("time.claimed.also", data{"at": moment(*s.ClaimedTime)}))
	}
	return lines
}

// integrity is whether what was signed is as it was, how much that is, and what
// came after.
func (s *sheet) integrity(sig *validator.Signature) {
	extent := pick(sig.Covers.Revision > 0, "part", "none")
	if sig.Covers.WholeFile {
		extent = "whole"
	}
	covers := word("covers."+extent, data{"n": sig.Covers.Revision, "of": sig.Covers.Of})
	if sig.Kind == validator.Detached { // what it covers lies beside it
		covers = ""
	}
	s.fact("integrity", word("integrity."+integrity(sig), nil), covers)
	var lines []string
	said := map[string]bool{} // one hand on a page touches several of its objects
	for _, c := range sig.Changes {
		text := word("changes.at", data{"n": c.Revision, "what": changeText(c)}) + " – " + word("changes."+pick(c.Allowed, "allowed", "refused"), nil)
		if !said[text] {
			said[text] = true
			lines = append(lines, text)
		}
	}
	if more := len(lines) - most; more > 0 {
		lines = append(lines[:most], unlisted(more))
	}
	s.row(word("changes", nil), lines...)
}

// fact is a row with the screen's name for it.
func (s *sheet) fact(name string, values ...string) { s.row(word("fact."+name, nil), values...) }

// row writes what is known under a name, the first value in full black; nothing
// without a value.
func (s *sheet) row(name string, values ...string) { s.rowIn(body, name, values...) }

func (s *sheet) rowIn(st style, name string, values ...string) {
	const labels = 46 * mm
	first := true
	for _, value := range values {
		if value == "" {
			continue
		}
		lines := s.wrap(st, value, column-labels)
		if first {
			names := s.wrap(label, name, labels-3*mm)
			s.need(float64(min(max(len(names), len(lines)), 4))*st.leading() + 5)
			s.rule(s.current(), left, s.y, column)
			s.y += 2.5
			for i, line := range names {
				s.text(s.current(), left, s.y+float64(i)*st.leading(), label, line)
			}
			for range len(names) - len(lines) { // the value is the shorter one
				lines = append(lines, "")
			}
		}
		for _, line := range lines {
			s.need(st.leading())
			if line != "" {
				s.text(s.current(), left+labels, s.y, st, line)
			}
			s.y += st.leading()
		}
		st, first = quiet, false
	}
	if !first {
		s.y += 2.5
	}
}

// band is the head of a part: what it is about at the left, the answer at the right.
func (s *sheet) band(about, answer string, i signing.Indication) {
	t, ok := tones[i]
	if !ok {
		t = tones[signing.TotalFailed]
	}
	result := style{appearance.Bold, 12, t.ink}
	room := s.width(result, answer)
	lines := s.wrap(heading, about, column-room-10*mm)
	h := float64(len(lines))*heading.leading() + 8
	s.need(h + 40*mm)
	s.fill(left, s.y, column, h, t.ground)
	s.fill(left, s.y, 1.2*mm, h, t.ink)
	s.text(s.current(), right-room-3*mm, s.y+4.5, result, answer)
	for i, line := range lines {
		s.text(s.current(), left+4*mm, s.y+4+float64(i)*heading.leading(), heading, line)
	}
	s.y += h + 5
}

// reasons say why an answer is what it is.
func (s *sheet) reasons(e explanation) {
	s.paragraph(left, column, strong, e.reason)
	s.list(e.more, body)
	if len(e.notes) > 0 {
		s.paragraph(left, column, quiet, word("notes", nil)+":")
		s.list(e.notes, quiet)
	}
	s.y += 5
}

func (s *sheet) list(texts []string, st style) {
	const indent = 4 * mm
	for i, text := range texts {
		if i == most {
			text = unlisted(len(texts) - most)
		}
		s.need(st.leading())
		s.text(s.current(), left, s.y, st, "–")
		s.paragraph(left+indent, column-indent, st, text)
		if i == most {
			return
		}
	}
}

// ending says what the report is worth.
func (s *sheet) ending() {
	s.need(24 * mm)
	s.rule(s.current(), left, s.y, column)
	s.y += 6
	s.paragraph(left, column, quiet, "Báo cáo ghi lại kết quả ở thời điểm kiểm tra. Thông tin thu hồi chứng thư số có thể thay đổi sau đó. Báo cáo nói về đúng tệp có mã SHA-256 ghi ở trên.")
	if s.lost {
		s.paragraph(left, column, quiet, "Ký tự "+string(appearance.Lost)+" đứng thay cho ký tự không in được; bản JSON của báo cáo có đầy đủ.")
	}
}
