package app

import (
	"encoding/json"
	"strings"
	"testing"

	"golang.org/x/text/unicode/norm"
)

var marked = []string{
	"MẬT", "Mật", " mật ", "TUYỆT MẬT", "Tối mật", "[MẬT]", "(Tuyệt mật)", "M Ậ T", "T U Y Ệ T   M Ậ T", "— TỐI MẬT —", "*** MẬT ***",
	"Độ mật: Mật", "ĐỘ MẬT: TUYỆT MẬT", "độ mật : tối mật", "Mức độ mật - Mật", "Báo cáo tình hình\nĐộ mật: Mật\nNơi nhận",
	"Báo cáo tình hình (MẬT)", "Kế hoạch [Mật] năm 2026", "MẬT – Kế hoạch phòng thủ", "TUYỆT MẬT: Phương án", "Kế hoạch A; TỐI MẬT",
	"Dòng một\nMẬT\nDòng ba", "01/KH-UBND (MẬT)",
	"KH_phong_thu_TUYET_MAT.docx", "TUYỆT MẬT - phương án.pdf", "Phuong_an_TỐI_MẬT.pdf", "Ke_hoach_MẬT.pdf", "MẬT_ke_hoach.pdf", "Phương án (mật) MẬT.pdf\nMẬT",
}

var unmarked = []string{
	"", "Bí mật kinh doanh", "BÍ MẬT KINH DOANH", "mật ong", "MẬT ONG HOA NHÃN", "Về việc thu mua mật ong (mật)", "Mật ong rừng, mật mía",
	"Công tác bảo vệ bí mật nhà nước", "Luật Bảo vệ bí mật nhà nước", "V/v rà soát danh mục bí mật nhà nước độ Tuyệt mật",
	"Mật độ dân số", "MẬT ĐỘ XÂY DỰNG", "Mật khẩu", "MẬT KHẨU: đổi định kỳ", "Độ mật: Không", "Độ mật: thường", "độ mật:", "Bảo mật – An toàn thông tin",
	"BẢO MẬT; AN TOÀN", "Cơ mật viện Huế", "Thân mật", "họp mặt thân mật", "mật vụ", "Giữ bí mật. Không phổ biến.", "BI_MAT_KINH_DOANH.pdf", "mat_ong.pdf",
	"BÍ_MẬT.docx", "Tài liệu_BẢO_MẬT.docx", "Thu hoạch: mật, sáp", "túi mật", "Sỏi túi mật; viêm", "Phẫu thuật cắt túi mật nội soi",
	"TÚI MẬT", "tôi mất", "Mặt trận Tổ quốc", "MẶT TRẬN", "Mất mùa",
}

func TestMarkedSecret(t *testing.T) {
	for _, s := range marked {
		if !MarkedSecret(s) || !MarkedSecret(norm.NFD.String(s)) {
			t.Errorf("passed: %q", s)
		}
	}
	for _, s := range unmarked {
		if MarkedSecret(s) || MarkedSecret(norm.NFD.String(s)) {
			t.Errorf("refused: %q", s)
		}
	}
}

// The refusal names the field and the law and carries nothing of the text.
func TestSecrecyIsRefusedEverywhere(t *testing.T) {
	const secret = "Kế hoạch phòng thủ khu vực (MẬT)"
	cases := map[string]any{
		"secrecy": &DraftCreate{Fields: Fields{Secrecy: Secret, Subject: "Kế hoạch"}},
		"subject": &DraftCreate{Fields: Fields{Subject: secret}},
		"name":    &RegisterAndSend{Files: []NewFile{{Name: "a.pdf"}, {Name: secret + ".pdf"}}},
		"text":    &RemarkAdd{Text: secret},
		"summary": &DraftEdit{Set: map[string]any{"summary": secret}},
	}
	for field, args := range cases {
		e := CheckSecrecy(args)
		if e == nil || e.Reason != "secrecy.refused" || e.Data["field"] != field {
			t.Errorf("%s: %v", field, e)
			continue
		}
		b, err := json.Marshal(e)
		if err != nil || strings.Contains(string(b), "phòng thủ") || strings.Contains(e.Error(), "phòng thủ") || !strings.Contains(string(b), "117/2025/QH15") {
			t.Errorf("%s %v", b, err)
		}
	}
	nested := &Register{Fields: &Fields{Secrecy: Absolute}}
	if CheckSecrecy(nested) == nil {
		t.Error("a degree inside a pointer passed")
	}
	if e := CheckSecrecy(&DraftEdit{Set: map[string]any{"secrecy": ""}}); e != nil {
		t.Error(e)
	}
	w := newWorld(t)
	in := w.registered("d1")
	w.refused("secrecy.refused", "x1.clerk", "document.remark.1", in, &RemarkAdd{Text: secret})
	if len(w.doc(in).Remarks) != 0 {
		t.Error("the text is in the record")
	}
}
