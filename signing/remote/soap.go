package remote

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strconv"
	"strings"
)

// Namespaces of SOAP 1.2 and of TS 102 204.
const (
	nsSOAP = "http://www.w3.org/2003/05/soap-envelope"
	nsMSS  = "http://uri.etsi.org/TS102204/v1.1.2#"
)

// Bounds of an XML answer.
const (
	maxXMLDepth    = 32
	maxXMLElements = 2000
)

var errXML = errors.New("not XML as the protocol has it")

// An element is a part of a small XML text.
type element struct {
	name     xml.Name
	attrs    []xml.Attr
	text     []byte
	children []*element
}

// readXML reads one XML text without document type, entities of its own or any
// encoding but UTF-8.
func readXML(b []byte) (*element, error) {
	if len(b) > maxAnswer {
		return nil, errXML
	}
	d := xml.NewDecoder(bytes.NewReader(b))
	top := &element{}
	open := []*element{top}
	for n := 0; ; {
		token, err := d.Token()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, errXML
		}
		last := open[len(open)-1]
		switch t := token.(type) {
		case xml.Directive:
			return nil, errXML
		case xml.StartElement:
			if n++; n > maxXMLElements || len(open) > maxXMLDepth {
				return nil, errXML
			}
			e := &element{name: t.Name, attrs: t.Copy().Attr}
			last.children = append(last.children, e)
			open = append(open, e)
		case xml.EndElement:
			open = open[:len(open)-1]
		case xml.CharData:
			last.text = append(last.text, t...)
		}
	}
	if len(top.children) != 1 || len(bytes.TrimSpace(top.text)) > 0 {
		return nil, errXML
	}
	return top.children[0], nil
}

// all returns the children of the name. Some servers put messages of TS 102 204
// into no namespace, so that is taken for theirs.
func (e *element) all(space, local string) (out []*element) {
	if e == nil {
		return nil
	}
	for _, c := range e.children {
		if c.name.Local == local && (c.name.Space == space || space == nsMSS && c.name.Space == "") {
			out = append(out, c)
		}
	}
	return out
}

// one returns the only child of the name, nil if there is none or more than one.
func (e *element) one(space, local string) *element {
	if found := e.all(space, local); len(found) == 1 {
		return found[0]
	}
	return nil
}

func (e *element) value() string {
	if e == nil {
		return ""
	}
	return string(bytes.TrimSpace(e.text))
}

func (e *element) attr(local string) string {
	if e == nil {
		return ""
	}
	for _, a := range e.attrs {
		if a.Name.Local == local && a.Name.Space == "" {
			return a.Value
		}
	}
	return ""
}

// A fault is what TS 102 204 makes of a SOAP fault: a code.
type fault struct{ code int }

func (f *fault) Error() string { return "fault " + strconv.Itoa(f.code) }

// readSOAP returns the message of the name in the body of an envelope, also when
// it stands in a wrapper of the operation. A fault is returned as *fault, with the
// code 0 if it has none of TS 102 204.
func readSOAP(b []byte, message string) (*element, error) {
	envelope, err := readXML(b)
	if err != nil {
		return nil, err
	}
	if envelope.name != (xml.Name{Space: nsSOAP, Local: "Envelope"}) {
		return nil, errXML
	}
	body := envelope.one(nsSOAP, "Body")
	if body == nil || len(body.children) != 1 {
		return nil, errXML
	}
	if f := body.one(nsSOAP, "Fault"); f != nil {
		text := f.one(nsSOAP, "Code").one(nsSOAP, "Subcode").one(nsSOAP, "Value").value()
		_, local, prefixed := strings.Cut(text, ":")
		if !prefixed {
			local = text
		}
		return nil, &fault{statusCode(local)}
	}
	if m := body.one(nsMSS, message); m != nil {
		return m, nil
	}
	if m := body.children[0].one(nsMSS, message); m != nil {
		return m, nil
	}
	return nil, errXML
}

// statusCode reads 500 or _500; 0 is none.
func statusCode(text string) int {
	n, err := strconv.Atoi(strings.TrimPrefix(strings.TrimSpace(text), "_"))
	if err != nil || n < 0 || n > 9999 {
		return 0
	}
	return n
}
