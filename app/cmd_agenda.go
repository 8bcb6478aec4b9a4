package app

import "slices"

func init() {
	define("agenda.put_item.1", KindAgenda, putAgendaItem)
	define("agenda.order.1", KindAgenda, orderAgenda)
	define("agenda.remove_item.1", KindAgenda, removeAgendaItem)

	for _, act := range []Action{"agenda.put_item", "agenda.order", "agenda.remove_item"} {
		meetingRule(act, meetingClause{relMeetSecretary, meetingBefore}, meetingClause{relMeetChair, meetingUpcoming})
	}
}

// maxAgendaItems is above what any meeting has.
const maxAgendaItems = 500

// AgendaPut adds an item to the sheet or changes it (agenda.put_item.1; target:
// the sheet on which it then is). An item comes from another sheet when its
// type changes.
type AgendaPut struct {
	Meeting    ID         `cbor:"1,keyasint" json:"meeting" minLength:"1" maxLength:"64"`
	Type       AgendaType `cbor:"2,keyasint" json:"type" enum:"common,internal,hidden"`
	Item       CommandID  `cbor:"3,keyasint,omitempty" json:"item,omitempty" doc:"absent: a new one"`
	From       AgendaType `cbor:"4,keyasint,omitempty" json:"from,omitempty" enum:",common,internal,hidden" doc:"where it was, when elsewhere"`
	Base       CommandID  `cbor:"5,keyasint,omitempty" json:"base,omitempty" doc:"the change that the screen showed: another's newer one is not overwritten"`
	Title      string     `cbor:"6,keyasint" json:"title" minLength:"1" maxLength:"500"`
	Text       string     `cbor:"7,keyasint,omitempty" json:"text,omitempty" maxLength:"4000"`
	Minutes    int        `cbor:"8,keyasint,omitempty" json:"minutes,omitempty" minimum:"0" maximum:"1440"`
	Order      int        `cbor:"9,keyasint,omitempty" json:"order,omitempty" minimum:"0" maximum:"9999" doc:"of a new one; agenda.order moves others"`
	Presenters []ID       `cbor:"10,keyasint,omitempty" json:"presenters,omitempty" maxItems:"20" doc:"persons or units"`
	Presenter  string     `cbor:"11,keyasint,omitempty" json:"presenter,omitempty" maxLength:"200" doc:"as printed, when it is nobody of ours"`
}

// AgendaOrder gives many items a new order, on all sheets that the actor holds
// (agenda.order.1; target: the sheet of what everybody sees). Items that it does
// not name come after those it does, as they were.
type AgendaOrder struct {
	Meeting ID          `cbor:"1,keyasint" json:"meeting" minLength:"1" maxLength:"64"`
	Items   []CommandID `cbor:"2,keyasint" json:"items" minItems:"1" maxItems:"500"`
}

// AgendaRemove takes an item out (agenda.remove_item.1).
type AgendaRemove struct {
	Meeting ID        `cbor:"1,keyasint" json:"meeting" minLength:"1" maxLength:"64"`
	Item    CommandID `cbor:"2,keyasint" json:"item"`
}

// openAgenda loads the meeting whose sheet of the type is the command's target.
func (x *Exec) openAgenda(meeting ID, t AgendaType) (*Meeting, error) {
	m, err := x.openMeeting(meeting)
	if err != nil {
		return nil, err
	}
	if x.Cmd.Target.ID != AgendaID(meeting, t) {
		return nil, Refuse(Invalid, "command.bad_target")
	}
	return m, nil
}

// sheet loads a meeting's sheet of the type, or begins it.
func (x *Exec) sheet(m *Meeting, t AgendaType) (*AgendaSheet, error) {
	id := AgendaID(m.ID, t)
	s, ok, err := partOf[*AgendaSheet](x, Key{KindAgenda, id})
	if err == nil && !ok {
		s = &AgendaSheet{ID: id, PartOf: PartOf{Meeting: m.ID}, Type: t}
	}
	if err == nil && s.Items == nil {
		s.Items = map[CommandID]AgendaItem{}
	}
	return s, err
}

// putSheet stores it, and the meeting when it has not known of the sheet.
func (x *Exec) putSheet(m *Meeting, s *AgendaSheet) error {
	told, err := x.putPart(m, s)
	if err != nil || !told {
		return err
	}
	return x.Tx.Put(m)
}

func putAgendaItem(x *Exec, a *AgendaPut) error {
	m, err := x.openAgenda(a.Meeting, a.Type)
	if err != nil {
		return err
	}
	to, err := x.sheet(m, a.Type)
	if err != nil {
		return err
	}
	for _, id := range a.Presenters {
		if x.Dir.Person(id) == nil && x.Dir.Unit(id) == nil {
			return Refuse(Invalid, "meeting.unknown_person").With("person", string(id))
		}
	}
	key, order := a.Item, a.Order
	if key == 0 {
		if len(to.Items) >= maxAgendaItems {
			return Refuse(Invalid, "agenda.full").With("max", maxAgendaItems)
		}
		key = x.Cmd.ID
	} else if order, err = x.takeItem(m, to, a); err != nil {
		return err
	}
	to.Items[key] = AgendaItem{Title: a.Title, Text: a.Text, Minutes: a.Minutes, Order: order, Presenters: a.Presenters,
		Presenter: a.Presenter, Changed: x.Cmd.ID, By: x.Actor.Person, At: x.Now}
	return x.putSheet(m, to)
}

// takeItem checks that the item is where the person saw it and as he saw it,
// and takes it off the sheet that it leaves. It keeps its place in the order.
func (x *Exec) takeItem(m *Meeting, to *AgendaSheet, a *AgendaPut) (order int, err error) {
	from := to
	if a.From != "" && a.From != a.Type {
		if from, err = x.sheet(m, a.From); err != nil {
			return 0, err
		}
	}
	old, ok := from.Items[a.Item]
	switch {
	case !ok || old.Removed != 0:
		return 0, Refuse(Conflict, "agenda.no_item")
	case a.Base != old.Changed:
		return 0, Refuse(Conflict, "agenda.item_changed").With("by", string(old.By)).With("at", int64(old.At))
	case from == to:
		return old.Order, nil
	}
	delete(from.Items, a.Item)
	return old.Order, x.putSheet(m, from)
}

func orderAgenda(x *Exec, a *AgendaOrder) error {
	m, err := x.openAgenda(a.Meeting, AgendaCommon)
	if err != nil {
		return err
	}
	place := make(map[CommandID]int, len(a.Items))
	for i, id := range a.Items {
		place[id] = i
	}
	sheets := make([]*AgendaSheet, len(AgendaTypes))
	for i, t := range AgendaTypes {
		if sheets[i], err = x.sheet(m, t); err != nil {
			return err
		}
	}
	for i, id := range unplaced(sheets, place) {
		place[id] = len(a.Items) + i
	}
	for _, s := range sheets {
		if err := x.reorder(m, s, place); err != nil {
			return err
		}
	}
	return nil
}

// unplaced lists the items that have no place, in their present order.
func unplaced(sheets []*AgendaSheet, place map[CommandID]int) (out []CommandID) {
	items := map[CommandID]AgendaItem{}
	for _, s := range sheets {
		for id, it := range s.Items {
			if _, ok := place[id]; !ok {
				items[id] = it
			}
		}
	}
	out = sortedKeys(items)
	slices.SortStableFunc(out, func(a, b CommandID) int { return items[a].Order - items[b].Order })
	return out
}

func (x *Exec) reorder(m *Meeting, s *AgendaSheet, place map[CommandID]int) error {
	changed := false
	for id, it := range s.Items {
		if it.Order != place[id] {
			it.Order = place[id]
			s.Items[id], changed = it, true
		}
	}
	if !changed {
		return nil
	}
	return x.putSheet(m, s)
}

// removeAgendaItem keeps what was removed, for what names it. What the meeting
// has begun stays.
func removeAgendaItem(x *Exec, a *AgendaRemove) error {
	m, err := x.openMeeting(a.Meeting)
	if err != nil {
		return err
	}
	s, ok, err := partOf[*AgendaSheet](x, x.Cmd.Target)
	if err != nil {
		return err
	}
	if !ok || s.Meeting != m.ID {
		return Refuse(Conflict, "agenda.no_item")
	}
	it, ok := s.Items[a.Item]
	if !ok || it.Removed != 0 {
		return Refuse(Conflict, "agenda.no_item")
	}
	if session, ok, err := partOf[*Session](x, Key{KindSession, SessionID(m.ID)}); err != nil {
		return err
	} else if st := session.itemState(a.Item); ok && st != ItemWaiting && st != ItemDeferred {
		return Refuse(Conflict, "agenda.item_begun")
	}
	it.Removed, it.Changed, it.By, it.At = x.Now, x.Cmd.ID, x.Actor.Person, x.Now
	s.Items[a.Item] = it
	return x.putSheet(m, s)
}

// itemState is how far an item of the agenda is; before the meeting it waits.
func (s *Session) itemState(item CommandID) AgendaState {
	if s != nil {
		if c, ok := s.Items[item]; ok {
			return c.State
		}
	}
	return ItemWaiting
}
