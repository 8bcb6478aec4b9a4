package main

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"time"
)

var words = struct {
	verbs, topics, places, organs, people, roles, fields, kinds, orders []string
}{
	verbs:  strings.Split("triển khai|báo cáo|kiểm tra|rà soát|hướng dẫn|tổ chức|thẩm định|phê duyệt|đánh giá|tiếp nhận|bàn giao|gia hạn|tăng cường", "|"),
	topics: strings.Split("kế hoạch phát triển kinh tế - xã hội|phòng chống thiên tai|quản lý bảo vệ rừng|xây dựng nông thôn mới|cải cách hành chính|chuyển đổi số|đăng ký đất đai|giải ngân vốn đầu tư công|phòng, chống dịch bệnh|bảo vệ khoáng sản|giảm nghèo bền vững|an toàn giao thông|dạy và học trực tuyến|tiêm chủng mở rộng", "|"),
	places: strings.Split("phường Chiềng Sinh|xã Mường Bú|bản Nà Tấu|xã Chiềng Khương|phường Tô Hiệu|bản Sáng Nhè|xã Mường La|xã Phiêng Khoài|thị trấn cũ Hát Lót|xã Tân Phong", "|"),
	organs: strings.Split("Sở Tài chính|Sở Nội vụ|Sở Y tế|Sở Xây dựng|Sở Nông nghiệp và Môi trường|Sở Khoa học và Công nghệ|Công an tỉnh|Thanh tra tỉnh|Văn phòng Ủy ban nhân dân tỉnh", "|"),
	people: strings.Split("Bùi|Lò|Quàng|Hoàng|Nguyễn|Trần|Lường|Cầm|Đinh|Vì|Tòng|Hà", "|"),
	roles:  strings.Split("Chủ tịch|Phó Chủ tịch|Giám đốc|Phó Giám đốc|Trưởng phòng|Chánh Văn phòng|Chánh Thanh tra|Bí thư", "|"),
	fields: strings.Split("Đất đai|Tài chính - Ngân sách|Dân tộc|Nông nghiệp|Giao thông|Tư pháp|An ninh|Xây dựng|Thanh tra|Y tế|Văn hóa|Giáo dục", "|"),
	kinds:  strings.Split("CV|BC|KH|QĐ|TTr|TB|GM|HD", "|"),
	orders: strings.Split("khẩn trương|nghiên cứu|tham mưu|phối hợp|chủ trì|đôn đốc|trực tiếp", "|"),
}

// invent writes records of the corpus's shape, always the same.
func invent(n int) []line {
	r := rand.New(rand.NewPCG(3, 4))
	pick := func(from []string) string { return from[r.IntN(len(from))] }
	out := make([]line, n)
	for i := range out {
		at := time.Date(2025, 7, 1, 7, 0, i*97, 0, time.UTC)
		kind := pick(words.kinds)
		number := 1 + r.IntN(6000)
		l := line{
			ID: fmt.Sprintf("%012x%08x", at.UnixMilli(), r.Uint32()), Kind: []string{"đến", "đi", "đến", "nội bộ", "đến"}[r.IntN(5)],
			Symbol: fmt.Sprintf("%d/%s-SNV", number, kind), Number: i + 1, Issued: at.AddDate(0, 0, -r.IntN(5)).Format(time.DateOnly),
			Arrived: at.Format(time.RFC3339), Issuer: pick(words.organs), Field: pick(words.fields),
			Title: fmt.Sprintf("Về việc %s, %s %s và %s tại %s theo Quyết định số %d/QĐ-UBND", pick(words.verbs), pick(words.verbs), pick(words.topics),
				pick(words.topics), pick(words.places), 1+r.IntN(3000)),
			Summary: fmt.Sprintf("Theo đề nghị của %s và kết quả %s thực tế, %s %s %s, báo cáo trước ngày %02d/%02d.", pick(words.organs), pick(words.verbs),
				pick(words.organs), pick(words.verbs), pick(words.topics), 1+r.IntN(28), 1+r.IntN(12)),
			Urgency:  []string{"thường", "thường", "thường", "khẩn", "thượng khẩn", "hỏa tốc"}[r.IntN(6)],
			Signer:   pick(words.people) + " " + pick([]string{"Quang", "Văn", "Thị", "Hữu", "Đức"}) + " " + pick([]string{"Linh", "Hải", "Thắng", "Đào", "Hà", "Sơn"}),
			Position: pick(words.roles), Status: pick([]string{"mới đến", "mới đến", "chờ phân công", "đang xử lý", "đã ký", "đã hoàn thành"}),
			Assignee: fmt.Sprintf("u%05d", r.IntN(12000)), Unit: fmt.Sprintf("dv%04d", r.IntN(800)), Due: at.AddDate(0, 0, 5+r.IntN(20)).Format(time.DateOnly),
		}
		for range r.IntN(3) {
			l.Remarks = append(l.Remarks, struct {
				By   string `json:"by"`
				At   string `json:"at"`
				Text string `json:"text"`
			}{fmt.Sprintf("u%05d", r.IntN(12000)), at.Add(time.Duration(r.IntN(86400)) * time.Second).Format(time.RFC3339),
				fmt.Sprintf("Giao %s %s %s, %s; báo cáo kết quả trước ngày %02d/%02d/2025.", pick(words.organs), pick(words.orders), pick(words.topics), pick(words.orders), 1+r.IntN(28), 1+r.IntN(12))})
		}
		for k := range 1 + r.IntN(2) {
			l.Files = append(l.Files, struct {
				Name   string `json:"name"`
				Size   int64  `json:"size"`
				SHA256 string `json:"sha256"`
			}{fmt.Sprintf("%d_%s-SNV-%d.pdf", number, kind, k+1), 20_000 + r.Int64N(4_000_000),
				fmt.Sprintf("%016x%016x%016x%016x", r.Uint64(), r.Uint64(), r.Uint64(), r.Uint64())})
		}
		out[i] = l
	}
	return out
}
