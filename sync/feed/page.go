package feed

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"

	"github.com/fxamacker/cbor/v2"

	"khonggiay/app"
)

// Item is one record in a page: whole, changed, or gone.
type Item struct {
	Key     app.Key
	Version uint64
	// Base is 0 when Body is the whole record. Else Body is the patch that
	// leads any version from Base up to Version (it may be empty).
	Base uint64
	Body []byte
	// Scopes are those of the reader's scopes that hold the record now. None:
	// the record is gone, and nothing of it may stay.
	Scopes []app.Scope
}

// Gone reports whether the reader has lost the record.
func (i *Item) Gone() bool { return len(i.Scopes) == 0 }

// Membership is the list of the reader's scopes.
type Membership struct {
	Version uint64      `cbor:"1,keyasint"`
	Scopes  []app.Scope `cbor:"2,keyasint,omitempty"`
}

// Page is one step of a pull: applied by the laptop in one transaction
// together with its cursor.
type Page struct {
	Epoch     uint64      // of the server's data; another one than before = it was restored
	Cursor    []byte      // opaque; the next request starts here
	After     []byte      // CursorTag of the cursor that the page continues
	Time      app.Time    // the server's clock
	Lease     uint32      // for how many seconds from Time on the laptop may show what it holds; 0 = not said
	Members   *Membership // set when the reader's scopes are others than the cursor said
	Items     []Item
	Receipt   *Receipt           // results of the reader's commands
	Next      uint32             // the counter that the server expects next from this writer; 0 = not said
	Standing  []Standing         // where the reader's writers stand: when the cursor was of another epoch
	Remaining [app.Classes]int64 // records still to come, by class
	// Level is true when the page brings the reader to the server's present
	// state; then Check is the Digest of the sums of all its scopes.
	Level bool
	Check uint64
	// Unlike lists the scopes whose sums differ from those asked about, with
	// the sums of their 256 buckets; Listing, the records of asked buckets.
	Unlike  []Buckets
	Listing []Listing
	Bye     Bye // why the server ends the stream after this page
}

// Standing is the counter that a writer's next command must have: what a
// restored server knows of the writer.
type Standing struct {
	_      struct{} `cbor:",toarray"`
	Writer uint32
	Next   uint32
}

// CursorTag is the name by which a page says which cursor it continues: the
// first 4 bytes of the cursor's SHA-256.
func CursorTag(cursor []byte) []byte {
	h := sha256.Sum256(cursor)
	return h[:4]
}

// Bye is why a stream ends.
type Bye uint8

// Reasons to end a stream.
const (
	ByeNone    Bye = 0
	ByeTime    Bye = 1 // the long poll is over: ask again
	ByeNewer   Bye = 2 // a newer request of this device took over
	ByeRevoked Bye = 3 // the device was revoked: wipe
	ByeStop    Bye = 4 // the server stops: ask again later
	ByeBusy    Bye = 5 // too many first loads: ask again later
)

// Buckets are the 256 sums of one scope.
type Buckets struct {
	Scope app.Scope `cbor:"1,keyasint"`
	Sums  []uint64  `cbor:"2,keyasint"`
}

// Listing names what one bucket of a scope holds on the server.
type Listing struct {
	Scope   app.Scope `cbor:"1,keyasint"`
	Bucket  uint8     `cbor:"2,keyasint"`
	Records []Held    `cbor:"3,keyasint,omitempty"`
}

// Held is a record at a version.
type Held struct {
	_       struct{} `cbor:",toarray"`
	Kind    app.Kind
	ID      app.ID
	Version uint64
}

// Key of the record.
func (h Held) Key() app.Key { return app.Key{Kind: h.Kind, ID: h.ID} }

// pageHead is the CBOR head of a page; the columns of the items follow it.
type pageHead struct {
	Epoch     uint64          `cbor:"1,keyasint,omitempty"`
	Cursor    []byte          `cbor:"2,keyasint,omitempty"`
	Time      app.Time        `cbor:"3,keyasint,omitempty"`
	Members   *Membership     `cbor:"4,keyasint,omitempty"`
	Groups    []pageGroup     `cbor:"5,keyasint,omitempty"`
	Scopes    []app.Scope     `cbor:"6,keyasint,omitempty"` // those that items refer to
	Results   cbor.RawMessage `cbor:"7,keyasint,omitempty"` // Receipt.Signed
	Signature []byte          `cbor:"8,keyasint,omitempty"`
	Next      uint32          `cbor:"9,keyasint,omitempty"`
	Remaining []int64         `cbor:"10,keyasint,omitempty"`
	Check     []byte          `cbor:"11,keyasint,omitempty"`
	Unlike    []Buckets       `cbor:"12,keyasint,omitempty"`
	Listing   []Listing       `cbor:"13,keyasint,omitempty"`
	Bye       Bye             `cbor:"14,keyasint,omitempty"`
	After     []byte          `cbor:"15,keyasint,omitempty"`
	Lease     uint32          `cbor:"16,keyasint,omitempty"`
	Standing  []Standing      `cbor:"17,keyasint,omitempty"`
}

type pageGroup struct {
	_     struct{} `cbor:",toarray"`
	Kind  app.Kind
	Count int
}

// Keys of an item, which travels as a map.
const (
	itemID      = 1 // absent when the body is whole: its key 1 is the id
	itemVersion = 2
	itemBase    = 3 // absent when it is Version-1
	itemScopes  = 4 // indexes into the head's scopes; absent = gone
	itemBody    = 5
	itemPatch   = 6
)

// MaxItems bounds the items of one page.
const MaxItems = 1 << 16

// EncodePage returns the page's bytes. Items keep their order within a kind.
func EncodePage(p *Page) ([]byte, error) {
	h := pageHead{
		Epoch: p.Epoch, Cursor: p.Cursor, Time: p.Time, Members: p.Members, Next: p.Next,
		Unlike: p.Unlike, Listing: p.Listing, Bye: p.Bye, After: p.After, Lease: p.Lease, Standing: p.Standing,
	}
	if p.Receipt != nil {
		h.Results, h.Signature = p.Receipt.Signed, p.Receipt.Signature
	}
	if p.Remaining != [app.Classes]int64{} {
		h.Remaining = p.Remaining[:]
	}
	if p.Level {
		h.Check = binary.BigEndian.AppendUint64(nil, p.Check)
	}
	cols, err := encodeItems(&h, p.Items)
	if err != nil {
		return nil, err
	}
	hb, err := encMode.Marshal(&h)
	if err != nil {
		return nil, fmt.Errorf("feed: encode page: %w", err)
	}
	main := binary.AppendUvarint(make([]byte, 0, len(hb)+len(cols.main)+4), uint64(len(hb)))
	return pack(append(append(main, hb...), cols.main...), cols.noise), nil
}

func encodeItems(h *pageHead, items []Item) (columns, error) {
	var cols columns
	refs := map[app.Scope]uint64{}
	byKind := map[app.Kind][][]byte{}
	for i := range items {
		it := &items[i]
		if _, seen := byKind[it.Key.Kind]; !seen {
			h.Groups = append(h.Groups, pageGroup{Kind: it.Key.Kind})
		}
		b, err := appendItem(h, refs, it)
		if err != nil {
			return cols, err
		}
		byKind[it.Key.Kind] = append(byKind[it.Key.Kind], b)
	}
	for i := range h.Groups {
		g := &h.Groups[i]
		g.Count = len(byKind[g.Kind])
		if err := cols.add(byKind[g.Kind], maxDepth+4); err != nil {
			return cols, err
		}
	}
	return cols, nil
}

func appendItem(h *pageHead, refs map[app.Scope]uint64, it *Item) ([]byte, error) {
	es := make([]entry, 0, 6)
	put := func(key byte, val []byte) { es = append(es, entry{[]byte{key}, val}) }
	whole := !it.Gone() && it.Base == 0
	if whole {
		id, err := recordID(it.Body)
		if err != nil || id != it.Key.ID {
			return nil, fmt.Errorf("feed: body of %v names %q (%v)", it.Key, id, err)
		}
	} else {
		id, err := it.Key.ID.MarshalCBOR()
		if err != nil {
			return nil, fmt.Errorf("feed: %w", err)
		}
		put(itemID, id)
	}
	if !it.Gone() {
		put(itemVersion, appendHead(nil, majorUint, it.Version))
		if !whole && it.Base+1 != it.Version {
			put(itemBase, appendHead(nil, majorUint, it.Base))
		}
		list := appendHead(nil, majorArray, uint64(len(it.Scopes)))
		for _, s := range it.Scopes {
			n, ok := refs[s]
			if !ok {
				n = uint64(len(h.Scopes))
				refs[s] = n
				h.Scopes = append(h.Scopes, s)
			}
			list = appendHead(list, majorUint, n)
		}
		put(itemScopes, list)
		switch {
		case whole:
			put(itemBody, it.Body)
		case len(it.Body) > 0:
			put(itemPatch, it.Body)
		}
	}
	return appendMap(nil, es), nil
}

// DecodePage reads a page from the server.
func DecodePage(b []byte) (*Page, error) {
	main, noise, err := unpack(b, maxRaw)
	if err != nil {
		return nil, err
	}
	n, w := binary.Uvarint(main)
	if w <= 0 || n > uint64(len(main)-w) {
		return nil, malformed("page without a head")
	}
	var h pageHead
	if err := decMode.Unmarshal(main[w:w+int(n)], &h); err != nil {
		return nil, malformed("page head: %v", err)
	}
	p := &Page{
		Epoch: h.Epoch, Cursor: h.Cursor, Time: h.Time, Members: h.Members, Next: h.Next,
		Unlike: h.Unlike, Listing: h.Listing, Bye: h.Bye, After: h.After, Lease: h.Lease, Standing: h.Standing,
	}
	copy(p.Remaining[:], h.Remaining)
	if len(h.Check) == 8 {
		p.Level, p.Check = true, binary.BigEndian.Uint64(h.Check)
	}
	if len(h.Results) > 0 {
		if p.Receipt, err = ReadReceipt(h.Results, h.Signature); err != nil {
			return nil, err
		}
	}
	u := uncolumns{main: main[w+int(n):], noise: noise, cells: maxCells, size: maxUnfold}
	if p.Items, err = decodeItems(&h, &u); err != nil {
		return nil, err
	}
	return p, nil
}

func decodeItems(h *pageHead, u *uncolumns) ([]Item, error) {
	var items []Item
	for _, g := range h.Groups {
		if g.Count < 0 || len(items)+g.Count > MaxItems {
			return nil, malformed("page has too many items")
		}
		vals, err := u.read(g.Count, maxDepth+4)
		if err != nil {
			return nil, err
		}
		for _, v := range vals {
			it, err := decodeItem(h, g.Kind, v)
			if err != nil {
				return nil, err
			}
			items = append(items, it)
		}
	}
	return items, nil
}

func decodeItem(h *pageHead, kind app.Kind, v []byte) (Item, error) {
	it := Item{Key: app.Key{Kind: kind}}
	es, err := entriesInto(make([]entry, 0, 6), v, maxDepth+4)
	if err != nil {
		return it, err
	}
	var hasBase, whole bool
	for _, e := range es {
		if len(e.key) != 1 {
			continue // of a later version
		}
		switch e.key[0] {
		case itemID:
			err = it.Key.ID.UnmarshalCBOR(e.val)
		case itemVersion:
			it.Version, err = uintOf(e.val)
		case itemBase:
			it.Base, err = uintOf(e.val)
			hasBase = true
		case itemScopes:
			it.Scopes, err = scopesOf(h.Scopes, e.val)
		case itemBody:
			whole, it.Body = true, e.val
		case itemPatch:
			it.Body = e.val
		}
		if err != nil {
			return it, malformed("item: %v", err)
		}
	}
	return it, finishItem(&it, whole, hasBase)
}

// finishItem fills in what an item leaves out and checks that it makes sense.
func finishItem(it *Item, whole, hasBase bool) (err error) {
	switch {
	case whole:
		it.Base = 0
		if it.Key.ID, err = recordID(it.Body); err != nil {
			return err
		}
	case it.Gone():
		it.Version, it.Base, it.Body = 0, 0, nil
	case !hasBase && it.Version > 0:
		it.Base = it.Version - 1
	}
	if !it.Key.ID.Valid() {
		return malformed("item without an id")
	}
	if !it.Gone() && (it.Version == 0 || it.Base > it.Version || !whole && it.Base == 0) {
		return malformed("item at version %d from %d", it.Version, it.Base)
	}
	if len(it.Body) > 0 && !isMap(it.Body) {
		return malformed("item body is not a map")
	}
	return nil
}

func uintOf(v []byte) (uint64, error) {
	major, arg, n, err := head(v)
	if err != nil || major != majorUint || n != len(v) {
		return 0, malformed("not a number")
	}
	return arg, nil
}

func scopesOf(table []app.Scope, v []byte) ([]app.Scope, error) {
	major, count, n, err := head(v)
	if err != nil || major != majorArray || count > uint64(len(table)) {
		return nil, malformed("bad list of scopes")
	}
	out := make([]app.Scope, 0, count)
	for ; count > 0; count-- {
		_, arg, w, err := head(v[n:])
		if err != nil || arg >= uint64(len(table)) {
			return nil, malformed("bad list of scopes")
		}
		out = append(out, table[arg])
		n += w
	}
	return out, nil
}
