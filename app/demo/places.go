package demo

import "khonggiay/app"

// provinceName and the places below are invented.
const (
	provinceName  = "Minh Giang"
	provinceOrgan = "H99" // the registered codes end far below
)

// officePlan describes an office of the province before it gets its people.
type officePlan struct {
	id        app.ID
	name      string
	short     string
	notation  string
	headTitle string // "Giám đốc"
	leads     string // field of work, key of topics
	divisions []divisionPlan
}

type divisionPlan struct {
	id       string
	name     string
	notation string
}

var province = officePlan{"tinh", "Ủy ban nhân dân tỉnh " + provinceName, "UBND tỉnh", "UBND", "Chủ tịch", "chung", []divisionPlan{
	{"th", "Phòng Tổng hợp", "TH"}, {"kt", "Phòng Kinh tế", "KT"}, {"vx", "Phòng Khoa giáo - Văn xã", "VX"},
	{"nc", "Phòng Nội chính", "NC"},
}}

var departments = []officePlan{
	{"snnmt", "Sở Nông nghiệp và Môi trường", "Sở NN&MT", "SNNMT", "Giám đốc", "nongnghiep", []divisionPlan{
		{"vp", "Văn phòng Sở", "VP"}, {"tl", "Phòng Thủy lợi và Phòng, chống thiên tai", "TL"},
		{"tt", "Phòng Trồng trọt và Chăn nuôi", "TTCN"}, {"mt", "Phòng Quản lý môi trường", "QLMT"}, {"dd", "Phòng Quản lý đất đai", "QLĐĐ"}}},
	{"vpub", "Văn phòng Ủy ban nhân dân tỉnh", "VP UBND tỉnh", "VP", "Chánh Văn phòng", "chung", []divisionPlan{
		{"hc", "Phòng Hành chính - Quản trị", "HC"}, {"ks", "Phòng Kiểm soát thủ tục hành chính", "KSTT"}}},
	{"snv", "Sở Nội vụ", "Sở Nội vụ", "SNV", "Giám đốc", "noivu", []divisionPlan{
		{"vp", "Văn phòng Sở", "VP"}, {"cb", "Phòng Công chức, viên chức", "CCVC"}, {"cq", "Phòng Xây dựng chính quyền", "XDCQ"}, {"ld", "Phòng Lao động, việc làm", "LĐVL"}}},
	{"stc", "Sở Tài chính", "Sở Tài chính", "STC", "Giám đốc", "taichinh", []divisionPlan{
		{"vp", "Văn phòng Sở", "VP"}, {"ns", "Phòng Quản lý ngân sách", "QLNS"}, {"dt", "Phòng Đầu tư và Thẩm định", "ĐTTĐ"}, {"gc", "Phòng Quản lý giá và công sản", "GCS"}}},
	{"sxd", "Sở Xây dựng", "Sở Xây dựng", "SXD", "Giám đốc", "xaydung", []divisionPlan{
		{"vp", "Văn phòng Sở", "VP"}, {"qh", "Phòng Quy hoạch - Kiến trúc", "QHKT"}, {"gt", "Phòng Quản lý kết cấu hạ tầng giao thông", "HTGT"}}},
	{"sct", "Sở Công Thương", "Sở Công Thương", "SCT", "Giám đốc", "congthuong", []divisionPlan{
		{"vp", "Văn phòng Sở", "VP"}, {"nl", "Phòng Quản lý năng lượng", "QLNL"}, {"tm", "Phòng Quản lý thương mại", "QLTM"}}},
	{"stp", "Sở Tư pháp", "Sở Tư pháp", "STP", "Giám đốc", "tuphap", []divisionPlan{
		{"vp", "Văn phòng Sở", "VP"}, {"vb", "Phòng Xây dựng và Kiểm tra văn bản", "XDKT"}, {"ht", "Phòng Hành chính và Bổ trợ tư pháp", "HCTP"}}},
	{"skhcn", "Sở Khoa học và Công nghệ", "Sở KH&CN", "SKHCN", "Giám đốc", "chuyendoiso", []divisionPlan{
		{"vp", "Văn phòng Sở", "VP"}, {"cds", "Phòng Chuyển đổi số", "CĐS"}, {"bcvt", "Phòng Bưu chính, viễn thông", "BCVT"}}},
	{"svhttdl", "Sở Văn hóa, Thể thao và Du lịch", "Sở VHTT&DL", "SVHTTDL", "Giám đốc", "vanhoa", []divisionPlan{
		{"vp", "Văn phòng Sở", "VP"}, {"vh", "Phòng Quản lý văn hóa và gia đình", "QLVH"}, {"dl", "Phòng Quản lý du lịch", "QLDL"}}},
	{"sgddt", "Sở Giáo dục và Đào tạo", "Sở GD&ĐT", "SGDĐT", "Giám đốc", "giaoduc", []divisionPlan{
		{"vp", "Văn phòng Sở", "VP"}, {"mn", "Phòng Giáo dục mầm non và phổ thông", "GDMNPT"}, {"kh", "Phòng Kế hoạch - Tài chính", "KHTC"}}},
	{"syt", "Sở Y tế", "Sở Y tế", "SYT", "Giám đốc", "yte", []divisionPlan{
		{"vp", "Văn phòng Sở", "VP"}, {"nv", "Phòng Nghiệp vụ y", "NVY"}, {"bt", "Phòng Bảo trợ xã hội và Trẻ em", "BTXH"}}},
	{"sdttg", "Sở Dân tộc và Tôn giáo", "Sở DT&TG", "SDTTG", "Giám đốc", "dantoc", []divisionPlan{
		{"vp", "Văn phòng Sở", "VP"}, {"cs", "Phòng Chính sách dân tộc", "CSDT"}}},
	{"ttt", "Thanh tra tỉnh " + provinceName, "Thanh tra tỉnh", "TTr", "Chánh Thanh tra", "thanhtra", []divisionPlan{
		{"vp", "Văn phòng", "VP"}, {"nv1", "Phòng Nghiệp vụ 1", "NV1"}, {"nv2", "Phòng Nghiệp vụ 2", "NV2"}}},
	{"bqlkcn", "Ban Quản lý các khu công nghiệp tỉnh", "BQL các KCN", "BQLKCN", "Trưởng ban", "congthuong", []divisionPlan{
		{"vp", "Văn phòng Ban", "VP"}, {"dn", "Phòng Quản lý doanh nghiệp và lao động", "DNLĐ"}}},
	{"bqlda", "Ban Quản lý dự án đầu tư xây dựng tỉnh", "BQL dự án", "BQLDA", "Giám đốc", "xaydung", []divisionPlan{
		{"vp", "Phòng Tổ chức - Hành chính", "TCHC"}, {"kt", "Phòng Kỹ thuật - Thẩm định", "KTTĐ"}}},
	{"sngv", "Sở Ngoại vụ", "Sở Ngoại vụ", "SNgV", "Giám đốc", "ngoaivu", []divisionPlan{
		{"vp", "Văn phòng Sở", "VP"}, {"ht", "Phòng Hợp tác quốc tế", "HTQT"}}},
}

// communeDivisions are alike everywhere (NĐ 150/2025/NĐ-CP has three specialised bodies).
var communeDivisions = []divisionPlan{
	{"vp", "Văn phòng HĐND và UBND", "VP"},
	{"kt", "Phòng Kinh tế", "KT"},
	{"vx", "Phòng Văn hóa - Xã hội", "VHXH"},
	{"hcc", "Trung tâm Phục vụ hành chính công", "TTHCC"},
}

// wardDivision takes the place of Phòng Kinh tế in wards.
var wardDivision = divisionPlan{"kt", "Phòng Kinh tế, Hạ tầng và Đô thị", "KTHTĐT"}

// communes: the first one is the demonstration's own.
var communes = []string{
	"Suối Lam", "Khe Ngà", "Đồng Hạc", "Bản Thông", "Mường Lựu", "Nậm Hoa", "Pù Sương", "Thác Tiên", "Vân Lĩnh", "Hồ Mây",
	"Lũng Quế", "Đèo Gió", "Tân Hạc", "Yên Ngà", "Cẩm Vân", "Đại Lam", "Thượng Ngà", "Hạ Lam", "Trung Quế", "Phong Hạc",
	"An Sương", "Bình Lựu", "Thanh Lĩnh", "Xuân Ngà", "Quảng Lam", "Kim Quế", "Long Hạc", "Phúc Ngà", "Vĩnh Lam", "Hòa Quế",
	"Nam Sương", "Bắc Ngà", "Trà Lĩnh Hạ", "Cao Mây",
}

var wards = []string{"Minh Thành", "Bến Lựu", "Cầu Ngà", "Đông Hạc", "Tây Hạc", "Hoa Quế", "Tân Minh Giang", "Lam Kiều", "Phố Lĩnh"}

// villages of any commune.
var villages = []string{"Nà Mạ", "Bản Chang", "Pá Lau", "Suối Sập", "Khe Sinh", "Đồng Vai", "Phiêng Lanh", "Nậm Xe", "Đoài Hạ", "Tân Lập", "Hua Tát", "Lam Sơn", "Khau Vai"}
