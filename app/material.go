package app

// MaterialKind is what a material is for.
type MaterialKind string

// Kinds of materials.
const (
	MaterialMain       MaterialKind = "main"
	MaterialReference  MaterialKind = "reference"
	MaterialResolution MaterialKind = "draft_resolution"
	MaterialPersonal   MaterialKind = "personal"
	MaterialConclusion MaterialKind = "conclusion"
)

// MaterialReview is where a material stands before people see it.
type MaterialReview string

// Reviews.
const (
	ReviewDraft    MaterialReview = "draft"
	ReviewPending  MaterialReview = "pending"
	ReviewApproved MaterialReview = "approved" // duyệt
	ReviewRejected MaterialReview = "rejected" // không duyệt, with a reason
)

// MaterialAccess says who may read it once it is open.
type MaterialAccess string

// Accesses.
const (
	AccessAll     MaterialAccess = "ALL" // everybody invited
	AccessRole    MaterialAccess = "ROLE"
	AccessPersons MaterialAccess = "PERSONS"
)

// The content of a material is brought to the machines of those who hold it so
// long before its meeting begins, and kept on the shelves so long after its end.
const (
	PapersAhead = Time(14 * 24 * 3600 * 1000)
	PapersAfter = Time(24 * 3600 * 1000)
)

// Material is one paper of a meeting in its versions. Until it is approved and
// open only those who prepare it and who run the meeting hold it, and with it
// the keys of its content; after a recall again only they.
type Material struct {
	ID ID `cbor:"1,keyasint"`
	PartOf
	Title     string         `cbor:"4,keyasint"` // ≤ 500
	Kind      MaterialKind   `cbor:"5,keyasint,omitempty"`
	Item      CommandID      `cbor:"6,keyasint,omitempty"` // agenda item it belongs to; 0 = the meeting
	Order     int            `cbor:"7,keyasint,omitempty"`
	Unit      ID             `cbor:"8,keyasint,omitzero"` // that prepares it
	Preparer  ID             `cbor:"9,keyasint,omitzero"` // person who prepares it, when one is named
	Due       Time           `cbor:"10,keyasint,omitempty"`
	Review    MaterialReview `cbor:"11,keyasint,omitempty"`
	Reason    string         `cbor:"12,keyasint,omitempty"` // why rejected
	Reviewer  ID             `cbor:"13,keyasint,omitzero"`
	Reviewed  Time           `cbor:"14,keyasint,omitempty"`
	Access    MaterialAccess `cbor:"15,keyasint,omitempty"`
	Roles     []MeetingRole  `cbor:"16,keyasint,omitempty"`
	Persons   []ID           `cbor:"17,keyasint,omitempty"`
	OpenFrom  Time           `cbor:"18,keyasint,omitempty"` // 0 = when approved
	RecallAt  Time           `cbor:"19,keyasint,omitempty"` // planned
	Opened    Time           `cbor:"20,keyasint,omitempty"`
	Recalled  Time           `cbor:"21,keyasint,omitempty"`
	Print     bool           `cbor:"22,keyasint,omitempty"`
	Download  bool           `cbor:"23,keyasint,omitempty"`
	Watermark bool           `cbor:"24,keyasint,omitempty"`
	By        ID             `cbor:"25,keyasint,omitzero"`
	Removed   Time           `cbor:"26,keyasint,omitempty"` // nobody holds it any more
	// Versions by FileKey; a later one has Replaces set.
	Versions map[CommandID]MaterialVersion `cbor:"30,keyasint,omitempty"`
	// Recalls are the people who held it when it was recalled.
	Recalls []ID `cbor:"31,keyasint,omitempty"`
}

// MaterialVersion is one version of a material.
type MaterialVersion struct {
	File File   `cbor:"1,keyasint"`
	Note string `cbor:"2,keyasint,omitempty"` // what changed, ≤ 2000
}

// Key implements Record.
func (m *Material) Key() Key { return Key{KindMaterial, m.ID} }

// Newest is the key of the version that takes the place of all others; 0 when
// nothing has been handed in yet.
func (m *Material) Newest() CommandID {
	replaced := map[CommandID]bool{}
	for _, v := range m.Versions {
		replaced[v.File.Replaces] = true
	}
	for _, key := range sortedKeys(m.Versions) {
		if !replaced[key] {
			return key
		}
	}
	return 0
}

// DueToOpen is when the clock opens it, DueToRecall when the clock recalls it; 0
// when it does neither.
func (m *Material) DueToOpen() Time {
	if m.Review != ReviewApproved || m.Opened != 0 || m.Recalled != 0 || m.Removed != 0 {
		return 0
	}
	return m.OpenFrom
}

// DueToRecall is described at [Material.DueToOpen].
func (m *Material) DueToRecall() Time {
	if !m.IsOpen() {
		return 0
	}
	return m.RecallAt
}

// MaterialState is where a material stands, in one word.
type MaterialState string

// States of a material.
const (
	MaterialAsked    MaterialState = "asked"    // nothing has been handed in
	MaterialDraft    MaterialState = "draft"    // not submitted
	MaterialPending  MaterialState = "pending"  // chờ duyệt
	MaterialRejected MaterialState = "rejected" // không duyệt
	MaterialWaits    MaterialState = "waits"    // approved, and its time has not come
	MaterialOpen     MaterialState = "open"
	MaterialRecalled MaterialState = "recalled" // đã thu hồi
)

// State is where the material stands.
func (m *Material) State() MaterialState {
	switch {
	case m.Recalled != 0:
		return MaterialRecalled
	case m.IsOpen():
		return MaterialOpen
	case m.Review == ReviewApproved:
		return MaterialWaits
	case m.Review == ReviewRejected:
		return MaterialRejected
	case m.Review == ReviewPending:
		return MaterialPending
	case len(m.Versions) == 0:
		return MaterialAsked
	}
	return MaterialDraft
}
