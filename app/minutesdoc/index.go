package minutesdoc

import (
	"fmt"
	"io"
	"strings"

	"khonggiay/app"
)

// Index is the index of a meeting's dossier (mục lục hồ sơ).
type Index struct {
	Title, Organ string
	Held, Made   app.Time
	For          string // for whom it was made
	Parts        []IndexPart
}

// IndexPart are the papers of one kind, in their order.
type IndexPart struct {
	Title string // with its number
	Lines []IndexLine
}

// IndexLine is one paper: where it stands in the dossier and its SHA-256, or why
// it is not in it.
type IndexLine struct {
	Number, Title, Note string
	File, SHA256        string
	Absent              string
}

// WriteIndex writes the index as a PDF.
func WriteIndex(to io.Writer, x Index) error {
	s, err := newSheet()
	if err != nil {
		return err
	}
	s.y += s.centred(left, s.y, column, organ, strings.ToUpper(x.Organ)) + 10
	s.y += s.centred(left, s.y, column, title, "MỤC LỤC HỒ SƠ CUỘC HỌP") + 2
	s.y += s.centred(left+10*mm, s.y, column-20*mm, title, x.Title) + 8
	if x.Held != 0 {
		s.labelled("Thời gian họp", moment(x.Held))
	}
	s.labelled("Lập lúc", fmt.Sprintf("%s, cho %s", strings.TrimSuffix(moment(x.Made), "."), x.For))
	entry, fact := paragraph{style: style{cut: regular, size: 13}, hang: indent, after: 1}, paragraph{style: style{cut: regular, size: 11}, indent: indent, hang: indent, after: 1}
	for _, part := range x.Parts {
		s.need(5 * entry.leading())
		s.y += 4
		s.text(paragraph{style: style{cut: bold, size: 14}, after: 3}, part.Title)
		for _, line := range part.Lines {
			s.need(3 * entry.leading())
			e := entry
			e.label = line.Number
			words := line.Title
			if line.Note != "" {
				words += " (" + line.Note + ")"
			}
			s.text(e, words)
			if line.Absent != "" {
				s.put(fact, []app.RichRun{{Text: "Không có trong hồ sơ này: " + line.Absent + ".", Italic: true}})
			} else {
				s.text(fact, line.File)
				s.text(fact, "SHA-256: "+line.SHA256)
			}
			s.y += 3
		}
	}
	return s.write(to, "Mục lục hồ sơ: "+x.Title, x.Organ)
}
