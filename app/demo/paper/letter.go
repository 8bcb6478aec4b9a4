package paper

import (
	"fmt"
	"strings"

	"khonggiay/app"
)

// Letter is what stands on an official document.
type Letter struct {
	Parent     string      // the organ above, "UBND TỈNH MINH GIANG"; empty for the highest
	Organ      string      // the organ that issues it
	Number     string      // "12"; empty leaves the place free, as in a draft
	Notation   string      // "SNNMT-TL"
	Place      string      // "Minh Giang"
	Date       app.Date    // 0 leaves day and month free
	Urgency    app.Urgency // its mark is printed above ordinary only
	Type       string      // "CÔNG ĐIỆN"; empty for công văn
	Subject    string      // trích yếu
	Addressees []string    // kính gửi
	Bases      []string    // căn cứ, in italics
	Body       []string    // paragraphs
	To         []string    // nơi nhận
	Form       string      // "KT. GIÁM ĐỐC"; empty when the signer needs none
	Title      string      // "PHÓ GIÁM ĐỐC"
	Signer     string
	Draft      bool // "DỰ THẢO" instead of a number
}

// FileName is a name for the file, as clerks give it.
func (l Letter) FileName() string {
	name := strings.NewReplacer("/", "-", "Đ", "D", "đ", "d").Replace(l.Notation)
	if l.Number == "" {
		return "Du thao " + name + ".pdf"
	}
	return fmt.Sprintf("%s-%s.pdf", l.Number, name)
}

func (l Letter) code() string {
	if l.Draft || l.Number == "" { // room for the number
		return "Số:" + strings.Repeat("\u00a0", 10) + "/" + l.Notation
	}
	return "Số: " + l.Number + "/" + l.Notation
}

// dated is "Minh Giang, ngày 05 tháng 01 năm 2026": days below 10 and the
// months 1 and 2 have a leading zero (Phụ lục I, mục II).
func (l Letter) dated() string {
	if l.Date == 0 {
		blank := strings.Repeat("\u00a0", 8)
		return l.Place + ", ngày" + blank + "tháng" + blank + "năm" + blank
	}
	t := l.Date.Std()
	month := fmt.Sprint(int(t.Month()))
	if t.Month() < 3 {
		month = "0" + month
	}
	return fmt.Sprintf("%s, ngày %02d tháng %s năm %d", l.Place, t.Day(), month, t.Year())
}

func urgencyMark(u app.Urgency) string {
	switch u {
	case app.UrgencyUrgent:
		return "KHẨN"
	case app.UrgencyVery:
		return "THƯỢNG KHẨN"
	case app.UrgencyImmediate:
		return "HỎA TỐC"
	}
	return ""
}
