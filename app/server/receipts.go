package server

import (
	"cmp"
	"slices"

	"khonggiay/app"
	"khonggiay/app/api"
	"khonggiay/app/sqlite"
)

// receiptsOf tells at which recipients the files of a sent document have arrived
// whole; nil when it was not sent, or has none. All recipients have the same
// sealed files, so one look at who holds them answers for every office.
func receiptsOf(v *sqlite.View, doc *app.Document, at app.Time) (*api.Receipts, error) {
	files, lacking := sentFiles(doc), awaiting(doc)
	if len(files) == 0 || len(lacking) == 0 {
		return nil, nil
	}
	out := &api.Receipts{Total: len(lacking), Lacking: []api.LackingReceipt{}}
	holders, err := v.FileHolders(doc.ID, files)
	if err != nil {
		return nil, err
	}
	dir := v.Directory()
	for _, h := range holders {
		for _, office := range officesOf(dir, h.Person, at) {
			delete(lacking, office)
		}
	}
	out.Full = out.Total - len(lacking)
	if len(lacking) == 0 {
		return out, nil
	}
	if err := countLaptops(v, lacking, at); err != nil {
		return nil, err
	}
	for office, laptops := range lacking {
		l := api.LackingReceipt{Unit: office, Laptops: laptops}
		if u := dir.Unit(office); u != nil {
			l.Name = u.Name
		}
		out.Lacking = append(out.Lacking, l)
	}
	slices.SortFunc(out.Lacking, func(a, b api.LackingReceipt) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Unit, b.Unit))
	})
	return out, nil
}

// sentFiles are the files that recipients get.
func sentFiles(doc *app.Document) (out []app.CommandID) {
	for _, key := range doc.CurrentFiles() {
		if role := doc.Files[key].Role; role == app.FileMain || role == app.FileAttachment {
			out = append(out, key)
		}
	}
	return out
}

// awaiting are the recipients that should have the files.
func awaiting(doc *app.Document) map[app.ID]int {
	out := map[app.ID]int{}
	for office, r := range doc.Recipients {
		if r.Copy != "" && r.Status != app.StatusRecalled && r.Status != app.StatusRefused {
			out[office] = 0
		}
	}
	return out
}

// countLaptops counts the laptops of the people of the offices.
func countLaptops(v *sqlite.View, offices map[app.ID]int, at app.Time) error {
	devices, err := v.CourierDevices()
	for _, d := range devices {
		for _, office := range officesOf(v.Directory(), d.Person, at) {
			if _, ok := offices[office]; ok {
				offices[office]++
			}
		}
	}
	return err
}
