package pdf

import (
	"bufio"
	"crypto/sha256"
	"fmt"
	"io"
)

// A Creation is a file that is written anew, of one revision.
type Creation struct{ objects []Object }

// Add gives an object a number. One that is nil is Set later.
func (c *Creation) Add(o Object) Ref {
	c.objects = append(c.objects, o)
	return Ref{Num: uint32(len(c.objects))}
}

// Set gives the object of a number that Add has given.
func (c *Creation) Set(ref Ref, o Object) { c.objects[ref.Num-1] = o }

// Write writes the file, whose trailer has the keys of a dictionary: /Root, and
// /Info if there is one. The same objects are the same bytes: /ID is their hash.
func (c *Creation) Write(to io.Writer, trailer *Dict) error {
	buffered := bufio.NewWriter(to)
	sum := sha256.New()
	w := &writer{w: io.MultiWriter(buffered, sum), holes: map[Object]Span{}}
	w.text("%PDF-1.7\n%\xE2\xE3\xCF\xD3\n") // bytes that keep transfers from taking it for text (ISO 32000-2, 7.5.2)
	places := make([]int64, len(c.objects))
	for i, o := range c.objects {
		places[i] = w.at
		w.indirect(Ref{Num: uint32(i + 1)}, o)
	}
	at := w.at
	w.text(fmt.Sprintf("xref\n0 %d\n0000000000 65535 f\r\n", len(places)+1))
	for _, place := range places {
		w.text(fmt.Sprintf("%010d 00000 n\r\n", place))
	}
	state := String{Value: string(sum.Sum(nil)[:16]), Hex: true}
	d := trailer.Clone()
	d.Set("Size", Int(len(places)+1))
	d.Set("ID", Array{state, state})
	w.text("trailer\n")
	w.dict(d)
	w.text(fmt.Sprintf("\nstartxref\n%d\n%%%%EOF\n", at))
	if w.err == nil {
		w.err = buffered.Flush()
	}
	return w.err
}
