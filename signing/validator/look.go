package validator

import (
	"slices"
	"strings"

	"khonggiay/signing/pdf"
)

// A likeness says whether the appearance of a text field shows its value.
type likeness int

const (
	unknown likeness = iota // not plain enough to tell
	alike
	unlike
)

// likenessOf compares what a text field says with what it shows, where both are
// plain ASCII: a value whose appearance says something else waits for a reader
// that draws the field anew. Formats, passwords and fonts with codes of their
// own are not told.
func (c *comparison) likenessOf(view *pdf.View, f pdf.Field) likeness {
	const password = 1 << 13
	flags, _ := f.Get("Ff").(pdf.Int)
	value, isString := c.value(view, f).(pdf.String)
	if f.Type() != "Tx" || flags&password != 0 || !isString || !isNull(f.Dict.Get("AA")) || !isNull(f.Dict.Get("RV")) || len(f.Widgets) != 1 {
		return unknown
	}
	widget, err := view.Dict(f.Widgets[0])
	c.fail(err)
	if err != nil || !isNull(widget.Get("AA")) {
		return unknown
	}
	says, shows := squeeze(value.Text()), squeeze(c.shownBy(view, widget))
	switch {
	case says == "" || shows == "" || !plain(says) || !plain(shows):
		return unknown
	case says == shows:
		return alike
	}
	return unlike
}

// squeeze takes blanks out: lines are broken anywhere.
func squeeze(s string) string { return strings.Join(strings.Fields(s), "") }

func plain(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r > '~' })
}

// shownBy is the text of a widget's normal appearance, "" if that is not one
// stream with strings in parentheses.
func (c *comparison) shownBy(view *pdf.View, widget *pdf.Dict) string {
	looks, ok := c.asDict(view, widget.Get("AP"))
	if !ok {
		return ""
	}
	o, err := view.Resolve(looks.Get("N"))
	c.fail(err)
	s, ok := o.(*pdf.Stream)
	if !ok {
		return ""
	}
	const longest = 1 << 16
	if s.Len() > longest {
		return ""
	}
	b, err := view.BytesWithin(s, 16*longest)
	if err != nil {
		return "" // what cannot be decoded is compared as bytes elsewhere
	}
	return literals(b)
}

// literals joins the strings in parentheses of a content stream. A hexadecimal
// string outside of them stands for codes that are not ASCII.
func literals(b []byte) string {
	var text strings.Builder
	depth := 0
	for i := 0; i < len(b); i++ {
		switch ch := b[i]; {
		case ch == '\\' && depth > 0:
			i++
			if i == len(b) || !strings.ContainsRune(`()\`, rune(b[i])) {
				return "" // octal codes and the like
			}
			text.WriteByte(b[i])
		case ch == '(':
			if depth++; depth > 1 {
				text.WriteByte(ch)
			}
		case ch == ')' && depth > 0:
			if depth--; depth > 0 {
				text.WriteByte(ch)
			}
		case depth > 0:
			text.WriteByte(ch)
		case ch == '<' && i+1 < len(b) && b[i+1] != '<' && (i == 0 || b[i-1] != '<'):
			return ""
		}
	}
	return text.String()
}

// awaited reports whether a field's look may come, its value being there: it
// showed the value before, in another way, or nothing at all. What it showed
// instead was signed.
func (c *comparison) awaited(o pdf.Field) bool {
	if c.likenessOf(c.old, o) == alike {
		return true
	}
	for _, w := range o.Widgets {
		widget, err := c.old.Dict(w)
		c.fail(err)
		if err != nil || !isNull(widget.Get("AP")) && !c.blank(widget) {
			return false
		}
	}
	return true
}

// blank reports whether a widget's normal appearance draws nothing: "/Tx BMC EMC"
// and the like, which programs write for an empty field.
func (c *comparison) blank(widget *pdf.Dict) bool {
	looks, ok := c.asDict(c.old, widget.Get("AP"))
	if !ok {
		return false
	}
	o, err := c.old.Resolve(looks.Get("N"))
	c.fail(err)
	s, ok := o.(*pdf.Stream)
	if !ok {
		return isNull(o)
	}
	const longest = 64
	if s.Len() > longest {
		return false
	}
	b, err := c.old.BytesWithin(s, 16*longest)
	return err == nil && !slices.ContainsFunc(strings.Fields(string(b)), func(word string) bool {
		return !slices.Contains([]string{"/Tx", "BMC", "EMC", "BT", "ET", "q", "Q"}, word)
	})
}

// waiting reports whether a text field that is as it was would show something
// else if a reader drew it anew.
func (c *comparison) waiting(o *shape) bool {
	for _, f := range o.form.Fields {
		if c.likenessOf(c.old, f) == unlike {
			return true
		}
	}
	return false
}

// ShowsOther reports whether a text field shows something other than its value,
// where both are plain ASCII.
func ShowsOther(view *pdf.View, f pdf.Field) (bool, error) {
	c := &comparison{}
	l := c.likenessOf(view, f)
	return l == unlike, c.err
}
