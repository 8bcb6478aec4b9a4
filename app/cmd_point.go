package app

func init() {
	define("point.save.1", KindMeetingPoint, savePoint)
	define("point.end.1", KindMeetingPoint, endPoint)
}

// PointSave makes a meeting point or changes it whole (point.save.1). One that
// was no longer in use is so again.
type PointSave struct {
	Unit       ID          `cbor:"1,keyasint" json:"unit" minLength:"1" maxLength:"64" doc:"the office that keeps it"`
	Name       string      `cbor:"2,keyasint" json:"name" minLength:"1" maxLength:"200"`
	Place      string      `cbor:"3,keyasint,omitempty" json:"place,omitempty" maxLength:"300"`
	Group      PointGroup  `cbor:"4,keyasint" json:"group" enum:"TINH,SO_NGANH,XA_PHUONG,CUM,HUYEN"`
	Room       ID          `cbor:"5,keyasint,omitzero" json:"room,omitempty" maxLength:"64" doc:"a meeting room of the same office"`
	Phone      string      `cbor:"6,keyasint,omitempty" json:"phone,omitempty" maxLength:"30"`
	Technician ID          `cbor:"7,keyasint,omitzero" json:"technician,omitempty" maxLength:"64"`
	Device     PointDevice `cbor:"8,keyasint" json:"device" enum:"PC,SIP,H323,CAPTURE"`
	Up         int         `cbor:"9,keyasint,omitempty" json:"up,omitempty" minimum:"0" maximum:"10000000" doc:"bandwidth, kbit/s"`
	Down       int         `cbor:"10,keyasint,omitempty" json:"down,omitempty" minimum:"0" maximum:"10000000" doc:"bandwidth, kbit/s"`
	Backup     string      `cbor:"11,keyasint,omitempty" json:"backup,omitempty" maxLength:"100" doc:"the second line: 4G"`
}

// PointEnd takes a meeting point out of use (point.end.1): it is never deleted,
// for meetings name it.
type PointEnd struct{}

// canPoint: the office's clerk and administrator keep its points, and so does the
// administrator of every office above it, the province's among them.
func canPoint(d *Directory, a *Actor, p *MeetingPoint, on Date) (Grant, bool) {
	if g, ok := a.role(p.Unit, RoleClerk, RoleAdmin); ok {
		return g, true
	}
	above := p.Unit
	for range maxDepth {
		if above = d.ParentOf(above, on); above == "" {
			break
		}
		if g, ok := a.role(above, RoleAdmin); ok {
			return g, true
		}
	}
	return Grant{}, false
}

func savePoint(x *Exec, a *PointSave) error {
	if _, err := x.office(a.Unit); err != nil {
		return err
	}
	p := &MeetingPoint{ID: x.Cmd.Target.ID, Unit: a.Unit, Name: a.Name, Place: a.Place, Group: a.Group, Room: a.Room, Phone: a.Phone,
		Technician: a.Technician, Device: a.Device, Up: a.Up, Down: a.Down, Backup: a.Backup}
	if err := x.may(p); err != nil {
		return err
	}
	old, ok, err := previous[*MeetingPoint](x)
	if err != nil {
		return err
	}
	if !ok {
		if err := x.fresh(); err != nil {
			return err
		}
	} else if old.Unit != a.Unit {
		return Refuse(Forbidden, "point.other_office").With("unit", string(old.Unit))
	}
	if err := x.unchanged(); err != nil {
		return err
	}
	if err := x.checkPoint(p, old); err != nil {
		return err
	}
	return x.Tx.Put(p)
}

// checkPoint refuses what names nobody and nothing. What a point named before may
// have gone since, and stays named until somebody changes it.
func (x *Exec) checkPoint(p, old *MeetingPoint) error {
	if old == nil {
		old = &MeetingPoint{}
	}
	if r := x.Dir.Room(p.Room); p.Room != "" && p.Room != old.Room && (r == nil || r.Closed || r.Unit != p.Unit) {
		return Refuse(Invalid, "point.unknown_room").With("room", string(p.Room))
	}
	if who := x.Dir.Person(p.Technician); p.Technician != "" && p.Technician != old.Technician && (who == nil || who.Closed) {
		return Refuse(Invalid, "point.unknown_person").With("person", string(p.Technician))
	}
	if !dials(p.Phone) {
		return Refuse(Invalid, "point.bad_phone")
	}
	for _, other := range x.Dir.Points() {
		if other.ID != p.ID && other.Unit == p.Unit && Fold(other.Name) == Fold(p.Name) {
			return Refuse(Conflict, "point.same_name").With("name", other.Name)
		}
	}
	return nil
}

// dials reports whether a text is a telephone number as people write it, or empty.
func dials(phone string) bool {
	digits := 0
	for _, c := range phone {
		switch {
		case c >= '0' && c <= '9':
			digits++
		case c == ' ' || c == '.' || c == '-' || c == '(' || c == ')' || c == '+':
		default:
			return false
		}
	}
	return phone == "" || digits >= 3
}

func endPoint(x *Exec, _ *PointEnd) error {
	p, ok, err := previous[*MeetingPoint](x)
	if err != nil {
		return err
	}
	if !ok {
		return Refuse(NotFound, "point.not_found")
	}
	if err := x.may(p); err != nil {
		return err
	}
	if p.Ended != 0 {
		return Refuse(Conflict, "point.ended").With("at", int64(p.Ended))
	}
	p.Ended = x.Now
	return x.Tx.Put(p)
}
