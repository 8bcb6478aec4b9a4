package paper

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"khonggiay/app"
)

func sample() Letter {
	body := []string{
		"Thực hiện chỉ đạo của Ủy ban nhân dân tỉnh, Giám đốc Sở Nông nghiệp và Môi trường yêu cầu Chủ tịch Ủy ban nhân dân các xã, phường tập trung thực hiện ngay các nhiệm vụ sau đây:",
		"1. Theo dõi chặt chẽ diễn biến mưa lũ; rà soát các khu dân cư ven sông, suối, khu vực có nguy cơ lũ quét, sạt lở đất để sẵn sàng di dời người dân đến nơi an toàn.",
	}
	for range 14 {
		body = append(body, "Ưỡn ẹo ẫm ợ ữ ỵ ỷ ỹ đĐ: chuỗi chữ có đủ dấu thanh để kiểm tra bộ chữ nhúng trong tệp, câu này được lặp lại nhiều lần cho đủ nhiều trang giấy như một văn bản thật.")
	}
	return Letter{
		Parent: "UBND tỉnh Minh Giang", Organ: "Sở Nông nghiệp và Môi trường", Number: "07", Notation: "CĐ-SNNMT",
		Place: "Minh Giang", Date: app.DateOf(2026, 1, 5), Urgency: app.UrgencyImmediate, Type: "Công điện",
		Subject: "Về việc tập trung ứng phó mưa lớn, lũ quét, sạt lở đất", Body: body,
		To: []string{"UBND tỉnh (b/c)", "UBND các xã, phường", "Lưu: VT, TL"}, Form: "KT. GIÁM ĐỐC", Title: "PHÓ GIÁM ĐỐC", Signer: "Hoàng Đức Thuận",
	}
}

func TestMakeIsTheSameEveryTime(t *testing.T) {
	a, pages, err := Make(sample())
	if err != nil {
		t.Fatal(err)
	}
	b, _, err := Make(sample())
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(a, b) {
		t.Error("two runs differ")
	}
	if pages < 2 || !bytes.HasPrefix(a, []byte("%PDF-")) || len(a) > 200_000 {
		t.Errorf("%d pages, %d bytes", pages, len(a))
	}
}

// TestText reads the file back with another program: fonts embedded, every
// letter found again.
func TestText(t *testing.T) {
	pdf, _, err := Make(sample())
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "a.pdf")
	if err := os.WriteFile(file, pdf, 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command("pdftotext", "-layout", file, "-").CombinedOutput()
	if err != nil {
		t.Fatalf("pdftotext (poppler-utils): %v: %s", err, out)
	}
	text := strings.Join(strings.Fields(string(out)), " ")
	for _, want := range []string{
		"CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc", "SỞ NÔNG NGHIỆP", "VÀ MÔI TRƯỜNG",
		"Số: 07/CĐ-SNNMT", "Minh Giang, ngày 05 tháng 01 năm 2026", "HỎA TỐC", "CÔNG ĐIỆN",
		"Ưỡn ẹo ẫm ợ ữ ỵ ỷ ỹ đĐ:", "khu vực có nguy cơ lũ quét", "KT. GIÁM ĐỐC", "Hoàng Đức Thuận",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("text of the PDF lacks %q", want)
		}
	}
	fontList, err := exec.Command("pdffonts", file).CombinedOutput()
	if err != nil {
		t.Fatalf("pdffonts: %v: %s", err, fontList)
	}
	for _, line := range strings.Split(strings.TrimSpace(string(fontList)), "\n")[2:] {
		if f := strings.Fields(line); len(f) < 8 || f[4] != "yes" || f[6] != "yes" {
			t.Errorf("font is not embedded with a Unicode map: %s", line)
		}
	}
}
