package main

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"slices"
	"time"

	"khonggiay/signing/pdf"
	"khonggiay/signing/presign"
)

// longestInspection is how long one file may take.
const longestInspection = 2 * time.Minute

func init() {
	register(&command{name: "inspect", args: "TỆP.pdf", min: 1, max: 1, run: inspect, misused: verifyMisused,
		help: words{"liệt kê các lần lưu, ô biểu mẫu, điều lạ của một tệp PDF và những gì có thể đánh lừa người ký", "list the revisions, fields and oddities of a PDF, and what could deceive a signer"}})
}

// An inspection is what a file consists of. Its JSON is stable: fields are added,
// not changed.
type inspection struct {
	File      string             `json:"file"`
	Version   string             `json:"version"`
	Size      int64              `json:"size"`
	Pages     int                `json:"pages"`
	Revisions []revisionFacts    `json:"revisions"`
	Fields    []fieldFacts       `json:"fields"`
	Oddities  []pdf.OddityCode   `json:"oddities"`
	Active    []string           `json:"active"` // what the document may do by itself
	Unclaimed map[int][]pdf.Span `json:"unclaimed,omitempty"`
	// Signing is what could deceive whoever signs the file.
	Signing presign.Report `json:"signing"`
}

type revisionFacts struct {
	Start   int64 `json:"start"`
	End     int64 `json:"end"`
	Objects int   `json:"objects"` // defined anew, replaced or freed
}

type fieldFacts struct {
	Name   string   `json:"name"`
	Type   pdf.Name `json:"type"`
	Filled bool     `json:"filled"` // has a value; a signature field then holds one
}

func inspect(c *call) error {
	f, err := os.Open(c.args[0])
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	file, err := pdf.Open(f, info.Size())
	if err != nil {
		return err
	}
	found, err := inspected(file)
	if err != nil {
		return err
	}
	found.File = c.args[0]
	within, cancel := context.WithTimeout(c, longestInspection)
	defer cancel()
	found.Signing = presign.Scan(within, f, info.Size(), presign.Options{})
	if c.json {
		return json.NewEncoder(c.out).Encode(found)
	}
	c.showInspection(found)
	return nil
}

func inspected(file *pdf.File) (*inspection, error) {
	view := file.Newest()
	i := &inspection{Version: file.Version(), Size: file.Size(), Revisions: []revisionFacts{}, Fields: []fieldFacts{},
		Oddities: []pdf.OddityCode{}, Active: []string{}, Unclaimed: map[int][]pdf.Span{}}
	pages, err := view.Pages()
	if err != nil {
		return nil, err
	}
	i.Pages = len(pages)
	for n, r := range file.Revisions() {
		i.Revisions = append(i.Revisions, revisionFacts{r.Start, r.End, len(file.Changed(n))})
		gaps, err := file.Gaps(n)
		if err != nil {
			return nil, err
		}
		if len(gaps) > 0 {
			i.Unclaimed[n+1] = gaps
		}
	}
	if err := i.readFields(view); err != nil {
		return nil, err
	}
	if err := i.readActions(view); err != nil {
		return nil, err
	}
	for _, o := range file.Oddities() {
		i.Oddities = append(i.Oddities, o.Code)
	}
	return i, nil
}

func (i *inspection) readFields(view *pdf.View) error {
	form, err := view.Form()
	if err != nil || form == nil {
		return err
	}
	for _, f := range form.Fields {
		v, err := view.Resolve(f.Get("V"))
		if err != nil {
			return err
		}
		i.Fields = append(i.Fields, fieldFacts{f.Name, f.Type(), isThere(v)})
	}
	return nil
}

// activeEntries of the catalog let a document do something by itself, or carry
// other files along (ISO 32000-2, 7.7.2 and 7.7.4).
var activeEntries = []pdf.Name{"OpenAction", "AA", "Collection"}

// activeNames are the same in its name dictionary.
var activeNames = []pdf.Name{"JavaScript", "EmbeddedFiles"}

func (i *inspection) readActions(view *pdf.View) error {
	catalog, err := view.Catalog()
	if err != nil {
		return err
	}
	names, err := view.Dict(catalog.Get("Names"))
	if err != nil {
		return err
	}
	if err := i.note(view, catalog, activeEntries); err != nil {
		return err
	}
	return i.note(view, names, activeNames)
}

// note lists the keys that have a value.
func (i *inspection) note(view *pdf.View, dict *pdf.Dict, keys []pdf.Name) error {
	for _, key := range keys {
		o, err := view.Resolve(dict.Get(key))
		if err != nil {
			return err
		}
		if isThere(o) {
			i.Active = append(i.Active, string(key))
		}
	}
	return nil
}

func isThere(o pdf.Object) bool {
	_, null := o.(pdf.Null)
	return o != nil && !null
}

func (c *call) showInspection(i *inspection) {
	c.say(words{"PDF %s, %d byte, %d trang, %d lần lưu", "PDF %s, %d bytes, %d pages, %d revisions"}, printable(i.Version), i.Size, i.Pages, len(i.Revisions))
	for n, r := range i.Revisions {
		c.say(words{"  [%d] byte %d – %d, %d đối tượng", "  [%d] bytes %d – %d, %d objects"}, n+1, r.Start, r.End, r.Objects)
		for _, gap := range i.Unclaimed[n+1] {
			c.say(words{"      byte %d – %d không thuộc về gì", "      bytes %d – %d belong to nothing"}, gap.Start, gap.End)
		}
	}
	for _, f := range i.Fields {
		state := words{"trống", "empty"}
		if f.Filled {
			state = words{"có giá trị", "filled"}
		}
		c.say(words{"  ô %q (%s): %s", "  field %q (%s): %s"}, f.Name, printable(string(f.Type)), state.in(c.lang))
	}
	for _, a := range i.Active {
		c.say(words{"  tự hoạt động hoặc mang theo tệp khác: %s", "  acts by itself, or carries other files: %s"}, a)
	}
	for _, o := range i.Oddities {
		fmt.Fprintf(c.out, "  ! %s\n", o)
	}
	c.showSigning(i.Signing)
}

var severities = map[presign.Severity]words{
	presign.Blocks: {"KHÔNG KÝ ĐƯỢC", "NOT TO BE SIGNED"},
	presign.Warns:  {"cần xem lại", "look at this"},
	presign.Tells:  {"nên biết", "to be known"},
}

// showSigning says what could deceive a signer, the gravest first.
func (c *call) showSigning(r presign.Report) {
	if len(r.Findings) == 0 {
		c.say(words{"Trước khi ký: không thấy điều gì đáng ngờ", "Before signing: nothing to be wary of"})
		return
	}
	c.say(words{"Trước khi ký:", "Before signing:"})
	for _, f := range r.Findings {
		place := ""
		if f.Page > 0 {
			place = fmt.Sprintf(words{", trang %d", ", page %d"}.in(c.lang), f.Page)
		}
		if f.Object != "" {
			place += fmt.Sprintf(words{", đối tượng %s", ", object %s"}.in(c.lang), f.Object)
		}
		if f.Field != "" {
			place += fmt.Sprintf(words{", ô %q", ", field %q"}.in(c.lang), f.Field)
		}
		fmt.Fprintf(c.out, "  [%s] %s%s: %s %s\n", severities[f.Severity].in(c.lang), f.Code, place, f.Text, particulars(f.Data))
	}
	for _, code := range slices.Sorted(maps.Keys(r.Left)) {
		c.say(words{"  và %d lần nữa: %s", "  and %d more: %s"}, r.Left[code], code)
	}
}
