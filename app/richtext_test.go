package app

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

const richSample = `{"type":"doc","content":[{"type":"heading","attrs":{"level":2},"content":[{"type":"text","text":"I. Kết luận"}]},` +
	`{"type":"paragraph","content":[{"type":"text","marks":[{"type":"bold"},{"type":"italic"}],"text":"Giao "},{"type":"hardBreak"},{"type":"text","text":"Phòng Kinh tế"}]},` +
	`{"type":"orderedList","attrs":{"start":3,"type":null},"content":[{"type":"listItem","content":[{"type":"paragraph","content":[{"type":"text","text":"ba"}]},` +
	`{"type":"bulletList","content":[{"type":"listItem","content":[{"type":"paragraph","content":[{"type":"text","text":"gạch"}]}]}]}]}]},{"type":"paragraph"}]}`

func TestRichText(t *testing.T) {
	n, err := ParseRich(richSample, maxRich)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := n.PlainText(), "I. Kết luận\nGiao \nPhòng Kinh tế\n3. ba\n- gạch"; got != want {
		t.Errorf("text %q, want %q", got, want)
	}
	b := n.Blocks()
	if b[0].Level != 2 || !b[1].Runs[0].Bold || !b[1].Runs[0].Italic || b[1].Runs[2].Bold || b[3].List != 2 || b[2].List != 1 {
		t.Errorf("blocks %+v", b)
	}
	again, err := ParseRich(n.JSON(), maxRich)
	if err != nil || again.JSON() != n.JSON() {
		t.Errorf("written and read again: %v", err)
	}
}

func TestRichTextRefuses(t *testing.T) {
	p := func(inside string) string { return `{"type":"doc","content":[` + inside + `]}` }
	deep := strings.Repeat(`{"type":"bulletList","content":[{"type":"listItem","content":[`, 12) + `{"type":"paragraph"}` + strings.Repeat(`]}]}`, 12)
	for name, text := range map[string]string{
		"nothing": "", "no JSON": "<p>a</p>", "null": "null", "an array": "[]", "another root": `{"type":"paragraph"}`, "an empty document": `{"type":"doc"}`,
		"a null node": p("null"), "two values": p(`{"type":"paragraph"}`) + "{}", "an image": p(`{"type":"image","attrs":{"src":"a"}}`),
		"a link":       p(`{"type":"paragraph","content":[{"type":"text","text":"a","marks":[{"type":"link","attrs":{"href":"javascript:1"}}]}]}`),
		"another mark": p(`{"type":"paragraph","content":[{"type":"text","text":"a","marks":[{"type":"code"}]}]}`),
		"a mark twice": p(`{"type":"paragraph","content":[{"type":"text","text":"a","marks":[{"type":"bold"},{"type":"bold"}]}]}`),
		"a style":      p(`{"type":"paragraph","attrs":{"style":"a"}}`), "an unknown member": p(`{"type":"paragraph","onclick":"a"}`),
		"text in the document": p(`{"type":"text","text":"a"}`), "an empty text": p(`{"type":"paragraph","content":[{"type":"text","text":""}]}`),
		"a control": p("{\"type\":\"paragraph\",\"content\":[{\"type\":\"text\",\"text\":\"a\\u0000\"}]}"), "level 4": p(`{"type":"heading","attrs":{"level":4}}`),
		"a heading without a level": p(`{"type":"heading"}`), "a paragraph in a paragraph": p(`{"type":"paragraph","content":[{"type":"paragraph"}]}`),
		"an item alone": p(`{"type":"listItem","content":[{"type":"paragraph"}]}`), "an empty list": p(`{"type":"bulletList"}`), "too deep": p(deep),
		"text on a paragraph": p(`{"type":"paragraph","text":"a"}`),
	} {
		if _, err := ParseRich(text, maxRich); AsError(err) == nil || AsError(err).Reason != "richtext.bad" {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := ParseRich(RichOf(strings.Repeat("a", maxRich)), maxRich); AsError(err) == nil || AsError(err).Reason != "richtext.too_long" {
		t.Errorf("too long: %v", err)
	}
	many := p(strings.TrimSuffix(strings.Repeat(`{"type":"paragraph"},`, maxRichNodes), ","))
	if _, err := ParseRich(many, len(many)); err == nil {
		t.Error("too many nodes")
	}
}

func TestRichOfProperty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		line := rapid.StringMatching(`[a-zA-ZđÐàạữ<>&"'\\{}\[\] ]{0,30}`)
		lines := rapid.SliceOfN(line, 0, 6).Draw(t, "lines")
		text := RichOf(lines...)
		n, err := ParseRich(text, maxRich)
		if err != nil || n.JSON() != text {
			t.Fatalf("%q: %v", text, err)
		}
		if got, want := n.PlainText(), strings.TrimSpace(strings.Join(lines, "\n")); got != want {
			t.Fatalf("%q, want %q", got, want)
		}
	})
}

// FuzzParseRich: whatever comes, what is taken is written in one way, which is
// taken again as the same text.
func FuzzParseRich(f *testing.F) {
	f.Add(richSample)
	f.Add(RichOf("a", "", "b"))
	f.Add(`{"TYPE":"doc","content":[{"type":"paragraph","Type":"heading","attrs":{"level":1}}]}`)
	f.Fuzz(func(t *testing.T, text string) {
		n, err := ParseRich(text, maxRich)
		if err != nil {
			return
		}
		again, err := ParseRich(n.JSON(), 10*maxRich)
		if err != nil || again.JSON() != n.JSON() || again.PlainText() != n.PlainText() {
			t.Fatalf("%q is written %q: %v", text, n.JSON(), err)
		}
	})
}
