package app

import (
	"bytes"
	"encoding/json"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Rich text is what the editor of minutes and conclusions writes: a tree of
// paragraphs, headings and lists, as JSON and never as HTML. Nothing is taken
// that is not named here, so that whoever shows it needs no cleaning.

// Limits of rich text.
const (
	maxRich      = 200_000 // bytes of a body
	maxRichPart  = 20_000  // bytes of a conclusion
	maxRichDepth = 16      // six lists in one another
	maxRichNodes = 20_000
)

// RichNode is one node of a rich text.
type RichNode struct {
	Type    string      `json:"type"`
	Attrs   *RichAttrs  `json:"attrs,omitempty"`
	Marks   []RichMark  `json:"marks,omitempty"`
	Text    string      `json:"text,omitempty"`
	Content []*RichNode `json:"content,omitempty"`
}

// RichAttrs are the attributes that headings and ordered lists have.
type RichAttrs struct {
	Level int     `json:"level,omitempty"` // of a heading: 1–3
	Start int     `json:"start,omitempty"` // of an ordered list: its first number
	Type  *string `json:"type,omitempty"`  // of an ordered list; the editor writes null
}

// RichMark is how letters look.
type RichMark struct {
	Type string `json:"type"` // bold, italic or underline
}

var (
	richBlocks  = []string{"paragraph", "heading", "bulletList", "orderedList"}
	richInline  = []string{"text", "hardBreak"}
	richMarks   = []string{"bold", "italic", "underline"}
	richContent = map[string][]string{
		"doc": richBlocks, "listItem": richBlocks, "paragraph": richInline, "heading": richInline,
		"bulletList": {"listItem"}, "orderedList": {"listItem"},
	}
)

// ParseRich reads a rich text of at most so many bytes. What is no such text is
// refused with "richtext.bad", what is too long with "richtext.too_long".
func ParseRich(text string, most int) (*RichNode, error) {
	if len(text) > most {
		return nil, Refuse(Invalid, "richtext.too_long").With("max", most)
	}
	d := json.NewDecoder(strings.NewReader(text))
	d.DisallowUnknownFields()
	root := &RichNode{}
	if err := d.Decode(root); err != nil {
		return nil, Refuse(Invalid, "richtext.bad")
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, Refuse(Invalid, "richtext.bad")
	}
	left := maxRichNodes
	if root.Type != "doc" || !root.sound(maxRichDepth, &left) {
		return nil, Refuse(Invalid, "richtext.bad")
	}
	return root, nil
}

// sound reports whether the node and all below it are as they may be.
func (n *RichNode) sound(depth int, left *int) bool {
	*left--
	if depth == 0 || *left < 0 || !n.attrsSound() || !n.textSound() {
		return false
	}
	may := richContent[n.Type]
	for _, c := range n.Content {
		if c == nil || !slices.Contains(may, c.Type) || !c.sound(depth-1, left) {
			return false
		}
	}
	return len(n.Content) > 0 || n.Type != "doc" && n.Type != "listItem" && n.Type != "bulletList" && n.Type != "orderedList"
}

func (n *RichNode) attrsSound() bool {
	a := n.Attrs
	switch n.Type {
	case "heading":
		return a != nil && a.Level >= 1 && a.Level <= 3 && a.Start == 0 && a.Type == nil
	case "orderedList":
		return a == nil || a.Level == 0 && a.Start >= 0 && a.Start <= 9999 && a.Type == nil
	}
	return a == nil
}

func (n *RichNode) textSound() bool {
	if n.Type != "text" {
		return n.Text == "" && (len(n.Marks) == 0 || n.Type == "hardBreak" && n.marksSound())
	}
	if n.Text == "" || !utf8.ValidString(n.Text) || !n.marksSound() {
		return false
	}
	return !strings.ContainsFunc(n.Text, func(r rune) bool { return unicode.IsControl(r) && r != '\t' })
}

func (n *RichNode) marksSound() bool {
	for i, m := range n.Marks {
		if !slices.Contains(richMarks, m.Type) || slices.Contains(n.Marks[:i], m) {
			return false
		}
	}
	return true
}

// JSON is the text as it is stored: one way of writing it, whatever way it came.
func (n *RichNode) JSON() string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(n); err != nil {
		return "" // cannot be: the tree is strings and numbers
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// RichBlock is a paragraph of a rich text, for what lays it out or reads it.
type RichBlock struct {
	Level int    // of a heading, else 0
	List  int    // how many lists it stands in
	Label string // before its first line: "-", "3."
	Runs  []RichRun
}

// RichRun is letters that look alike. A "\n" in it begins a new line.
type RichRun struct {
	Text                    string
	Bold, Italic, Underline bool
}

// Text of the block without its looks.
func (b RichBlock) Text() string {
	var s strings.Builder
	for _, r := range b.Runs {
		s.WriteString(r.Text)
	}
	return s.String()
}

// Blocks are the paragraphs in their order.
func (n *RichNode) Blocks() []RichBlock { return n.blocks(nil, 0) }

func (n *RichNode) blocks(out []RichBlock, list int) []RichBlock {
	for i, c := range n.Content {
		switch c.Type {
		case "bulletList", "orderedList":
			out = c.blocks(out, list+1)
		case "listItem":
			before := len(out)
			out = c.blocks(out, list)
			if before < len(out) && out[before].List == list && out[before].Label == "" {
				out[before].Label = n.label(i)
			}
		default:
			b := RichBlock{List: list, Runs: c.runs()}
			if c.Attrs != nil {
				b.Level = c.Attrs.Level
			}
			out = append(out, b)
		}
	}
	return out
}

// label of the list's item.
func (n *RichNode) label(i int) string {
	if n.Type == "bulletList" {
		return "-"
	}
	first := 1
	if n.Attrs != nil && n.Attrs.Start > 0 {
		first = n.Attrs.Start
	}
	return strconv.Itoa(first+i) + "."
}

func (n *RichNode) runs() []RichRun {
	var out []RichRun
	for _, c := range n.Content {
		r := RichRun{Text: c.Text}
		if c.Type == "hardBreak" {
			r.Text = "\n"
		}
		for _, m := range c.Marks {
			r.Bold = r.Bold || m.Type == "bold"
			r.Italic = r.Italic || m.Type == "italic"
			r.Underline = r.Underline || m.Type == "underline"
		}
		out = append(out, r)
	}
	return out
}

// RichText is the words of a stored rich text, a line a paragraph; empty for
// what is none.
func RichText(text string) string {
	n, err := ParseRich(text, maxRich)
	if err != nil {
		return ""
	}
	return n.PlainText()
}

// PlainText is the words, a line a paragraph.
func (n *RichNode) PlainText() string {
	var lines []string
	for _, b := range n.Blocks() {
		line := b.Text()
		if b.Label != "" {
			line = b.Label + " " + line
		}
		lines = append(lines, line)
	}
	return strings.TrimSpace(strings.Join(lines, "\n"))
}

// RichOf makes a rich text of plain paragraphs.
func RichOf(lines ...string) string {
	n := &RichNode{Type: "doc"}
	for _, l := range lines {
		p := &RichNode{Type: "paragraph"}
		if l != "" {
			p.Content = []*RichNode{{Type: "text", Text: l}}
		}
		n.Content = append(n.Content, p)
	}
	if len(n.Content) == 0 {
		n.Content = []*RichNode{{Type: "paragraph"}}
	}
	return n.JSON()
}
