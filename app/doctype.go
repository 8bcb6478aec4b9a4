package app

import (
	"regexp"
	"slices"
	"strconv"
)

// DocType is a type of administrative document.
type DocType struct {
	Code   TypeCode `json:"code"`   // opaque; HD and HĐ are different types
	Abbrev string   `json:"abbrev"` // in a notation; empty for công văn and thư công
	Name   string   `json:"name"`
	NameEn string   `json:"nameEn"`
}

// Types without an abbreviation.
const (
	TypeOfficialLetter TypeCode = "CV"
	TypePublicLetter   TypeCode = "THC"
	TypeNotice         TypeCode = "TB"
	TypeMinutes        TypeCode = "BB"
	TypeReport         TypeCode = "BC"
)

// docTypes are the 29 types of NĐ 30/2020, Điều 7, with the abbreviations of
// Phụ lục III.
var docTypes = []DocType{
	{"NQ", "NQ", "Nghị quyết (cá biệt)", "Resolution"},
	{"QĐ", "QĐ", "Quyết định (cá biệt)", "Decision"},
	{"CT", "CT", "Chỉ thị", "Directive letter"},
	{"QC", "QC", "Quy chế", "Regulation"},
	{"QyĐ", "QyĐ", "Quy định", "Rules"},
	{"TC", "TC", "Thông cáo", "Communiqué"},
	{"TB", "TB", "Thông báo", "Notice"},
	{"HD", "HD", "Hướng dẫn", "Guidance"},
	{"CTr", "CTr", "Chương trình", "Programme"},
	{"KH", "KH", "Kế hoạch", "Plan"},
	{"PA", "PA", "Phương án", "Scheme of action"},
	{"ĐA", "ĐA", "Đề án", "Scheme"},
	{"DA", "DA", "Dự án", "Project"},
	{"BC", "BC", "Báo cáo", "Report"},
	{"BB", "BB", "Biên bản", "Minutes"},
	{"TTr", "TTr", "Tờ trình", "Submission"},
	{"HĐ", "HĐ", "Hợp đồng", "Contract"},
	{TypeOfficialLetter, "", "Công văn", "Official letter"},
	{"CĐ", "CĐ", "Công điện", "Official telegram"},
	{"BGN", "BGN", "Bản ghi nhớ", "Memorandum"},
	{"BTT", "BTT", "Bản thỏa thuận", "Agreement"},
	{"GUQ", "GUQ", "Giấy ủy quyền", "Letter of authorisation"},
	{"GM", "GM", "Giấy mời", "Invitation"},
	{"GGT", "GGT", "Giấy giới thiệu", "Letter of introduction"},
	{"GNP", "GNP", "Giấy nghỉ phép", "Leave permit"},
	{"PG", "PG", "Phiếu gửi", "Sending slip"},
	{"PC", "PC", "Phiếu chuyển", "Transfer slip"},
	{"PB", "PB", "Phiếu báo", "Notification slip"},
	{TypePublicLetter, "", "Thư công", "Public letter"},
}

// Types lists the 29 types in the order of the law.
func Types() []DocType { return slices.Clone(docTypes) }

// TypeOf finds a type by its code.
func TypeOf(code TypeCode) (DocType, bool) {
	i := slices.IndexFunc(docTypes, func(t DocType) bool { return t.Code == code })
	if i < 0 {
		return DocType{}, false
	}
	return docTypes[i], true
}

// MakeNotation makes the notation (ký hiệu) of an outgoing document: for a
// named type its abbreviation and the office ("QĐ-UBND"), for công văn and thư
// công the office and the drafting division ("UBND-VX"). Division may be nil.
func MakeNotation(t TypeCode, office, division *Unit) string {
	if office == nil {
		return ""
	}
	if dt, ok := TypeOf(t); ok && dt.Abbrev != "" {
		return dt.Abbrev + "-" + office.Notation
	}
	if division == nil || division.Notation == "" {
		return office.Notation
	}
	return office.Notation + "-" + division.Notation
}

// NumberText writes a number as it is printed: at least two digits, from 01
// (NĐ 30/2020, Phụ lục I).
func NumberText(n uint32) string {
	s := strconv.FormatUint(uint64(n), 10)
	if n < 10 {
		return "0" + s
	}
	return s
}

// Code is number and notation as printed: "12/QĐ-UBND". Without a number it
// is the notation alone.
func (d *Document) Code() string {
	switch {
	case d.CodeNumber == "":
		return d.Notation
	case d.Notation == "":
		return d.CodeNumber
	}
	return d.CodeNumber + "/" + d.Notation
}

var organPattern = regexp.MustCompile(`^[A-Z0-9]{1,10}(\.[A-Z0-9]{1,10})*$`)

// ValidOrgan reports whether s has the shape of a unit's electronic
// identification code: dotted, at most 35 characters (QĐ 20/2020/QĐ-TTg,
// amended by QĐ 09/2025). The number of groups is not fixed.
func ValidOrgan(s string) bool { return len(s) <= 35 && organPattern.MatchString(s) }
