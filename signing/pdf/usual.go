package pdf

import "strings"

// A usualName is a name as text, and where it stands as a value.
type usualName struct {
	text  string
	place uint16
}

// usualNames are names that stand in most documents, often thousands of times:
// they are not made anew for each. Every other name is read as well.
// usualValues begins with nil, for all those.
var usualNames, usualValues = func() (map[string]usualName, []Object) {
	all, values := map[string]usualName{}, []Object{nil}
	for _, name := range strings.Fields(`
		A AP AS ActualText Alt Annot Annots Artifact AvgWidth BBox BaseFont BitsPerComponent Border C Cell CIDSystemInfo CIDToGIDMap CapHeight
		Catalog CharProcs ColorSpace Columns Contents Count CreationDate D DCTDecode DW DecodeParms Descent DescendantFonts Dest DeviceCMYK
		DeviceGray DeviceRGB Differences Div Document E Encoding ExtGState F FT Ff Figure Filter First FirstChar Flags FlateDecode Font
		FontBBox FontDescriptor FontFamily FontFile FontFile2 FontFile3 FontName FontStretch FontWeight Form Group H H1 H2 H3 H4 H5 H6 Height
		I ICCBased ID Identity-H Image Index Info ItalicAngle K Kids L LBody LI Lang Last LastChar Layout Lbl Leading Length Length1 Limits
		Link List ListNumbering MCID MCR MediaBox Metadata ModDate N Name Names Next Nums O OBJR Obj ObjStm Order Outlines P PDF Page
		Pages Parent ParentTree Part Pg Prev ProcSet Producer Pt R RBGroups Rect Reference Resources Role RoleMap Root Rotate RowSpan ColSpan
		S SMask Scope Sect Size SpaceAfter SpaceBefore Span Standard StartIndent StemV StructElem StructParent StructParents StructTreeRoot
		Subtype Supplement T TBody TD TH THead TR TU Table Tabs TextAlign TextIndent Title ToUnicode Transparency TrueType Type Type0 Type1
		URI V W Widget Width Widths WinAnsiEncoding XObject XRef XYZ`) {
		all[name] = usualName{name, uint16(len(values))}
		values = append(values, Name(name))
	}
	return all, values
}()
