package server

import (
	"context"

	"khonggiay/app"
	"khonggiay/app/api"
	"khonggiay/app/sqlite"
)

// What administrators see of laptops whose courier did what only the province's
// may, and how they let one in again.

// overProvince reports whether one of the administered offices is the province's.
func (d *devices) overProvince(administered map[app.ID]bool) bool {
	dir := d.store.Directory()
	for office := range administered {
		if u := dir.Unit(office); u != nil && u.Level == app.LevelProvince {
			return true
		}
	}
	return false
}

// judges reports whether the viewer answers for the device: he administers its
// office, or it has raised the alarm and he administers the province.
func (d *devices) judges(viewer app.ID, device sqlite.Device, alarm sqlite.CourierAlarm) bool {
	offices := d.administered(viewer)
	return offices[d.officeNow(device)] || alarm.At != 0 && d.overProvince(offices)
}

func alarmView(alarm sqlite.CourierAlarm, mayEnd bool) *api.ForeignAlarm {
	if alarm.At == 0 {
		return nil
	}
	return &api.ForeignAlarm{OfficeID: alarm.Office, At: alarm.At, Items: alarm.Items, MayEnd: mayEnd}
}

// ReadmitCourier implements api.Devices. The person whose laptop it is cannot let
// it in himself.
func (d *devices) ReadmitCourier(ctx context.Context, viewer api.Viewer, id string) error {
	device, alarm, err := d.managed(ctx, viewer, id)
	if err != nil {
		return err
	}
	if !d.judges(viewer.Person, device, alarm) {
		return errNotAdmin
	}
	if alarm.At == 0 {
		return nil
	}
	err = d.store.Write(ctx, func(tx *sqlite.Tx) error {
		if err := tx.DeleteCourierAlarm(device.ID); err != nil {
			return err
		}
		return tx.Audit(sqlite.AuditEntry{Act: "courier.readmit", Actor: viewer.Person, Object: string(device.ID),
			Detail: map[string]any{"office": alarm.Office, "items": alarm.Items, "at": alarm.At}})
	})
	if err != nil {
		return err
	}
	d.readmitted()
	d.changed()
	d.log.Info("courier let in again", "device", id, "by", viewer.Person)
	return nil
}
