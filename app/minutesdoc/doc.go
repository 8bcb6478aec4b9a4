// Package minutesdoc lays out what a meeting leaves on paper, as Nghị định
// 30/2020/NĐ-CP, Phụ lục I and III want it: the minutes (biên bản, mẫu 1.9) and
// the notice of conclusions (thông báo, mẫu 1.4), as PDFs with Tinos embedded, and
// the report on meeting points (báo cáo điểm cầu), as a table of a spreadsheet, too.
// It also says in the words of the office what the records of a meeting know
// (who came, who spoke, how was voted), for whoever writes the minutes.
//
// The words are those of a Vietnamese document, whatever language the screens
// speak. The package is pure: the same meeting makes the same bytes. TestMinutes
// reads a file back with another program.
package minutesdoc

import "khonggiay/app"

// Head is what stands above the title of a document.
type Head struct {
	Parent   string // the organ above, or empty
	Organ    string
	Notation string // "BB-UBND": the number is given later, its place is left free
	Place    string // of "Minh Giang, ngày …"; on a notice only
	Subject  string // trích yếu
}

// Minutes is what a minutes document says.
type Minutes struct {
	Head
	Meeting     *app.Meeting
	Where       string // room or place, in words
	Facts       app.MinutesFacts
	Body        *app.RichNode // nil: what the records know is told instead
	Conclusions []*app.RichNode
	Names       Names
}

// Notice is what a notice of conclusions says.
type Notice struct {
	Head
	Meeting     *app.Meeting
	Facts       app.MinutesFacts
	Conclusions []*app.RichNode
	Names       Names
	Form, Title string // "TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH"; as far as they are known
	Signer      string
}

// Names says whom an id names on a day.
type Names struct {
	Dir *app.Directory
	Day app.Date
}

// person is a person's name and position.
func (n Names) person(id app.ID) (name, position string) {
	p := n.Dir.Person(id)
	if p == nil {
		return string(id), ""
	}
	if post, ok := p.MainPost(n.Day); ok {
		position = post.Position
	}
	return p.Name, position
}

// whole is a person's or unit's name with the position.
func (n Names) whole(id app.ID) string {
	if u := n.Dir.Unit(id); u != nil {
		return u.NameOn(n.Day)
	}
	return withTitle(n.person(id))
}

func withTitle(name, title string) string {
	if title == "" {
		return name
	}
	return name + ", " + title
}

// HeadOf is the head of an office's document of the type.
func HeadOf(dir *app.Directory, office app.ID, t app.TypeCode, subject string, day app.Date) Head {
	h := Head{Subject: subject}
	u := dir.Unit(office)
	if u == nil {
		return h
	}
	h.Organ, h.Place = u.NameOn(day), u.Place
	h.Notation = app.MakeNotation(t, u, nil)
	if above := dir.Unit(dir.ParentOf(office, day)); above != nil && u.Level == "department" {
		h.Parent = "Ủy ban nhân dân " + above.NameOn(day)
	}
	return h
}
