package pdf

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// TestPages: the pages in order, each with what it inherits.
func TestPages(t *testing.T) {
	m := newMaker().object(1, "<</Type/Catalog /Pages 2 0 R>>").
		object(2, "<</Type/Pages /Kids [3 0 R 4 0 R 7 0 R] /MediaBox [0 0 10 10] /Rotate 90>>").
		object(3, "<</Type/Page /Rotate 0>>").
		object(4, "<</Type/Pages /Kids 8 0 R /MediaBox 9 0 R>>").
		object(5, "<</Type/Page>>").object(6, "<</Type/Page /MediaBox null>>").object(7, "<</Type/Page>>").
		object(8, "[5 0 R 6 0 R]").object(9, "[0 0 20 20]").table("")
	pages, err := mustOpen(t, m.Bytes()).Newest().Pages()
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, p := range pages {
		got = append(got, fmt.Sprint(p.Ref.Num, p.Get("Rotate"), p.Get("MediaBox")))
	}
	want := []string{"3 0 [0 0 10 10]", "5 90 {9 0}", "6 90 {9 0}", "7 90 [0 0 10 10]"}
	if !slices.Equal(got, want) {
		t.Errorf("pages %q, want %q", got, want)
	}
}

// TestPagesRefused: circles, pages reached twice, and what is no page.
func TestPagesRefused(t *testing.T) {
	for kids, words := range map[string]string{
		"[2 0 R]": "once only", "[3 0 R 3 0 R]": "once only", "[1 0 R]": "not a page", "[9 0 R]": "not a page",
		"[<</Type/Page>>]": "not a reference", "(x)": "not an array", "4 0 R": "not a reference",
	} {
		m := newMaker().object(1, "<</Type/Catalog /Pages 2 0 R>>").object(2, "<</Type/Pages /Kids %s>>", kids).
			object(3, "<</Type/Page>>").object(4, "[4]").table("")
		_, err := mustOpen(t, m.Bytes()).Newest().Pages()
		wantFormat(t, err, words)
	}
	deep := newMaker().object(1, "<</Type/Catalog /Pages 2 0 R>>")
	for num := 2; num < 200; num++ {
		deep.object(num, "<</Type/Pages /Kids [%d 0 R]>>", num+1)
	}
	_, err := mustOpen(t, deep.table("").Bytes()).Newest().Pages()
	var limit *LimitError
	if !errors.As(err, &limit) {
		t.Errorf("a deep tree: %v", err)
	}
	_, err = mustOpen(t, newMaker().object(1, "<</Pages 2 0 R>>").table("").Bytes()).Newest().Pages()
	wantFormat(t, err, "not a catalog")
	_, err = mustOpen(t, newMaker().object(1, "<</Type/Catalog>>").table("").Bytes()).Newest().Pages()
	wantFormat(t, err, "catalog with pages")
}

func form(fields string) *maker {
	return newMaker().object(1, "<</Type/Catalog /Pages 2 0 R /AcroForm 3 0 R>>").object(3, "<</Fields %s>>", fields)
}

// TestForm: full names, inheritance, widgets and ancestors.
func TestForm(t *testing.T) {
	m := form("[4 0 R 5 0 R 9 0 R]").
		object(4, "<</T (số) /FT/Tx /Subtype/Widget>>").
		object(5, "<</T (sign) /FT/Sig /Ff 1 /Kids [6 0 R 7 0 R]>>").
		object(6, "<</T (leader) /Subtype/Widget /V 10 0 R>>").
		object(7, "<</T (seal) /Ff 0 /Kids [8 0 R]>>").object(8, "<</Subtype/Widget>>").
		object(9, "<</T (sign.leader)>>").table("")
	f, err := mustOpen(t, m.Bytes()).Newest().Form()
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, x := range f.Fields {
		got = append(got, fmt.Sprintf("%s %s %v %v %v", x.Name, x.Type(), x.Get("Ff"), x.Widgets, x.Parents))
	}
	want := []string{
		String{Value: "số"}.Text() + " Tx {} [{4 0}] []",
		"sign.leader Sig 1 [{6 0}] [{5 0}]", "sign.seal Sig 0 [{8 0}] [{5 0}]", "sign.leader  {} [] []",
	}
	if !slices.Equal(got, want) {
		t.Errorf("fields\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if !slices.Equal(f.Duplicates, []string{"sign.leader"}) {
		t.Errorf("duplicates %q", f.Duplicates)
	}
}

// TestFormRefused: circles, and what is no field.
func TestFormRefused(t *testing.T) {
	for fields, words := range map[string]string{
		"[4 0 R]": "once only", "[5 0 R 5 0 R]": "once only", "[<</T(x)>>]": "not a reference", "[6 0 R]": "with a name", "7": "not an array",
	} {
		m := form(fields).object(4, "<</T (a) /Kids [4 0 R]>>").object(5, "<</T (b)>>").object(6, "<</T /c>>").table("")
		_, err := mustOpen(t, m.Bytes()).Newest().Form()
		wantFormat(t, err, words)
	}
	none, err := mustOpen(t, newMaker().document().table("").Bytes()).Newest().Form()
	if none != nil || err != nil {
		t.Errorf("a form in a file without: %v, %v", none, err)
	}
	deep := form("[4 0 R]")
	for num := 4; num < 200; num++ {
		deep.object(num, "<</T (x) /Kids [%d 0 R]>>", num+1)
	}
	_, err = mustOpen(t, deep.object(200, "<</T(y)>>").table("").Bytes()).Newest().Form()
	var limit *LimitError
	if !errors.As(err, &limit) {
		t.Errorf("a deep form: %v", err)
	}
}
