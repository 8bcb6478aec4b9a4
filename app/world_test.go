package app

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"
)

// tester is what a *testing.T and a *rapid.T have in common.
type tester interface {
	Helper()
	Fatal(...any)
	Fatalf(string, ...any)
}

// memory is the smallest Tx that tests need: records as bytes, so that nobody
// holds another's copy, and counters for the books it holds.
type memory struct {
	signed   map[string]*Command // by what stands for their bytes
	decided  map[CommandID]bool
	t        tester
	dir      *Directory
	records  map[Key][]byte
	versions map[Key]uint64
	counters map[string]uint32
	holds    bool // the books' holder
	machines map[ID]Machine
	put      map[Key]bool
}

func (m *memory) Get(k Key) (Record, error) {
	b, ok := m.records[k]
	if !ok {
		return nil, ErrNotFound
	}
	r := NewRecord(k.Kind)
	if err := json.Unmarshal(b, r); err != nil {
		m.t.Fatalf("record %v: %v", k, err)
	}
	return r, nil
}

func (m *memory) Put(r Record) error {
	b, err := json.Marshal(r)
	if err != nil {
		m.t.Fatalf("record %v: %v", r.Key(), err)
	}
	m.records[r.Key()], m.put[r.Key()] = b, true
	if r.Key().Kind.IsDirectory() {
		m.dir = m.dir.With([]Record{r})
	}
	return nil
}

func (m *memory) Version(k Key) (uint64, error) { return m.versions[k], nil }
func (m *memory) Directory() *Directory         { return m.dir }

func (m *memory) NextNumber(book ID, year int) (uint32, bool, error) {
	if b := m.dir.Book(book); !m.holds || b != nil && (b.Closed() || b.Holder != HolderServer) {
		return 0, false, nil
	}
	key := fmt.Sprint(book, year)
	m.counters[key]++
	return m.counters[key], true, nil
}

func (m *memory) LastNumber(book ID, year int) (uint32, error) {
	return m.counters[fmt.Sprint(book, year)], nil
}

func (m *memory) SetLastNumber(book ID, year int, n uint32) error {
	m.counters[fmt.Sprint(book, year)] = n
	return nil
}

func (m *memory) Numbered(book ID, year int, n uint32) (out []ID, err error) {
	for k := range m.records {
		if k.Kind != KindDocument {
			continue
		}
		r, err := m.Get(k)
		if err != nil {
			return nil, err
		}
		if d := r.(*Document); d.Book == book && d.BookYear == year && d.BookNumber == n {
			out = append(out, d.ID)
		}
	}
	slices.Sort(out)
	return out, nil
}

func (m *memory) Machine(id ID) (Machine, error) {
	d, ok := m.machines[id]
	if !ok {
		return Machine{}, ErrNotFound
	}
	return d, nil
}

// Signed knows the commands that were signed, by their ids as text.
func (m *memory) Signed(command []byte) (*Command, bool, error) {
	c, ok := m.signed[string(command)]
	if !ok {
		return nil, false, Refuse(Forbidden, "command.bad_signature")
	}
	again := *c
	return &again, m.decided[c.ID], nil
}

func (m *memory) Savepoint(fn func() error) error {
	before := m.copy()
	before.put = maps.Clone(m.put)
	err := fn()
	if err != nil {
		*m = *before
	}
	return err
}

// Issued believes every certificate but one that says of itself to be forged.
func (m *memory) Issued(certificate []byte, _ Time) bool {
	return !bytes.Contains(certificate, []byte("forged"))
}

func (m *memory) copy() *memory {
	c := *m
	c.records, c.versions, c.counters = maps.Clone(m.records), maps.Clone(m.versions), maps.Clone(m.counters)
	c.put = map[Key]bool{}
	return &c
}

// world is a small province: a department (so) and three communes (x1–x3),
// each with a division and a person in every role, named "<office>.<role>".
type world struct {
	t      tester
	server *memory
	now    Time
	last   uint32
}

var start = TimeOf(time.Date(2026, 11, 23, 8, 0, 0, 0, Zone))

var offices = []ID{"so", "x1", "x2", "x3"}

func unitOf(office ID, r Role) ID {
	if r == RoleHead || r == RoleOfficer {
		return office + ".p"
	}
	return office
}

func who(office ID, r Role) ID { return office + "." + ID(r) }

func provinceRecords() []Record {
	recs := []Record{&Unit{ID: "tinh", Name: "Tỉnh An Bình", Level: "province"}}
	for _, o := range offices {
		name, notation, form := "Ủy ban nhân dân xã "+string(o), "UBND", AuthorityTM
		if o == "so" {
			name, notation, form = "Sở Nội vụ", "SNV", AuthorityOwn
		}
		recs = append(recs,
			&Unit{ID: o, Name: name, Notation: notation, Office: true, Level: "commune", Parents: []Parent{{Unit: "tinh"}}},
			&Unit{ID: o + ".p", Name: "Phòng Văn hóa – Xã hội", Notation: "VX", Level: "division", Parents: []Parent{{Unit: o}}},
			&Unit{ID: o + ".q", Name: "Phòng Kinh tế", Notation: "KT", Level: "division", Parents: []Parent{{Unit: o}}},
			&Book{ID: o + ".den", Unit: o, Direction: Incoming, Name: "Sổ văn bản đến", Holder: HolderServer},
			&Book{ID: o + ".di", Unit: o, Direction: Outgoing, Name: "Sổ văn bản đi", Holder: HolderServer},
			&Authority{ID: o + ".a1", Unit: o, Person: who(o, RoleLeader), Form: form, Title: "CHỦ TỊCH"},
			&Authority{ID: o + ".a2", Unit: o, Person: who(o, RoleDeputy), Form: AuthorityKT, Title: "PHÓ CHỦ TỊCH"},
		)
		for _, r := range Roles {
			recs = append(recs, &Person{ID: who(o, r), Name: "Nguyễn " + string(r), Posts: []Post{{Unit: unitOf(o, r), Role: r, Main: true}}})
		}
		recs = append(recs, &Person{ID: o + ".officer2", Name: "Trần Văn Hai", Posts: []Post{{Unit: o + ".q", Role: RoleOfficer}}})
		recs = append(recs, &Person{ID: o + ".head2", Name: "Lê Thị Ba", Posts: []Post{{Unit: o + ".q", Role: RoleHead}}})
	}
	for _, c := range VietnamCalendars() {
		recs = append(recs, c)
	}
	return recs
}

func newWorld(t tester) *world {
	recs := provinceRecords()
	m := &memory{t: t, dir: NewDirectory(recs), records: map[Key][]byte{}, versions: map[Key]uint64{},
		counters: map[string]uint32{}, holds: true, put: map[Key]bool{}}
	for _, r := range recs {
		if err := m.Put(r); err != nil {
			t.Fatal(err)
		}
		m.versions[r.Key()] = 1
	}
	return &world{t: t, server: m, now: start}
}

// run gives a command as the person: on the server for good, or on a laptop's
// copy of the records. A refused command leaves nothing behind.
func (w *world) run(m *memory, final bool, c *Command) (*memory, error) {
	w.last++
	if c.ID == 0 {
		c.ID = NewCommandID(7, w.last)
	}
	if c.At == 0 {
		c.At = w.now
	}
	next := m.copy()
	if err := Execute(next, c, w.now, final); err != nil {
		return m, err
	}
	for k := range next.put {
		next.versions[k]++
	}
	return next, nil
}

func docKey(id ID) Key { return Key{KindDocument, id} }

func (w *world) try(person ID, name string, target ID, args any) error {
	w.now += 60_000
	kind := KindDocument
	if s := SpecOf(name); s != nil {
		kind = s.Kind
	}
	m, err := w.run(w.server, true, &Command{Name: name, Target: Key{kind, target}, Actor: person, Args: args})
	w.server = m
	return err
}

func (w *world) must(person ID, name string, target ID, args any) CommandID {
	w.t.Helper()
	if err := w.try(person, name, target, args); err != nil {
		w.t.Fatalf("%s gives %s: %v %v", person, name, err, AsError(err).Data)
	}
	return NewCommandID(7, w.last)
}

func (w *world) refused(reason string, person ID, name string, target ID, args any) *Error {
	w.t.Helper()
	err := w.try(person, name, target, args)
	if err == nil {
		w.t.Fatalf("%s gives %s: accepted, want %s", person, name, reason)
	}
	e := AsError(err)
	if e.Reason != reason {
		w.t.Fatalf("%s gives %s: %v %v, want %s", person, name, err, e.Data, reason)
	}
	return e
}

func (w *world) doc(id ID) *Document {
	w.t.Helper()
	r, err := w.server.Get(docKey(id))
	if err != nil {
		w.t.Fatalf("document %s: %v", id, err)
	}
	return r.(*Document)
}

func (w *world) state(id ID, want State) *Document {
	w.t.Helper()
	d := w.doc(id)
	if d.State != want {
		w.t.Fatalf("document %s is %s, want %s", id, d.State, want)
	}
	return d
}

func pdf(n byte) NewFile {
	return NewFile{Name: "van-ban.pdf", Media: "application/pdf", Content: FileVersion{
		SHA256: Hash{n}, Size: 10, Segments: []Segment{{Name: Hash{n, 1}, Size: 26, Plain: 10, Key: SegmentKey{n}}},
	}}
}

// sent registers a paper of the department and sends it to all communes.
func (w *world) sent(id ID) {
	w.t.Helper()
	w.must("so.clerk", "document.register_send.1", id, &RegisterAndSend{
		Unit: "so", Book: "so.di", To: []ID{"x1", "x2", "x3"}, Signer: "so.leader", Files: []NewFile{pdf(1), pdf(2)},
		Fields: Fields{Type: TypeOfficialLetter, Subject: "Về việc rà soát hộ nghèo", Urgency: UrgencyImmediate, DueDate: DateOf(2026, 12, 1)},
	})
}
