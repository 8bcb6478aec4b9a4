package presign

import (
	"cmp"
	"slices"
)

// A Report is what was found. Its JSON is stable: fields are added, not changed.
type Report struct {
	File      string    `json:"file,omitempty"`
	Pages     int       `json:"pages"`
	Revisions int       `json:"revisions"`
	Worst     Severity  `json:"worst,omitempty"` // "" when nothing was found
	Findings  []Finding `json:"findings"`
	// Left counts, by code, further findings that are not listed.
	Left map[Code]int `json:"left,omitempty"`
}

// mostOfACode bounds how many findings of a code are listed.
const mostOfACode = 20

var ranks = map[Severity]int{Blocks: 3, Warns: 2, Tells: 1}

// conclude puts the gravest first.
func (r *Report) conclude() {
	slices.SortStableFunc(r.Findings, func(a, b Finding) int {
		return cmp.Or(ranks[b.Severity]-ranks[a.Severity], cmp.Compare(a.Page, b.Page))
	})
	if len(r.Findings) > 0 {
		r.Worst = r.Findings[0].Severity
	}
}

// Has reports whether a code is among the findings.
func (r *Report) Has(code Code) bool {
	return slices.ContainsFunc(r.Findings, func(f Finding) bool { return f.Code == code })
}
