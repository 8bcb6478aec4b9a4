package presign

import (
	"bytes"
	"strconv"
)

// An operator of a content stream with its operands (ISO 32000-2, 7.8.2). Strings
// keep their length only: what counts is where text stands.
type operator struct {
	name     string
	operands []operand
}

// An operand is a number, a name with its slash, or the bytes of strings.
type operand struct {
	number float64
	name   string
	text   int     // bytes of a string, or of all in an array
	shift  float64 // the sum of the numbers of an array
}

// mostOperands bounds what is kept for one operator, deepest how arrays and
// dictionaries may lie in each other.
const (
	mostOperands = 64
	deepest      = 100
)

// tokens cuts a content stream. What it does not understand it passes by.
type tokens struct {
	b  []byte
	at int
}

// operator takes the next one; false at the end.
func (t *tokens) operator() (operator, bool) {
	var op operator
	for {
		t.skip()
		if t.at >= len(t.b) {
			return op, false
		}
		o, word := t.value(0)
		if word != "" {
			op.name = word
			if word == "BI" {
				t.inlineImage()
				op.name = "EI"
			}
			return op, true
		}
		if len(op.operands) < mostOperands {
			op.operands = append(op.operands, o)
		}
	}
}

func (t *tokens) skip() {
	for t.at < len(t.b) {
		switch c := t.b[t.at]; {
		case c == '%':
			for t.at < len(t.b) && t.b[t.at] != '\n' && t.b[t.at] != '\r' {
				t.at++
			}
		case isSpace(c):
			t.at++
		default:
			return
		}
	}
}

func isSpace(c byte) bool {
	return c == ' ' || c == '\n' || c == '\r' || c == '\t' || c == '\f' || c == 0
}

func isDelimiter(c byte) bool { return bytes.IndexByte([]byte("()<>[]{}/%"), c) >= 0 }

// value takes an operand, or a word that is an operator.
func (t *tokens) value(depth int) (o operand, word string) {
	switch c := t.b[t.at]; {
	case c == '(':
		o.text = t.literal()
	case c == '<' && t.at+1 < len(t.b) && t.b[t.at+1] == '<':
		t.at += 2
		t.until('>', depth)
		if t.at < len(t.b) && t.b[t.at] == '>' {
			t.at++
		}
	case c == '<':
		o.text = t.hex()
	case c == '[':
		t.at++
		o = t.until(']', depth)
	case c == '/':
		t.at++
		o.name = "/" + t.regular()
	case isDelimiter(c):
		t.at++
	default:
		w := t.regular()
		n, err := strconv.ParseFloat(w, 64)
		if err != nil {
			return o, w
		}
		o.number = n
	}
	return o, ""
}

// until takes the values up to a closing bracket, and adds them up.
func (t *tokens) until(closing byte, depth int) (sum operand) {
	for {
		t.skip()
		if t.at >= len(t.b) || depth == deepest {
			t.at = len(t.b)
			return sum
		}
		if t.b[t.at] == closing {
			t.at++
			return sum
		}
		o, _ := t.value(depth + 1)
		sum.text += o.text
		sum.shift += o.number
	}
}

func (t *tokens) regular() string {
	from := t.at
	for t.at < len(t.b) && !isSpace(t.b[t.at]) && !isDelimiter(t.b[t.at]) {
		t.at++
	}
	return string(t.b[from:t.at])
}

// literal passes a string in parentheses and counts its bytes.
func (t *tokens) literal() (n int) {
	depth := 0
	for ; t.at < len(t.b); t.at++ {
		switch t.b[t.at] {
		case '\\':
			t.at++
			for i := 0; i < 2 && t.at+1 < len(t.b) && t.b[t.at] >= '0' && t.b[t.at] <= '7' && t.b[t.at+1] >= '0' && t.b[t.at+1] <= '7'; i++ {
				t.at++
			}
			n++
		case '(':
			if depth++; depth > 1 {
				n++
			}
		case ')':
			if depth--; depth == 0 {
				t.at++
				return n
			}
			n++
		default:
			n++
		}
	}
	return n
}

func (t *tokens) hex() (n int) {
	for t.at++; t.at < len(t.b) && t.b[t.at] != '>'; t.at++ {
		if !isSpace(t.b[t.at]) {
			n++
		}
	}
	t.at++
	return (n + 1) / 2
}

// inlineImage passes the data of BI … ID … EI.
func (t *tokens) inlineImage() {
	id := bytes.Index(t.b[t.at:], []byte("ID"))
	if id < 0 {
		t.at = len(t.b)
		return
	}
	t.at += id
	for {
		end := bytes.Index(t.b[t.at:], []byte("EI"))
		if end < 0 {
			t.at = len(t.b)
			return
		}
		t.at += end + 2
		before := t.b[t.at-3]
		if isSpace(before) && (t.at == len(t.b) || isSpace(t.b[t.at])) {
			return
		}
	}
}
