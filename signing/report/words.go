package report

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"

	"khonggiay/signing"
	"khonggiay/signing/validator"
)

// wordsFile are the screen's words about signatures in Vietnamese.
//
//go:embed words.json
var wordsFile []byte

var words = sync.OnceValue(func() map[string]string {
	out := map[string]string{}
	if err := json.Unmarshal(wordsFile, &out); err != nil {
		panic(err) // it is part of the program
	}
	return out
})

var vietnam = time.FixedZone("+07", 7*60*60)

func moment(t time.Time) string { return t.In(vietnam).Format("15:04:05 02/01/2006") }

func day(t time.Time) string { return t.In(vietnam).Format("02/01/2006") }

// data are what is put into a sentence, by name.
type data map[string]any

// text is the value of a name, "" when there is none.
func (d data) text(name string) string {
	if v, ok := d[name]; ok && v != nil {
		return fmt.Sprint(v)
	}
	return ""
}

var placeholder = regexp.MustCompile(`{{\w+}}`)

// say gives the words of the first key that has some, or those of unknown.
func say(d data, unknown string, keys ...string) string {
	for _, key := range append(keys, unknown) {
		for _, name := range []string{key, key + "_other"} { // Vietnamese has one form for all numbers
			if w, ok := words()[name]; ok {
				return placeholder.ReplaceAllStringFunc(w, func(p string) string { return d.text(strings.Trim(p, "{}")) })
			}
		}
	}
	return unknown
}

// word is a sentence that is there.
func word(key string, d data) string { return say(d, "sign.unknown", "sign."+key) }

// changeText is what was changed, and where when that is known.
func changeText(c validator.Change) string {
	name := "sign.change." + string(c.Kind)
	keys := []string{name}
	if c.Field != "" {
		keys = append([]string{name + ".field"}, keys...)
	}
	if c.Page > 0 {
		keys = append([]string{name + ".page"}, keys...)
	}
	return say(data{"page": c.Page, "field": c.Field, "code": c.Kind}, "sign.change.unknown", keys...)
}

// findingText is a finding in a sentence. The sub-indication of the signature
// tells one mismatch from another.
func findingText(f validator.Finding, sub signing.SubIndication) string {
	d := data{"code": f.Code}
	for name, value := range f.Data {
		d[name] = value
	}
	if kind := d.text("kind"); f.Code == validator.ChangedAfter && kind != "" {
		c := validator.Change{Kind: validator.ChangeKind(kind), Field: d.text("field")}
		c.Page, _ = strconv.Atoi(d.text("page")) // 0 where none is known
		d["what"] = changeText(c)
		keys := []string{"sign.forged." + kind, "sign.forged"}
		if c.Page > 0 {
			keys = append([]string{"sign.forged." + kind + ".page"}, keys...)
		}
		return say(d, "sign.unknown", keys...)
	}
	name := "sign.finding." + string(f.Code)
	keys := []string{name + "." + string(sub)}
	if reason := d.text("reason"); reason != "" {
		d["why"] = say(data{"code": reason}, "sign.unknown", "sign.reason."+reason)
		if d["who"] = d.text("certificate"); d["who"] != "" {
			keys = append(keys, name+".who")
		}
		keys = append(keys, name+".why")
	}
	return say(d, "sign.unknown", append(keys, name)...)
}

// general are reasons that say less than the finding behind them.
var general = map[signing.SubIndication]bool{"": true, signing.FormatFailure: true, signing.SigConstraintsFailure: true,
	signing.SignedDataNotFound: true, signing.HashFailure: true, signing.SigCryptoFailure: true}

// An explanation says why an answer is what it is, what else counts, and what was
// noticed and changes nothing.
type explanation struct {
	reason      string
	more, notes []string
}

func explain(i signing.Indication, sub signing.SubIndication, findings []validator.Finding, kind validator.Kind) explanation {
	var grave, notes []string
	for _, f := range findings {
		if text := findingText(f, sub); isNote(f) {
			notes = once(notes, text)
		} else {
			grave = once(grave, text)
		}
	}
	switch {
	case i == signing.TotalPassed && kind == validator.DocTimestamp:
		return explanation{word("passed.stamp", nil), grave, notes}
	case i == signing.TotalPassed:
		return explanation{word("passed", nil), grave, notes}
	case len(grave) > 0 && general[sub]:
		return explanation{grave[0], grave[1:], notes}
	}
	code := string(sub)
	if code == "" {
		code = string(i)
	}
	return explanation{say(data{"code": code}, "sign.unknown", "sign.sub."+string(sub)), grave, notes}
}

func once(list []string, text string) []string {
	for _, have := range list {
		if have == text {
			return list
		}
	}
	return append(list, text)
}

// ageText is how old an answer is.
func ageText(age time.Duration) string {
	switch hours := int(age.Hours()); {
	case hours < 1:
		return word("age.fresh", nil)
	case hours < 24:
		return word("age.hours", data{"count": hours})
	default:
		return word("age.days", data{"count": hours / 24})
	}
}

// revocationText is what was known of the certificate when the file was judged.
func revocationText(r *validator.Revocation, now time.Time) string {
	name := "sign.revocation." + r.State
	keys, d := []string{name}, data{"code": r.State}
	if r.Since != nil {
		keys, d["at"] = append([]string{name + ".since"}, keys...), moment(*r.Since)
	}
	facts := []string{say(d, "sign.unknown", keys...)}
	if r.Source != "" {
		answer := strings.ToUpper(r.Source)
		if r.ThisUpdate != nil {
			answer += " " + ageText(max(now.Sub(*r.ThisUpdate), 0)) + " (" + moment(*r.ThisUpdate) + ")"
		}
		facts = append(facts, answer)
	}
	if r.Origin != "" {
		facts = append(facts, say(data{"code": r.Origin}, "sign.unknown", "sign.origin."+r.Origin))
	}
	return strings.Join(facts, " · ")
}
