package demo

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"khonggiay/app"
)

// topics.json holds what offices of each field write about.
//
//go:embed topics.json
var topicsJSON []byte

// topic is something that an office writes.
type topic struct {
	Type    app.TypeCode `json:"type"`
	Subject string       `json:"subject"`
	Urgent  app.Urgency  `json:"urgent"` // at most; most are ordinary all the same
	Days    int          `json:"days"`   // working days for an answer; 0 = none asked
}

// field is a field of work.
type field struct {
	Name string   `json:"name"`
	Down []topic  `json:"down"` // to those below
	Up   []topic  `json:"up"`   // from communes to the office of the field
	Do   []string `json:"do"`   // tasks that fit any topic of the field
}

var fields = func() map[string]field {
	var m map[string]field
	if err := json.Unmarshal(topicsJSON, &m); err != nil {
		panic("demo: topics.json: " + err.Error()) // shipped with the program, read by tests
	}
	return m
}()

// fill puts places, times and figures into a text.
func fill(r *rand.Rand, text string, at app.Time, commune string) string {
	if !strings.Contains(text, "{") {
		return text
	}
	t := at.Std()
	quarter := []string{"I", "II", "III", "IV"}[(int(t.Month())-1)/3]
	return strings.NewReplacer(
		"{xa}", commune,
		"{thon}", pick(r, villages),
		"{quy}", "quý "+quarter+"/"+t.Format("2006"),
		"{nam}", t.Format("2006"),
		"{namtoi}", t.AddDate(1, 0, 0).Format("2006"),
		"{thang}", fmt.Sprintf("tháng %d/%d", int(t.Month()), t.Year()),
		"{so}", fmt.Sprint(12+r.IntN(180)),
		"{le}", nearHoliday(t.Month()),
	).Replace(text)
}

func nearHoliday(m time.Month) string {
	switch m {
	case time.December, time.January:
		return "Tết Dương lịch và Tết Nguyên đán"
	case time.February:
		return "Tết Nguyên đán"
	case time.March, time.April:
		return "Giỗ Tổ Hùng Vương, ngày Chiến thắng 30/4 và Quốc tế Lao động 01/5"
	case time.August, time.September:
		return "Quốc khánh 02/9"
	}
	return "các ngày lễ lớn trong năm"
}

// directive texts, as leaders write them.
var directiveTexts = []string{
	"Giao đồng chí chủ trì, tham mưu văn bản trả lời đúng thời hạn.",
	"Chủ trì, phối hợp với các bộ phận liên quan tổ chức thực hiện; báo cáo kết quả.",
	"Nghiên cứu, xây dựng kế hoạch triển khai trên địa bàn, trình ký trong tuần.",
	"Rà soát, tổng hợp số liệu, báo cáo theo yêu cầu.",
	"Kiểm tra thực tế tại cơ sở, đề xuất hướng giải quyết.",
	"Tham mưu tổ chức thực hiện nghiêm túc, đúng tiến độ.",
	"Phối hợp Mặt trận và các đoàn thể tuyên truyền đến từng thôn, bản; báo cáo kết quả.",
	"Xử lý theo thẩm quyền, báo cáo lại kết quả.",
}

var noticeTexts = []string{"Để biết, theo dõi.", "Thông báo các bộ phận biết, thực hiện.", "Lưu, nghiên cứu áp dụng."}

var answerTexts = []string{
	"Đã rà soát và tổng hợp xong, kết quả như dự thảo kèm theo.",
	"Đã triển khai đến các thôn, bản; không phát sinh vướng mắc.",
	"Đã hoàn thành theo yêu cầu, số liệu đã đối chiếu với sổ theo dõi.",
	"Đã làm việc trực tiếp với đơn vị liên quan và thống nhất phương án xử lý.",
	"Đã kiểm tra thực tế, lập biên bản và báo cáo kết quả.",
}

var remarkTexts = []string{
	"Đề nghị bổ sung số liệu của hai tháng gần nhất để đối chiếu.",
	"Nội dung này liên quan công văn tuần trước, đề nghị xem cùng để tránh trùng.",
	"Đã trao đổi qua điện thoại với bộ phận chuyên môn của Sở, thống nhất cách tổng hợp.",
	"Bộ phận tài chính xác nhận đã bố trí đủ kinh phí thực hiện.",
	"Địa bàn thôn xa trung tâm, xin thêm một ngày để thu thập đủ thông tin.",
}

var returnReasons = []string{
	"Văn bản gửi nhầm nơi nhận, không thuộc thẩm quyền giải quyết của cơ quan.",
	"Tệp đính kèm thiếu phụ lục, đề nghị gửi lại bản đầy đủ.",
}

var sendBackReasons = []string{
	"Phần căn cứ còn thiếu, bổ sung rồi trình lại.",
	"Số liệu mục 2 chưa khớp với báo cáo tháng trước, rà soát lại.",
	"Rút gọn phần đánh giá, nêu rõ kiến nghị.",
}

var extensionReasons = []string{
	"Cần thêm thời gian kiểm tra thực tế tại các thôn, bản.",
	"Chờ số liệu của đơn vị phối hợp.",
}

// outsiders send papers to the province's offices.
var outsiders = []struct {
	name, notation, title string
	types                 []app.TypeCode
}{
	{"Bộ Nội vụ", "BNV", "Thứ trưởng", []app.TypeCode{app.TypeOfficialLetter, "HD", "TB"}},
	{"Bộ Tài chính", "BTC", "Thứ trưởng", []app.TypeCode{app.TypeOfficialLetter, "TB"}},
	{"Bộ Nông nghiệp và Môi trường", "BNNMT", "Thứ trưởng", []app.TypeCode{app.TypeOfficialLetter, "CĐ", "KH"}},
	{"Văn phòng Chính phủ", "VPCP", "Phó Chủ nhiệm", []app.TypeCode{app.TypeOfficialLetter, "TB"}},
	{"Công ty TNHH Xây dựng Hạc Lâm", "HL", "Giám đốc", []app.TypeCode{app.TypeOfficialLetter, "TTr"}},
	{"Hợp tác xã Nông nghiệp Suối Lam", "HTX", "Chủ tịch Hội đồng quản trị", []app.TypeCode{app.TypeOfficialLetter, "TTr"}},
	{"Trường Trung học cơ sở Lam Kiều", "THCS", "Hiệu trưởng", []app.TypeCode{"BC", "TTr"}},
	{"Ban Công tác Mặt trận thôn", "MT", "Trưởng ban", []app.TypeCode{"BC", app.TypeOfficialLetter}},
}
