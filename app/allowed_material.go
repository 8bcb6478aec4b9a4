package app

import "slices"

// materialActions are those on a material, in the order of a menu.
var materialActions = []Action{"material.review", "material.submit", "material.add_version", "material.edit", "material.set_access",
	"material.open", "material.recall", "material.remove"}

// AllowedMaterial lists every action on a material with its answer, for menus and
// buttons. Like [Allowed] it is narrower than Can: what the material's state
// forbids is not offered.
func AllowedMaterial(d *Directory, a Actor, m *Meeting, p *Material) []Decision {
	reviews := Can(d, a, "material.review", m, Part{Material: p}).Allow
	out := make([]Decision, len(materialActions))
	for i, act := range materialActions {
		out[i] = Can(d, a, act, m, Part{Material: p})
		if out[i].Allow && (m.Secret || !p.waitsFor(act, reviews)) {
			out[i] = Decision{Action: act, Reason: "can.nothing_to_do"}
		}
	}
	return out
}

// waitsFor reports whether the action has something to do.
func (m *Material) waitsFor(act Action, reviews bool) bool {
	switch act {
	case "material.review":
		return len(m.Versions) > 0 && !m.IsOpen() && m.Recalled == 0
	case "material.submit":
		return slices.Contains([]MaterialState{MaterialDraft, MaterialRejected}, m.State())
	case "material.add_version":
		return reviews || !m.IsOpen()
	case "material.open":
		return m.Review == ReviewApproved && !m.IsOpen()
	case "material.recall":
		return m.IsOpen()
	case "material.remove":
		return m.Opened == 0
	}
	return true
}

// MayKeep reports whether the actor prepares the material or runs the meeting: he
// may print it and save it whatever its access says.
func (m *Material) MayKeep(d *Directory, a Actor, of *Meeting) bool {
	return Can(d, a, "material.add_version", of, Part{Material: m}).Allow || slices.Contains(of.Officials(), a.Person)
}

// MaySave refuses to have a material saved by somebody who may only read it.
func (m *Material) MaySave(d *Directory, a Actor, of *Meeting) error {
	if m.Download || m.MayKeep(d, a, of) {
		return nil
	}
	return Refuse(Forbidden, "material.no_download")
}
