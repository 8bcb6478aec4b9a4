package main

import (
	"bytes"
	"fmt"
)

// manyPages is a document of so many pages, each with text and the elements of
// its logical structure as objects of their own.
func manyPages(pages, elements int) []byte {
	const catalog, tree, structure, root, font, first = 1, 2, 3, 4, 5, 6
	var b bytes.Buffer
	b.WriteString("%PDF-1.7\n")
	var at []int
	object := func(body string) {
		at = append(at, b.Len())
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", len(at), body)
	}
	var kids, tags bytes.Buffer
	each := 2 + elements
	for p := range pages {
		page := first + p*each
		fmt.Fprintf(&kids, "%d 0 R ", page)
		for e := range elements {
			fmt.Fprintf(&tags, "%d 0 R ", page+2+e)
		}
	}
	object(fmt.Sprintf("<</Type/Catalog/Pages %d 0 R/MarkInfo<</Marked true>>/StructTreeRoot %d 0 R/Lang(vi-VN)>>", tree, structure))
	object(fmt.Sprintf("<</Type/Pages/Count %d/MediaBox[0 0 595 842]/Kids[%s]>>", pages, kids.String()))
	object(fmt.Sprintf("<</Type/StructTreeRoot/K %d 0 R>>", root))
	object(fmt.Sprintf("<</Type/StructElem/S/Document/P %d 0 R/K[%s]>>", structure, tags.String()))
	object("<</Type/Font/Subtype/Type1/BaseFont/Times-Roman>>")
	for p := range pages {
		page := first + p*each
		var text bytes.Buffer
		text.WriteString("BT /F 12 Tf 72 780 Td 9 TL\n")
		for e := range elements {
			fmt.Fprintf(&text, "/P <</MCID %d>> BDC (Trang %d, doan %d) ' EMC\n", e, p+1, e+1)
		}
		text.WriteString("ET")
		object(fmt.Sprintf("<</Type/Page/Parent %d 0 R/StructParents %d/Contents %d 0 R/Resources<</Font<</F %d 0 R>>>>>>", tree, p, page+1, font))
		object(fmt.Sprintf("<</Length %d>>\nstream\n%s\nendstream", text.Len(), text.String()))
		for e := range elements {
			object(fmt.Sprintf("<</Type/StructElem/S/P/P %d 0 R/Pg %d 0 R/K %d>>", root, page, e))
		}
	}
	table := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(at)+1)
	for _, offset := range at {
		fmt.Fprintf(&b, "%010d 00000 n \n", offset)
	}
	fmt.Fprintf(&b, "trailer\n<</Size %d/Root %d 0 R>>\nstartxref\n%d\n%%%%EOF\n", len(at)+1, catalog, table)
	return b.Bytes()
}
