package appearance

import (
	"bytes"
	"errors"
	"testing"

	"khonggiay/signing/pades"
	"khonggiay/signing/pdf"
)

// TestReadPage: the box of a page is what readers show of it, whatever order its
// corners are in; the turn is one of four.
func TestReadPage(t *testing.T) {
	for entries, want := range map[string]Page{
		"":                                   {Box: [4]float64{0, 0, 200, 120}},
		"/CropBox [10 10 100 90]":            {Box: [4]float64{10, 10, 100, 90}},
		"/CropBox [100 90 10 10]":            {Box: [4]float64{10, 10, 100, 90}},
		"/CropBox [-50 10 1000.5 90]":        {Box: [4]float64{0, 10, 200, 90}},
		"/CropBox [0 0 0 0]":                 {Box: [4]float64{0, 0, 200, 120}},
		"/CropBox (none)":                    {Box: [4]float64{0, 0, 200, 120}},
		"/MediaBox [5 5 50.5 50]":            {Box: [4]float64{5, 5, 50.5, 50}},
		"/Rotate 90":                         {Box: [4]float64{0, 0, 200, 120}, Rotate: 90},
		"/Rotate -90":                        {Box: [4]float64{0, 0, 200, 120}, Rotate: 270},
		"/Rotate 540":                        {Box: [4]float64{0, 0, 200, 120}, Rotate: 180},
		"/Rotate 45":                         {Box: [4]float64{0, 0, 200, 120}},
		"/Rotate /Left":                      {Box: [4]float64{0, 0, 200, 120}},
		"/MediaBox [0 0 300 300] /Rotate 90": {Box: [4]float64{0, 0, 300, 300}, Rotate: 90},
	} {
		view, page := pageWith(t, entries)
		if got := must[Page](t)(ReadPage(view, page)); got != want {
			t.Errorf("%s: %v, not %v", entries, got, want)
		}
	}
	for _, entries := range []string{"/MediaBox [0 0 0 0]", "/MediaBox (none) /CropBox [1 1 1 9]", "/MediaBox [1 2 3]", "/CropBox [300 300 400 400]"} {
		view, page := pageWith(t, entries)
		if _, err := ReadPage(view, page); !errors.Is(err, errBox) {
			t.Errorf("%s: %v", entries, err)
		}
	}
}

// pageWith is the only page of a file, with entries of its own.
func pageWith(t *testing.T, entries string) (*pdf.View, pdf.Page) {
	t.Helper()
	view := open(t, pageFile(small, entries))
	return view, must[[]pdf.Page](t)(view.Pages())[0]
}

// TestFieldPage: a field is on the page that lists its widget.
func TestFieldPage(t *testing.T) {
	page := Page{Box: small.Box, Rotate: 90}
	data := emptyPage(page)
	var out bytes.Buffer
	if err := pades.Prepare(bytes.NewReader(data), int64(len(data)), &out, pades.Fields{
		Signatures: []pades.SignatureField{{Name: "Leader", Place: pades.Place{Rect: page.Corner()}}},
	}); err != nil {
		t.Fatal(err)
	}
	view := open(t, out.Bytes())
	field := must[*pdf.Form](t)(view.Form()).Fields[0]
	if got, there, err := FieldPage(view, field); got != page || !there || err != nil {
		t.Errorf("%v, %v, %v", got, there, err)
	}
	for _, nowhere := range []pdf.Field{{}, {Widgets: []pdf.Ref{{Num: 1}}}} {
		if _, there, err := FieldPage(view, nowhere); there || err != nil {
			t.Errorf("%v: %v, %v", nowhere, there, err)
		}
	}
}

// TestFromShown: what is seen at a corner is at a corner of the file's page, with
// its area, for each turn; the corner of attachments stays on small pages.
func TestFromShown(t *testing.T) {
	for rotate, want := range map[int][4]float64{
		0: {190, 115, 210, 120}, 90: {10, 200, 15, 220}, 180: {10, 20, 30, 25}, 270: {205, 20, 210, 40},
	} {
		p := Page{Box: [4]float64{10, 20, 210, 120}, Rotate: rotate}
		if rotate%180 != 0 {
			p.Box = [4]float64{10, 20, 210, 220}
		}
		w, h := p.Size()
		if got := p.FromShown([4]float64{w - 20, h - 5, w, h}); got != want {
			t.Errorf("%d: %v, not %v", rotate, got, want)
		}
	}
	for _, side := range []float64{1, 20, 100, 5000} {
		p := Page{Box: [4]float64{0, 0, side, side}}
		if c := p.Corner(); !hasArea(c) || c[0] < 0 || c[1] < 0 || c[2] > side || c[3] > side {
			t.Errorf("%v: %v", side, c)
		}
	}
}

// TestNumbers: numbers are written as a content stream knows them.
func TestNumbers(t *testing.T) {
	if got, want := numbers(0, -0.0001, 1, 12.5, -3.14159, 1e-9, 100), "0 0 1 12.5 -3.142 0 100"; got != want {
		t.Errorf("%s, not %s", got, want)
	}
	if got, want := (RGB{255, 0, 51}).operator(), "1 0 0.2 rg"; got != want {
		t.Errorf("%s, not %s", got, want)
	}
}
