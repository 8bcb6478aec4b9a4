package api

import (
	"cmp"
	"slices"

	"khonggiay/app"
)

// HandOverInfo is work of somebody who has left the office: still to be given
// to another, or given already.
type HandOverInfo struct {
	From    PersonRef    `json:"from"`
	At      app.Time     `json:"at" doc:"when it was found"`
	Unit    *UnitRef     `json:"unit,omitempty" doc:"where he worked"`
	What    []app.Queue  `json:"what" doc:"what waits, while it is open"`
	To      *PersonRef   `json:"to,omitempty"`
	By      *PersonRef   `json:"by,omitempty"`
	Done    app.Time     `json:"done,omitempty"`
	Actions []ActionInfo `json:"actions" doc:"on this hand-over"`
}

// handOvers lists the document's hand-overs, open ones first.
func (v *docView) handOvers() []HandOverInfo {
	out := []HandOverInfo{}
	for person, h := range v.doc.HandOvers {
		info := HandOverInfo{From: v.who(person), At: h.At, What: []app.Queue{}, To: v.person(h.To), By: v.person(h.By), Done: h.Done,
			Actions: []ActionInfo{}}
		if h.Unit != "" {
			info.Unit = v.unit(h.Unit)
		}
		if h.Done == 0 {
			for _, w := range app.Unfinished(v.doc, person) {
				if !slices.Contains(info.What, w.Queue) {
					info.What = append(info.What, w.Queue)
				}
			}
			info.Actions = v.each(app.Part{Receiver: person}, "document.hand_over")
		}
		out = append(out, info)
	}
	slices.SortFunc(out, func(a, b HandOverInfo) int {
		return cmp.Or(cmp.Compare(min(a.Done, 1), min(b.Done, 1)), cmp.Compare(a.At, b.At), cmp.Compare(a.From.ID, b.From.ID))
	})
	return out
}
