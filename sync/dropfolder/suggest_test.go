package dropfolder

import (
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"khonggiay/app"
)

var knownOrgans = []string{"Ủy ban nhân dân tỉnh Minh Giang", "Sở Nông nghiệp và Môi trường", "Ủy ban nhân dân xã Mường Thanh"}

// Pages as the programs that read them write them.
var pages = map[string]struct {
	text string
	want app.Fields
}{
	"công văn, columns beside each other": {`
     UBND TỈNH MINH GIANG            CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
       SỞ NÔNG NGHIỆP                        Độc lập - Tự do - Hạnh phúc
       VÀ MÔI TRƯỜNG
        Số: 123/SNNMT-TL                Minh Giang, ngày 05 tháng 11 năm 2026
     V/v rà soát, báo cáo tiến độ
     thực hiện các chương trình
     mục tiêu quốc gia năm 2026

        THƯỢNG KHẨN

                      Kính gửi: Ủy ban nhân dân các xã, phường
      Thực hiện Văn bản số 45/BNV-VP ngày 01 tháng 10 năm 2026, Giám đốc Sở yêu cầu.
`, app.Fields{Type: "CV", CodeNumber: "123", Notation: "SNNMT-TL", IssuedDate: app.DateOf(2026, 11, 5), OrganName: "Sở Nông nghiệp và Môi trường",
		Subject: "Rà soát, báo cáo tiến độ thực hiện các chương trình mục tiêu quốc gia năm 2026", Urgency: app.UrgencyVery}},

	"quyết định, read from paper": {`ỦY BAN NHÂN DÂN               CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM

TỈNH MINH GIANG                           Độc lập - Tự do - Hạnh phúc
Số: 123/QD-UBND                Minh Giang, ngày 05 tháng 11 năm 2026
QUYẾT ĐỊNH

Về việc phê duyệt kế hoạch chuyển đổi số
giai đoạn 2026 — 2030 trên địa bàn tỉnh

CHỦ TỊCH ỦY BAN NHÂN DÂN TỈNH

Căn cứ Luật Tổ chức chính quyền địa phương số 72/2025/QH15 ngày 16
tháng 6 năm 2025;
`, app.Fields{Type: "QĐ", CodeNumber: "123", Notation: "QĐ-UBND", IssuedDate: app.DateOf(2026, 11, 5), OrganName: "Ủy ban nhân dân tỉnh Minh Giang",
		Subject: "Về việc phê duyệt kế hoạch chuyển đổi số giai đoạn 2026 — 2030 trên địa bàn tỉnh"}},

	"columns one after the other, badly read": {`UBND XA MUONG THANH
VAN PHONG
S6: 45/UBND-VP
V /v tăng cường công tác phòng cháy
rừng mùa khô
CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Độc lập - Tự do - Hạnh phúc
Mường Thanh, ngay O5 thang 1l nam 2026
`, app.Fields{Type: "CV", CodeNumber: "45", Notation: "UBND-VP", IssuedDate: app.DateOf(2026, 11, 5), OrganName: "Văn phòng",
		Subject: "Tăng cường công tác phòng cháy rừng mùa khô"}},

	"blanks and dashes": {`BỘ NỘI VỤ                 CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Số : l 2 / BC – BNV       Hà Nội, ngày 1 tháng 2 năm 2026
BÁO CÁO
Kết quả công tác cải cách hành chính
Kính gửi: Chính phủ
`, app.Fields{Type: "BC", CodeNumber: "12", Notation: "BC-BNV", IssuedDate: app.DateOf(2026, 2, 1), OrganName: "Bộ Nội vụ",
		Subject: "Kết quả công tác cải cách hành chính"}},

	"with the year in the notation": {`ỦY BAN NHÂN DÂN
TỈNH MINH GIANG
Số: 05/2026/QĐ-UBND
`, app.Fields{Type: "QĐ", CodeNumber: "05", Notation: "2026/QĐ-UBND", OrganName: "Ủy ban nhân dân tỉnh Minh Giang"}},

	"no number yet": {`SỞ NỘI VỤ TỈNH HÀ GIANG
Số:        /KH-SNV                      Hà Giang, ngày     tháng 11 năm 2026
KẾ HOẠCH
Tuyển dụng công chức
`, app.Fields{Type: "KH", Notation: "KH-SNV", OrganName: "Sở Nội vụ tỉnh Hà Giang", Subject: "Tuyển dụng công chức"}},

	"HD or HĐ, when nothing tells": {`SỞ NỘI VỤ
Số: 7/HD-SNV
`, app.Fields{CodeNumber: "7", Notation: "HD-SNV", OrganName: "Sở Nội vụ"}},

	"HD, when its name tells": {`SỞ NỘI VỤ
Số: 7/HD-SNV
HƯỚNG DẪN
Đánh giá cán bộ
`, app.Fields{Type: "HD", CodeNumber: "7", Notation: "HD-SNV", OrganName: "Sở Nội vụ", Subject: "Đánh giá cán bộ"}},

	"no such day": {"Số: 7/BC-SNV\nHà Nội, ngày 31 tháng 02 năm 2026\n", app.Fields{Type: "BC", CodeNumber: "7", Notation: "BC-SNV"}},

	"not a document": {"Hóa đơn điện\nKỳ 11/2026\nSố tiền: 125.000 đồng\nSố 12 đường Lê Lợi\n", app.Fields{}},
	"only a law":     {"Căn cứ Luật số 72/2025/QH15 ngày 16 tháng 6 năm 2025 của Quốc hội;\n", app.Fields{}},
	"nothing":        {"", app.Fields{}},
}

func TestSuggest(t *testing.T) {
	for name, p := range pages {
		for _, form := range []norm.Form{norm.NFC, norm.NFD} {
			if got := Suggest(form.String(p.text), knownOrgans); got != p.want {
				t.Errorf("%s:\n got %+v\nwant %+v", name, got, p.want)
			}
		}
	}
}

// FuzzSuggest: whatever a page says, what is suggested may stand in a form, and
// bears no mark of secrecy.
func FuzzSuggest(f *testing.F) {
	for _, p := range pages {
		f.Add(p.text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got := Suggest(text, knownOrgans)
		if err := app.CheckLimits(&got); err != nil {
			t.Errorf("%q: %v", text, err)
		}
		if err := app.CheckSecrecy(&got); err != nil {
			t.Errorf("%q: %v", text, err)
		}
		for _, s := range []string{got.CodeNumber, got.Notation, got.Subject, got.OrganName} {
			if !utf8.ValidString(s) || strings.ContainsAny(s, "\n\x00") {
				t.Errorf("%q gives %q", text, s)
			}
		}
	})
}
