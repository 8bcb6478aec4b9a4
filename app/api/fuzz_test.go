package api

import (
	"errors"
	"mime"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"khonggiay/app"
)

// FuzzParseCommand: whatever arrives is a command in its normal form or an
// error with a reason, and never a command of the system.
func FuzzParseCommand(f *testing.F) {
	f.Add([]byte(`{"name":"document.remark.1","target":{"kind":1,"id":"d"},"base":0,"args":{"text":"Đã rõ"}}`))
	f.Add([]byte(`{"name":"document.direct.1","target":{"kind":1,"id":"d"},"base":3,"args":{"text":"a","receivers":[{"id":"p","role":"CHU_TRI"}]}}`))
	f.Add([]byte(`{"name":"document.edit.1","target":{"kind":1,"id":"d"},"base":3,"args":{"set":{"subject":null,"pages":1e400}}}`))
	f.Add([]byte(`{"name":"document.content_stored.1","target":{"kind":1,"id":"d"},"args":{"file":1}}`))
	f.Add([]byte(`[[[[`))
	a := New(Options{Version: "fuzz"})
	f.Fuzz(func(t *testing.T, raw []byte) {
		cmd, err := a.parseCommand(raw)
		var e *app.Error
		var p *Problem
		switch {
		case err != nil:
			if !errors.As(err, &e) && !errors.As(err, &p) {
				t.Fatalf("error without a reason: %v", err)
			}
		case app.SpecOf(cmd.Name).System || !cmd.Target.ID.Valid():
			t.Fatalf("accepted %+v", cmd)
		}
	})
}

// FuzzFileName: a name that is kept is safe on every system, and survives the
// trip through a header.
func FuzzFileName(f *testing.F) {
	for _, s := range []string{"Kế hoạch.pdf", `..\..\a.pdf`, "a\x00b.pdf", "\u202efdp.exe", "e\u0301.pdf", ".pdf", strings.Repeat("ộ", 300) + ".x", "a\xff.pdf", "%41\"';.pdf"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, given string) {
		name, ok := FileName(given)
		if !ok {
			return
		}
		if strings.ContainsAny(name, "/\\<>:\"|?*\x00\n") || strings.HasPrefix(name, ".") || utf8.RuneCountInString(name) > maxFileName || !norm.NFC.IsNormalString(name) {
			t.Fatalf("%q is kept as %q", given, name)
		}
		_, params, err := mime.ParseMediaType(disposition("attachment", name))
		if utf8.ValidString(name) && (err != nil || params["filename"] != name) {
			t.Fatalf("%q comes back as %q, %v", name, params["filename"], err)
		}
	})
}

// FuzzPageCounter: pages count the same however the bytes are cut.
func FuzzPageCounter(f *testing.F) {
	f.Add([]byte("<</Type /Page>> <</Type/Pages>> /Type\n/Page/Parent            "), 3)
	f.Fuzz(func(t *testing.T, text []byte, step int) {
		whole, cut := &pageCounter{}, &pageCounter{}
		_, _ = whole.Write(text)
		for rest := text; len(rest) > 0; {
			n := min(len(rest), 1+(step&15))
			_, _ = cut.Write(rest[:n])
			rest = rest[n:]
		}
		if whole.n != cut.n {
			t.Fatalf("%d pages whole, %d in pieces", whole.n, cut.n)
		}
	})
}
