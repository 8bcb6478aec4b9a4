package pades

import (
	"cmp"
	"crypto/x509"
	"fmt"
	"time"

	"khonggiay/signing"
	"khonggiay/signing/cms"
	"khonggiay/signing/pdf"
)

const (
	leastRoom    = 12 << 10
	defaultStamp = 16 << 10 // tokens with their chain have 6 to 12 KB
)

// compose makes the update of a signature with everything but its value.
func (e *editor) compose(o Options, room int) (*draft, error) {
	if err := e.permits(o); err != nil {
		return nil, err
	}
	field, err := e.target(o.Field, o.Place)
	if err != nil {
		return nil, err
	}
	if err := e.modern(); err != nil {
		return nil, err
	}
	dict, err := e.signatureDict(o, field)
	if err != nil {
		return nil, err
	}
	if err := e.fill(o.Fills); err != nil {
		return nil, err
	}
	ref := e.add(dict)
	if err := e.place(field, ref, o.Appearance); err != nil {
		return nil, err
	}
	if o.Certify != 0 {
		if err := e.certify(ref); err != nil {
			return nil, err
		}
	}
	return e.draft(dict, room)
}

// permits asks what earlier signatures say of this one.
func (e *editor) permits(o Options) error {
	_, there := e.field(o.Field)
	switch {
	case e.earlier.permission == NoChanges:
		return refuse(Certified, "")
	case o.Certify != 0 && e.earlier.signed:
		return refuse(AlreadySigned, "")
	case !there && o.Beside:
		return nil
	case !there && e.earlier.permission != 0:
		return refuse(Certified, o.Field)
	case e.earlier.locked(o.Field):
		return refuse(Locked, o.Field)
	}
	return nil
}

// target is the empty signature field of the name, made if it is not there.
func (e *editor) target(name string, place Place) (pdf.Field, error) {
	f, there := e.field(name)
	switch {
	case !there:
		if _, _, err := e.newField(name, "Sig", place); err != nil {
			return f, err
		}
		f, _ = e.field(name)
		return f, nil
	case f.Type() != "Sig":
		return f, refuse(FieldKind, name)
	case !isNull(f.Get("V")):
		return f, refuse(FieldSigned, name)
	}
	return f, nil
}

// signatureDict is the signature dictionary without room for values (ISO 32000-2,
// table 255). It has no /Cert: EN 319 142-1 forbids it.
func (e *editor) signatureDict(o Options, field pdf.Field) (*pdf.Dict, error) {
	d := pdf.NewDict(pdf.Name("Type"), pdf.Name("Sig"), pdf.Name("Filter"), pdf.Name("Adobe.PPKLite"),
		pdf.Name("SubFilter"), pdf.Name("ETSI.CAdES.detached"), pdf.Name("M"), pdf.String{Value: date(o.Time)})
	for _, text := range []struct {
		key   pdf.Name
		value string
	}{{"Name", o.Name}, {"Reason", o.Reason}, {"Location", o.Location}, {"ContactInfo", o.ContactInfo}} {
		if text.value != "" {
			d.Set(text.key, pdf.TextString(text.value))
		}
	}
	var transforms pdf.Array
	if o.Certify != 0 {
		transforms = append(transforms, transform("DocMDP", pdf.NewDict(pdf.Name("Type"), pdf.Name("TransformParams"),
			pdf.Name("P"), pdf.Int(o.Certify), pdf.Name("V"), pdf.Name("1.2"))))
	}
	lock, err := e.lock(o, field)
	if err != nil {
		return nil, err
	}
	if lock != nil {
		fieldMDP := transform("FieldMDP", lock)
		fieldMDP.Set("Data", e.root) // required for this transform (ISO 32000-2, table 256)
		transforms = append(transforms, fieldMDP)
	}
	if transforms != nil {
		d.Set("Reference", transforms)
	}
	return d, nil
}

func transform(method pdf.Name, params *pdf.Dict) *pdf.Dict {
	return pdf.NewDict(pdf.Name("Type"), pdf.Name("SigRef"), pdf.Name("TransformMethod"), method, pdf.Name("TransformParams"), params)
}

// lock is the parameters of FieldMDP, nil if nothing is to be locked. They repeat
// the field's /Lock (ISO 32000-2, table 235). A field that earlier signatures
// cover is not given one: they might not permit it.
func (e *editor) lock(o Options, field pdf.Field) (*pdf.Dict, error) {
	d, err := e.edit(field.Ref)
	if err != nil {
		return nil, err
	}
	own, err := e.view.Dict(d.Get("Lock"))
	if err != nil {
		return nil, err
	}
	_, covered := e.view.Where(field.Ref)
	covered = covered && e.earlier.signed
	if o.Lock == nil {
		return e.lockParams(own)
	}
	params := o.Lock.dict("TransformParams")
	params.Set("V", pdf.Name("1.2"))
	if !covered {
		d.Set("Lock", e.update.Add(o.Lock.dict("SigFieldLock")))
	} else if have, err := e.lockParams(own); err != nil || have != nil && !pdf.Equal(have, params) {
		return nil, cmp.Or(err, errOtherLock)
	}
	return params, nil
}

// lockParams turns a field's /Lock into parameters, nil if there is none.
func (e *editor) lockParams(own *pdf.Dict) (*pdf.Dict, error) {
	action := own.Get("Action")
	if isNull(action) {
		return nil, nil
	}
	params := pdf.NewDict(pdf.Name("Type"), pdf.Name("TransformParams"), pdf.Name("Action"), action)
	names, err := e.view.Array(own.Get("Fields"))
	if names != nil {
		params.Set("Fields", names)
	}
	params.Set("V", pdf.Name("1.2"))
	return params, err
}

// fill writes values into text fields.
func (e *editor) fill(fills []Fill) error {
	for _, x := range fills {
		f, there := e.field(x.Field)
		switch {
		case !there:
			return refuse(FieldMissing, x.Field)
		case f.Type() != "Tx":
			return refuse(FieldKind, x.Field)
		case e.earlier.locked(x.Field):
			return refuse(Locked, x.Field)
		case x.Appearance == nil:
			return errAppearance
		}
		d, err := e.edit(f.Ref)
		if err != nil {
			return err
		}
		d.Set("V", pdf.TextString(x.Value))
		d.Remove("RV")
		if err := e.dress(f, x.Appearance); err != nil {
			return err
		}
	}
	return nil
}

// place puts the signature into its field.
func (e *editor) place(field pdf.Field, sig pdf.Ref, a Appearance) error {
	d, err := e.edit(field.Ref)
	if err != nil {
		return err
	}
	d.Set("V", sig)
	if _, err := e.form(); err != nil {
		return err
	}
	if a == nil {
		return nil
	}
	return e.dress(field, a)
}

// certify names the signature in the catalog as the one that certifies.
func (e *editor) certify(sig pdf.Ref) error {
	catalog, err := e.catalog()
	if err != nil {
		return err
	}
	perms, err := e.sub(catalog, "Perms", false)
	if err == nil {
		perms.Set("DocMDP", sig)
	}
	return err
}

// date writes a time with its zone (ISO 32000-2, 7.9.4).
func date(t time.Time) string {
	_, offset := t.Zone()
	sign := '+'
	if offset < 0 {
		sign, offset = '-', -offset
	}
	return fmt.Sprintf("D:%s%c%02d'%02d", t.Format("20060102150405"), sign, offset/3600, offset/60%60)
}

// roomFor is how much a signature may take, a later time-stamp included.
func roomFor(cert *x509.Certificate, issuers []*x509.Certificate, s signing.Scheme, stamp int) (int, error) {
	p, err := cms.Prepare(cert, issuers, make([]byte, s.Hash.Size()), cms.Options{Scheme: s})
	if err != nil {
		return 0, err
	}
	if stamp == 0 {
		stamp = defaultStamp
	}
	return max(leastRoom, p.MaxSize()+stamp), nil
}
