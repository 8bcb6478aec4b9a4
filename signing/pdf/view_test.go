package pdf

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
)

// TestSpans: a dictionary says where each of its values lies in the file.
func TestSpans(t *testing.T) {
	m := newMaker().document().object(4, "<</Type/Sig /Contents <00ff> /ByteRange [0 1 2 3] /Reference [<</Data 1 0 R >>]>>").table("")
	item, err := mustOpen(t, m.Bytes()).Newest().Read(Ref{Num: 4})
	if err != nil {
		t.Fatal(err)
	}
	text := func(s Span) string { return string(m.Bytes()[s.Start:s.End]) }
	d := item.Object.(*Dict)
	for key, want := range map[Name]string{"Contents": "<00ff>", "ByteRange": "[0 1 2 3]", "Type": "/Sig", "Reference": "[<</Data 1 0 R >>]"} {
		if e, _ := d.Lookup(key); text(e.Span) != want {
			t.Errorf("/%s is %q, want %q", key, text(e.Span), want)
		}
	}
	inner, _ := d.Get("Reference").(Array)[0].(*Dict).Lookup("Data")
	if text(inner.Span) != "1 0 R" {
		t.Errorf("/Data is %q", text(inner.Span))
	}
	if got := text(item.Span); !strings.HasPrefix(got, "4 0 obj") || !strings.HasSuffix(got, "endobj") {
		t.Errorf("the object is %q", got)
	}
}

// TestSpansAcrossWindows: values far apart keep their places although only a
// window of the file is in memory.
func TestSpansAcrossWindows(t *testing.T) {
	m := newMaker().document().object(4, "<</A (%s) /B <%s> /C [%s] /D /End>>",
		strings.Repeat("x", 100_000), strings.Repeat("0f", 50_000), strings.Repeat("17 0 R ", 20_000)).table("")
	d := mustGet(t, mustOpen(t, m.Bytes()).Newest(), 4).(*Dict)
	for i, want := range []string{"(x", "<0f", "[17", "/End"} {
		span := d.Entries[i].Span
		if got := string(m.Bytes()[span.Start:span.End]); !strings.HasPrefix(got, want) {
			t.Errorf("value %d begins with %.10q", i, got)
		}
	}
	if n := len(d.Get("C").(Array)); n != 20_000 {
		t.Errorf("%d references", n)
	}
}

// TestDuplicateKeys are kept, told, and the last one counts.
func TestDuplicateKeys(t *testing.T) {
	m := newMaker().document().object(4, "<</A 1 /B 2 /A 3>>").table("")
	item, err := mustOpen(t, m.Bytes()).Newest().Read(Ref{Num: 4})
	if err != nil {
		t.Fatal(err)
	}
	wantCodes(t, item.Oddities, OddDuplicate)
	d := item.Object.(*Dict)
	if d.Get("A") != Int(3) || len(d.Entries) != 3 || !slices.Equal(d.Duplicates(), []Name{"A"}) {
		t.Errorf("dictionary %+v", d)
	}
}

// TestStreamLength: a wrong /Length is told, a right one may be indirect and in an
// object stream.
func TestStreamLength(t *testing.T) {
	body := func(length string) string {
		return fmt.Sprintf("<</Length %s>>\nstream\nendstrea\r\nendstream", length)
	}
	for length, odd := range map[string][]OddityCode{
		"8": nil, "5 0 R": nil, "6 0 R": nil,
		"9": nil, "11": {OddLength}, "7": {OddLength}, "99999": {OddLength}, "-1": {OddLength}, "(x)": {OddLength}, "7 0 R": {OddLength},
	} {
		m := newMaker().document().object(4, "%s", body(length)).object(5, "8").objStm(8, 6, "8").xref(9, "", map[int][2]int{6: {8, 0}})
		v := mustOpen(t, m.Bytes()).Newest()
		item, err := v.Read(Ref{Num: 4})
		if err != nil {
			t.Errorf("/Length %s: %v", length, err)
			continue
		}
		data, err := v.Bytes(item.Object.(*Stream))
		// The CR is data or end of line, as /Length says.
		if strings.TrimSuffix(string(data), "\r") != "endstrea" || err != nil || !slices.Equal(codes(item.Oddities), odd) {
			t.Errorf("/Length %s: %q, %v, %v", length, data, err, item.Oddities)
		}
	}
}

// TestLengthThatNeedsItself ends in an error.
func TestLengthThatNeedsItself(t *testing.T) {
	m := newMaker().document().object(4, "<</Length 4 0 R>>\nstream\nx\nendstream")
	packed := "6 0 (x)"
	m.object(8, "<</Type/ObjStm /N 1 /First 4 /Length 6 0 R>>\nstream\n%s\nendstream", packed)
	v := mustOpen(t, m.xref(9, "", map[int][2]int{6: {8, 0}}).Bytes()).Newest()
	for _, num := range []uint32{4, 6, 8} {
		_, err := v.Get(Ref{Num: num})
		wantFormat(t, err, "needs itself")
	}
}

// TestWrongObjects: an object is exactly what its entry says, or an error.
func TestWrongObjects(t *testing.T) {
	for body, words := range map[string]string{
		"5 0 obj 1 endobj":                   "object 5 0 where 4 0",
		"4 1 obj 1 endobj":                   "object 4 1 where 4 0",
		"4 0 obj 1":                          "no endobj",
		"4 0 obj 1 2 endobj":                 "no endobj",
		"4 0 (obj)":                          "no object where one should begin",
		"% 4 0 obj 1 endobj":                 "nothing where the offset points to",
		"4 0 obj 1 stream\nendstream endobj": "without dictionary",
		"4 0 obj <</Length 0>> stream\rendstream endobj": "no line feed",
		"4 0 obj <</Length 5>> stream\nx endobj":         "stream without end",
		"4 0 obj <</Length 1>> stream\nx\nendstream":     "no endobj",
	} {
		m := newMaker().document()
		m.offsets[4] = m.Len()
		m.size = 5
		m.printf("%s\n", body)
		_, err := mustOpen(t, m.table("").Bytes()).Newest().Get(Ref{Num: 4})
		wantFormat(t, err, words)
	}
}

// TestEmptyObject is null, and told.
func TestEmptyObject(t *testing.T) {
	item, err := mustOpen(t, newMaker().document().object(4, "").table("").Bytes()).Newest().Read(Ref{Num: 4})
	if !isNull(item.Object) || err != nil {
		t.Errorf("%v, %v", item, err)
	}
	wantCodes(t, item.Oddities, OddEmpty)
}

// TestWhiteSpaceBeforeObject is told.
func TestWhiteSpaceBeforeObject(t *testing.T) {
	m := newMaker().document().object(4, "1")
	m.offsets[4]--
	item, err := mustOpen(t, m.table("").Bytes()).Newest().Read(Ref{Num: 4})
	if item.Object != Int(1) || err != nil {
		t.Errorf("%v, %v", item, err)
	}
	wantCodes(t, item.Oddities, OddPlace)
}

// TestWrongObjectStreams: an object stream is exactly what it says, or an error.
func TestWrongObjectStreams(t *testing.T) {
	for data, words := range map[string]string{
		"4 0 (x)":              "",
		"4 0 (x) (y)":          "more than one object",
		"4 0 ":                 "where an object should be",
		"5 0 (x)":              "without object 4",
		"4 9 (x)":              "malformed object stream",
		"4 -1(x)":              "malformed object stream",
		"a 0 (x)":              "malformed object stream",
		"4 0 9 0 obj":          "more than one object",
		"4 0 endobj":           "where an object should be",
		"4 0 <</A 1>>\nstream": "more than one object",
	} {
		m := newMaker().document().stream(8, "/Type/ObjStm /N 1 /First 4", data).xref(9, "", map[int][2]int{4: {8, 0}})
		o, err := mustOpen(t, m.Bytes()).Newest().Get(Ref{Num: 4})
		if words != "" {
			wantFormat(t, err, words)
		} else if o != (String{Value: "x"}) || err != nil {
			t.Errorf("%q: %v, %v", data, o, err)
		}
	}
	for _, keys := range []string{"/Type/ObjStm /N 9 /First 4", "/Type/ObjStm /N 1 /First 99", "/Type/ObjStm /N -1 /First 4", "/Type/ObjStm", "/N 1 /First 4"} {
		m := newMaker().document().stream(8, keys, "4 0 (x)").xref(9, "", map[int][2]int{4: {8, 0}})
		_, err := mustOpen(t, m.Bytes()).Newest().Get(Ref{Num: 4})
		wantFormat(t, err, "object stream")
	}
}

// TestObjStreamCache: a small cache changes nothing but the time.
func TestObjStreamCache(t *testing.T) {
	m := newMaker().document().objStm(6, 4, "(four)").objStm(7, 5, "(five)")
	m.xref(8, "", map[int][2]int{4: {6, 0}, 5: {7, 0}})
	limits := DefaultLimits
	limits.Cache = 1
	f, err := OpenLimited(strings.NewReader(m.String()), int64(m.Len()), limits)
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		if got := mustGet(t, f.Newest(), 4); got != (String{Value: "four"}) {
			t.Errorf("object 4: %v", got)
		}
		if got := mustGet(t, f.Newest(), 5); got != (String{Value: "five"}) {
			t.Errorf("object 5: %v", got)
		}
	}
	if n := f.cache.recent.Len(); n != 1 {
		t.Errorf("%d object streams are kept", n)
	}
}

// TestConcurrentReads: a file may be read by several goroutines, here with a cache
// that they fight for.
func TestConcurrentReads(t *testing.T) {
	m := newMaker().document().objStm(6, 4, "(four)").objStm(7, 5, "(five)")
	m.xref(8, "", map[int][2]int{4: {6, 0}, 5: {7, 0}})
	limits := DefaultLimits
	limits.Cache = 1
	f, err := OpenLimited(strings.NewReader(m.String()), int64(m.Len()), limits)
	if err != nil {
		t.Fatal(err)
	}
	var readers sync.WaitGroup
	for range 4 {
		readers.Go(func() {
			for range 20 {
				for num, want := range map[uint32]string{4: "four", 5: "five"} {
					if got, err := f.Newest().Get(Ref{Num: num}); got != (String{Value: want}) || err != nil {
						t.Errorf("object %d: %v, %v", num, got, err)
					}
				}
			}
		})
	}
	readers.Wait()
}

// TestResolve follows a reference, but not one that stands for an object.
func TestResolve(t *testing.T) {
	m := newMaker().document().object(4, "5 0 R").object(5, "(end)").objStm(7, 6, "5 0 R").xref(8, "", map[int][2]int{6: {7, 0}})
	v := mustOpen(t, m.Bytes()).Newest()
	if o, err := v.Resolve(Ref{Num: 5}); o != (String{Value: "end"}) || err != nil {
		t.Errorf("%v, %v", o, err)
	}
	for _, num := range []uint32{4, 6} {
		_, err := v.Resolve(Ref{Num: num})
		wantFormat(t, err, "in the place of an object")
	}
	if o, err := v.Resolve(nil); !isNull(o) || err != nil {
		t.Errorf("%v, %v", o, err)
	}
}

// TestXRefStreamsRefused: nothing in a cross-reference stream is guessed.
func TestXRefStreamsRefused(t *testing.T) {
	for keys, words := range map[string]string{
		"/Type/XRef /W [1 3 1] /Size 4":                   "",
		"/Type/XRef /W [1 3 1] /Index [0 4]":              "",
		"/Type/XRef /W [1 3 1] /Size 9":                   "ends early",
		"/Type/XRef /W [1 3 1] /Size 99999999":            "ends early",
		"/Type/XRef /W [1 3] /Size 4":                     "malformed /W",
		"/Type/XRef /W [1 0 1] /Size 4":                   "malformed /W",
		"/Type/XRef /W [1 9 1] /Size 4":                   "malformed /W",
		"/Type/XRef /W [1 3 -1] /Size 4":                  "malformed /W",
		"/Type/XRef /W [1 3 1]":                           "malformed /Index or /Size",
		"/Type/XRef /W [1 3 1] /Index [0]":                "malformed /Index",
		"/Type/XRef /W [1 3 1] /Index [0 2 1 1]":          "twice",
		"/Type/XRef /W [1 3 1] /Index [-1 2]":             "malformed /Index",
		"/Type/ObjStm /W [1 3 1] /Size 4":                 "no cross-reference section",
		"/Type/XRef /W [1 3 1] /Size 4 /Filter/DCTDecode": "with the filter",
	} {
		m := newMaker().document()
		at := m.Len()
		var rows []byte
		for num := range 4 {
			rows = append(rows, 1, 0, byte(m.offsets[num]>>8), byte(m.offsets[num]), 0)
		}
		rows[0] = 0
		_, err := openBytes(m.stream(4, keys+" /Root 1 0 R", string(rows)).close(at).Bytes())
		if words != "" {
			wantFormat(t, err, words)
		} else if err != nil {
			t.Errorf("%s: %v", keys, err)
		}
	}
}
