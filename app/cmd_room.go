package app

func init() {
	define("room.save.1", KindRoom, saveRoom)
}

// RoomSave makes a meeting room or changes it whole (room.save.1). A room is
// closed and never deleted: meetings name it.
type RoomSave struct {
	Unit      ID     `cbor:"1,keyasint" json:"unit" minLength:"1" maxLength:"64" doc:"the office whose room it is"`
	Name      string `cbor:"2,keyasint" json:"name" minLength:"1" maxLength:"100"`
	Place     string `cbor:"3,keyasint,omitempty" json:"place,omitempty" maxLength:"200"`
	Seats     int    `cbor:"4,keyasint,omitempty" json:"seats,omitempty" minimum:"0" maximum:"5000"`
	Equipment string `cbor:"5,keyasint,omitempty" json:"equipment,omitempty" maxLength:"500"`
	Rows      []int  `cbor:"6,keyasint,omitempty" json:"rows,omitempty" maxItems:"60" doc:"seats in each row, the first is nearest the chair; 1–200"`
	Closed    bool   `cbor:"7,keyasint,omitempty" json:"closed,omitempty"`
}

// maxRowSeats is how many seats one row of a seating plan may have.
const maxRowSeats = 200

func saveRoom(x *Exec, a *RoomSave) error {
	if _, err := x.office(a.Unit); err != nil {
		return err
	}
	r := &Room{ID: x.Cmd.Target.ID, Unit: a.Unit, Name: a.Name, Place: a.Place, Seats: a.Seats, Equipment: a.Equipment, Rows: a.Rows, Closed: a.Closed}
	if err := x.may(r); err != nil {
		return err
	}
	old, ok, err := previous[*Room](x)
	if err != nil {
		return err
	}
	if !ok {
		if err := x.fresh(); err != nil {
			return err
		}
	} else if old.Unit != a.Unit {
		return Refuse(Forbidden, "room.other_office").With("unit", string(old.Unit))
	}
	if err := x.unchanged(); err != nil {
		return err
	}
	for _, n := range a.Rows {
		if n < 1 || n > maxRowSeats {
			return Refuse(Invalid, "room.bad_rows").With("max", maxRowSeats)
		}
	}
	return x.Tx.Put(r)
}
