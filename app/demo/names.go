package demo

import (
	"math/rand/v2"
	"strings"

	"khonggiay/app"
)

// Frequent names come several times.
var surnames = words(`Nguyễn Nguyễn Nguyễn Nguyễn Nguyễn Nguyễn Trần Trần Trần Lê Lê Lê Phạm Phạm Hoàng Hoàng
	Vũ Vũ Đặng Đặng Bùi Bùi Đỗ Đỗ Ngô Dương Lý Đinh Đinh Hà Hà Lò Quàng Cầm Tòng Sùng Giàng Vàng Mùa Lường Triệu Nông Mai Tạ Phan Trịnh Lương Lương`)

var menMiddle = words(`Văn Văn Văn Đức Hữu Quang Minh Xuân Ngọc Đình Công Anh Thanh Trung Tiến Mạnh Quốc Duy Việt`)
var menGiven = words(`An Bình Cường Dũng Đạt Đức Giang Hải Hiếu Hòa Hùng Huy Khánh Kiên Lâm Long Mạnh Nam Nghĩa Phong Phúc
	Quân Quang Sơn Tài Tâm Thành Thắng Thịnh Thuận Tiến Toàn Trung Trường Tuấn Tùng Việt Vinh Vũ Khoa Lợi Chiến Hưng`)
var womenMiddle = words(`Thị Thị Thị Thị Ngọc Thu Thanh Minh Hồng Bích Kim Phương Mai Lan Diệu Hải Khánh`)
var womenGiven = words(`Anh Chi Dung Duyên Giang Hà Hạnh Hằng Hiền Hoa Hồng Huệ Hương Huyền Lan Liên Linh Loan Ly Mai Minh
	Nga Ngân Nguyệt Nhung Oanh Phương Quyên Quỳnh Tâm Thảo Thoa Thu Thủy Trang Tuyết Uyên Vân Xuân Yến`)

func words(s string) []string { return strings.Fields(s) }

func pick[T any](r *rand.Rand, list []T) T { return list[r.IntN(len(list))] }

// namer gives people names and addresses that nobody else has.
type namer struct {
	r      *rand.Rand
	names  map[string]bool
	emails map[string]int
}

func newNamer(r *rand.Rand) *namer {
	return &namer{r: r, names: map[string]bool{}, emails: map[string]int{}}
}

func (n *namer) name(woman bool) string {
	middle, given := menMiddle, menGiven
	if woman {
		middle, given = womenMiddle, womenGiven
	}
	for {
		m, g := pick(n.r, middle), pick(n.r, given)
		full := pick(n.r, surnames) + " " + m + " " + g
		if m != g && !n.names[full] {
			n.names[full] = true
			return full
		}
	}
}

// email is the given name and the initials, as offices make them: "thuan.hd@…".
func (n *namer) email(name string) string {
	parts := strings.Fields(app.Fold(name))
	last := len(parts) - 1
	local := parts[last] + "."
	for _, p := range parts[:last] {
		local += p[:1]
	}
	n.emails[local]++
	if k := n.emails[local]; k > 1 {
		local += string(rune('0' + k%10))
		if k > 9 {
			local += string(rune('0' + k/10))
		}
	}
	return local + "@" + MailDomain
}

// MailDomain can belong to nobody (RFC 2606).
const MailDomain = "minhgiang.example"

// phone is a number that nobody has: the prefix 0200 is in use by no province.
func (n *namer) phone() string {
	digits := []byte("0200 3000 000")
	for i, c := range digits {
		if i > 5 && c == '0' {
			digits[i] = byte('0' + n.r.IntN(10))
		}
	}
	return string(digits)
}
