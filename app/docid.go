package app

import "strconv"

// DocumentID (mã định danh văn bản) is the OrganId of the office that issued
// the document, the year and the number in its book, with dots between. A copy
// that the province's offices sent one another carries its source's. It is
// empty while there is no number, and of papers from outside.
func (d *Document) DocumentID(dir *Directory) string {
	office, year, number := d.Unit, d.BookYear, int(d.BookNumber)
	if d.Direction == Incoming {
		if d.Source == "" {
			return ""
		}
		office, year = d.Organ, d.IssuedDate.Year()
		number, _ = strconv.Atoi(d.CodeNumber)
	}
	u := dir.Unit(office)
	if u == nil || u.Organ == "" || number <= 0 {
		return ""
	}
	return u.Organ + "." + strconv.Itoa(year) + "." + strconv.Itoa(number)
}
