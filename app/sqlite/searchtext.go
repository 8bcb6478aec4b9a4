package sqlite

import (
	"iter"
	"strings"
	"unicode"
	"unicode/utf8"

	"khonggiay/app"
)

// maxTerms of a search; what is typed beyond them is not looked for.
const maxTerms = 16

// term is one thing looked for: a word, or several that must follow each
// other, as a phrase in quotes or a number like 123/QĐ-UBND does.
type term struct {
	words  []string // folded
	exact  []string // lower case, accents kept
	prefix bool     // the last word may go on
	// spelled lists what the last word may be when it goes on; empty = let the
	// index find out.
	spelled []string
}

// parseTerms reads what a person typed: words, "phrases", numbers. The last
// word counts as unfinished unless a space or a quote follows it.
func parseTerms(text string) []term {
	var out []term
	for i, part := range strings.Split(app.NormalText(text)+trailingSpace(text), `"`) {
		quoted := i%2 == 1
		pieces := strings.FieldsFunc(part, unicode.IsSpace)
		if quoted {
			pieces = []string{part}
		}
		for j, p := range pieces {
			t := termOf(p)
			if len(t.words) == 0 || len(out) == maxTerms {
				continue
			}
			unfinished := !quoted && j == len(pieces)-1 && strings.HasSuffix(part, p)
			t.prefix = unfinished
			out = append(out, t)
		}
	}
	for i := range out[:max(0, len(out)-1)] {
		out[i].prefix = false
	}
	return out
}

// trailingSpace is the space at the end that says that the last word is whole;
// normalising takes it away.
func trailingSpace(text string) string {
	if strings.TrimRightFunc(text, unicode.IsSpace) != text {
		return " "
	}
	return ""
}

func termOf(s string) term {
	var t term
	for _, w := range wordsOf(s) {
		t.words = append(t.words, app.Fold(w.text))
		t.exact = append(t.exact, strings.ToLower(w.text))
	}
	return t
}

// word is a run of letters and digits in a text, with its place in bytes.
type word struct {
	text       string
	start, end int
}

// wordsOf cuts text where the index cuts it. Combining marks belong to the
// word they stand in.
func wordsOf(s string) (out []word) {
	for w := range eachWord(s) {
		out = append(out, w)
	}
	return out
}

func eachWord(s string) iter.Seq[word] {
	return func(yield func(word) bool) {
		start := -1
		for i, r := range s {
			in := inWord(r) || start >= 0 && r >= utf8.RuneSelf && unicode.Is(unicode.Mn, r)
			switch {
			case in && start < 0:
				start = i
			case !in && start >= 0:
				if !yield(word{s[start:i], start, i}) {
					return
				}
				start = -1
			}
		}
		if start >= 0 {
			yield(word{s[start:], start, len(s)})
		}
	}
}

func inWord(r rune) bool {
	if r < utf8.RuneSelf {
		return 'a' <= r && r <= 'z' || '0' <= r && r <= '9' || 'A' <= r && r <= 'Z'
	}
	return unicode.IsLetter(r) || unicode.IsNumber(r)
}

// matchText writes the terms, and the scopes that limit them, as an FTS5
// query. Words hold letters and digits only, so quoting them is enough.
func matchText(terms []term, scopes []int64) string {
	var b strings.Builder
	b.WriteString("{title body} : (")
	for i, t := range terms {
		if i > 0 {
			b.WriteString(" AND ")
		}
		b.WriteString(t.match())
	}
	b.WriteString(")")
	if len(scopes) > 0 {
		b.WriteString(" AND scopes : (" + strings.ReplaceAll(scopeTokens(scopes), " ", " OR ") + ")")
	}
	return b.String()
}

// match writes one term.
func (t *term) match() string {
	if !t.prefix || len(t.spelled) == 0 {
		star := map[bool]string{true: "*"}[t.prefix]
		return `"` + strings.Join(t.words, " ") + `"` + star
	}
	begin := strings.Join(t.words[:len(t.words)-1], " ")
	alternatives := make([]string, len(t.spelled))
	for i, w := range t.spelled {
		alternatives[i] = `"` + strings.TrimSpace(begin+" "+w) + `"`
	}
	return "(" + strings.Join(alternatives, " OR ") + ")"
}

// accented reports whether the person typed accents, and so may want exactly
// these.
func accented(terms []term) bool {
	for _, t := range terms {
		for i := range t.words {
			if t.words[i] != t.exact[i] {
				return true
			}
		}
	}
	return false
}

// matches reports whether the term stands at words[i], accents and all when
// exact.
func (t *term) matches(words []word, i int, exact bool) bool {
	if i+len(t.words) > len(words) {
		return false
	}
	for j := range t.words {
		want, have := t.words[j], words[i+j].text
		if exact {
			want, have = t.exact[j], strings.ToLower(have)
		} else {
			have = app.Fold(have)
		}
		last := j == len(t.words)-1
		if have != want && !(last && t.prefix && strings.HasPrefix(have, want)) {
			return false
		}
	}
	return true
}

// foundAll reports whether each term stands somewhere in the text.
func foundAll(terms []term, text string, exact bool) bool {
	words := wordsOf(text)
	for i := range terms {
		if !terms[i].in(words, exact) {
			return false
		}
	}
	return true
}

func (t *term) in(words []word, exact bool) bool {
	for i := range words {
		if t.matches(words, i, exact) {
			return true
		}
	}
	return false
}

// mark cuts the text into spans, those of the terms as hits; nil when there is
// none.
func mark(terms []term, text string) []app.TextSpan {
	words := wordsOf(text)
	var out []app.TextSpan
	done := 0
	for i := 0; i < len(words); {
		n := 0
		for k := range terms {
			if terms[k].matches(words, i, false) {
				n = max(n, len(terms[k].words))
			}
		}
		if n == 0 {
			i++
			continue
		}
		start, end := words[i].start, words[i+n-1].end
		if start > done {
			out = append(out, app.TextSpan{Text: text[done:start]})
		}
		out = append(out, app.TextSpan{Text: text[start:end], Hit: true})
		done, i = end, i+n
	}
	if done == 0 {
		return nil
	}
	if done < len(text) {
		out = append(out, app.TextSpan{Text: text[done:]})
	}
	return out
}

// snippetWords is how many words a snippet shows around its first hit.
const snippetWords = 24

// snippet is a piece of the text around the place where most terms stand
// together; nil when none does.
func snippet(terms []term, text string) []app.TextSpan {
	words := wordsOf(text)
	hits := make([]int, len(words)+1) // hits[i]: terms found before word i
	for i := range words {
		hits[i+1] = hits[i]
		for k := range terms {
			if terms[k].matches(words, i, false) {
				hits[i+1]++
			}
		}
	}
	if hits[len(words)] == 0 {
		return nil
	}
	best, most := 0, 0
	for i := range words {
		if n := hits[min(i+snippetWords, len(words))] - hits[i]; n > most {
			best, most = i, n
		}
	}
	first := best
	for hits[first+1] == hits[best] {
		first++
	}
	from := max(0, min(first-snippetWords/4, len(words)-snippetWords))
	to := min(from+snippetWords, len(words))
	return around(mark(terms, text[words[from].start:words[to-1].end]), from > 0, to < len(words))
}

// around marks what was left out on either side.
func around(spans []app.TextSpan, before, after bool) []app.TextSpan {
	if before {
		spans = append([]app.TextSpan{{Text: "… "}}, spans...)
	}
	if after {
		spans = append(spans, app.TextSpan{Text: " …"})
	}
	return spans
}
