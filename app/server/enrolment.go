package server

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/json"
	"encoding/pem"
	"errors"
	"io"
	"net/http"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"khonggiay/app"
	"khonggiay/app/api"
	"khonggiay/app/enrol"
	"khonggiay/app/server/pki"
	"khonggiay/app/sqlite"
)

// codeTries is how often a code may be presented in vain.
const codeTries = 5

var (
	errCodeUnknown = app.Refuse(app.Forbidden, "enrol.code_unknown")
	errBadRequest  = app.Refuse(app.Invalid, "enrol.bad_request")
	errEnrolBusy   = app.Refuse(app.Offline, "enrol.busy")
	// errOtherPerson: the machine holds somebody's data, and the code is another's.
	errOtherPerson = app.Refuse(app.Conflict, "enrol.other_person")
)

// EnrolmentCode implements api.Devices: a code for a person of an office that
// the viewer administers.
func (d *devices) EnrolmentCode(ctx context.Context, viewer api.Viewer, person app.ID) (api.EnrolmentCode, error) {
	office, err := d.officeOf(person)
	if err != nil {
		return api.EnrolmentCode{}, err
	}
	if !d.administered(viewer.Person)[office] {
		return api.EnrolmentCode{}, errNotAdmin
	}
	invitation, err := d.newCode(ctx, viewer.Person, person)
	if err != nil {
		return api.EnrolmentCode{}, err
	}
	file, err := invitation.Encode()
	if err != nil {
		return api.EnrolmentCode{}, err
	}
	out := api.EnrolmentCode{Code: invitation.Code, Expires: invitation.Expires}
	return out, json.Unmarshal(file, &out.Invitation)
}

// newCode makes the one code that is good for the person; earlier ones end.
func (d *devices) newCode(ctx context.Context, by, person app.ID) (*enrol.Invitation, error) {
	office, err := d.officeOf(person)
	if err != nil {
		return nil, err
	}
	code := enrol.NewCode(d.authority.Certificate())
	now := d.now()
	stored := sqlite.EnrolmentCode{Secret: sha256.Sum256(code.Secret[:]), Person: person, Office: office,
		Created: app.TimeOf(now), By: by, Expires: app.TimeOf(now.Add(d.codeLife))}
	err = d.store.Write(ctx, func(tx *sqlite.Tx) error {
		if err := tx.CancelEnrolmentCodes(person, stored.Created); err != nil {
			return err
		}
		if err := tx.PutEnrolmentCode(stored); err != nil {
			return err
		}
		return tx.Audit(sqlite.AuditEntry{Act: "code.make", Actor: by, Object: string(person), Detail: map[string]any{"expires": stored.Expires}})
	})
	if err != nil {
		return nil, err
	}
	dir := d.store.Directory()
	return &enrol.Invitation{
		Code:       code.String(),
		Addresses:  d.addresses,
		Authority:  string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: d.authority.Certificate()})),
		Person:     person,
		PersonName: dir.Person(person).Name,
		Office:     office,
		OfficeName: unitName(dir, office),
		Expires:    stored.Expires,
	}, nil
}

func unitName(dir *app.Directory, unit app.ID) string {
	if u := dir.Unit(unit); u != nil {
		return u.Name
	}
	return ""
}

// enrolment answers PathEnrol and PathRenew.
type enrolment struct {
	*devices
	perIP    *limiter
	everyone *limiter
	renewals *limiter
	done     func(ok bool) // counts a request
}

// serveEnrol registers a device. Whatever is wrong with the code, the answer
// is the same.
func (e *enrolment) serveEnrol(w http.ResponseWriter, r *http.Request) {
	signed, ok := e.fromStranger(w, r)
	if !ok {
		return
	}
	answer, err := e.enrol(r.Context(), signed, source(r))
	e.done(err == nil)
	if err != nil {
		e.refuse(w, r, "enrolment failed", err)
		return
	}
	e.changed()
	writeJSON(w, http.StatusOK, answer)
}

// fromStranger reads the request of somebody who has no certificate that is
// good. Unless ok it is answered.
func (e *enrolment) fromStranger(w http.ResponseWriter, r *http.Request) (signed *enrol.Signed, ok bool) {
	if !e.perIP.allow(source(r)) || !e.everyone.allow("") {
		w.Header().Set("Retry-After", "60")
		writeRefusal(w, errEnrolBusy)
		return nil, false
	}
	signed, err := readSigned(w, r)
	if err != nil {
		writeRefusal(w, errBadRequest)
		return nil, false
	}
	return signed, true
}

// refuse answers with the error; what is our fault is logged.
func (e *enrolment) refuse(w http.ResponseWriter, r *http.Request, what string, err error) {
	if app.AsError(err).Code == app.Internal {
		e.log.Error(what, "request", requestID(r.Context()), "err", err)
	}
	writeRefusal(w, err)
}

func readSigned(w http.ResponseWriter, r *http.Request) (*enrol.Signed, error) {
	b, err := io.ReadAll(http.MaxBytesReader(w, r.Body, enrol.MaxMessage))
	if err != nil {
		return nil, err
	}
	var s enrol.Signed
	return &s, json.Unmarshal(b, &s)
}

func (e *enrolment) enrol(ctx context.Context, signed *enrol.Signed, from string) (*enrol.Answer, error) {
	request, key, err := signed.Verify()
	if err != nil {
		return nil, e.refuseCode(ctx, secretOf(signed), from, errBadRequest)
	}
	fingerprint := enrol.FingerprintOf(e.authority.Certificate())
	if !bytes.Equal(request.Authority, fingerprint[:]) {
		return nil, e.refuseCode(ctx, request.Secret, from, errCodeUnknown)
	}
	var answer *enrol.Answer
	err = e.store.Write(ctx, func(tx *sqlite.Tx) error {
		code, err := tx.EnrolmentCode(sha256.Sum256(request.Secret))
		if errors.Is(err, app.ErrNotFound) || err == nil && !e.usable(code) {
			return errCodeUnknown
		}
		if err != nil {
			return err
		}
		if e.personGone(code.Person) {
			return app.Refuse(app.Forbidden, "enrol.person_closed")
		}
		if request.Person != "" && request.Person != code.Person {
			return errOtherPerson
		}
		device, err := e.register(tx, code, request, key, from)
		if err != nil {
			return err
		}
		answer, err = e.answer(tx, device)
		return err
	})
	if errors.Is(err, errCodeUnknown) {
		return nil, e.refuseCode(ctx, request.Secret, from, errCodeUnknown)
	}
	if err == nil {
		e.knocks.enrolled(key)
	}
	return answer, err
}

// secretOf reads the secret out of a request that proves nothing, so that the
// try counts.
func secretOf(s *enrol.Signed) []byte {
	var r struct {
		Secret []byte `json:"secret"`
	}
	if json.Unmarshal(s.Body, &r) != nil {
		return nil
	}
	return r.Secret
}

// usable tells whether the code may be presented at all; a used one only to
// repeat the answer that was lost on the way.
func (e *enrolment) usable(c sqlite.EnrolmentCode) bool {
	return app.TimeOf(e.now()) < c.Expires && c.Failed < codeTries
}

// refuseCode counts a try in vain and returns why.
func (e *enrolment) refuseCode(ctx context.Context, secret []byte, from string, why *app.Error) error {
	err := e.store.Write(ctx, func(tx *sqlite.Tx) error {
		person := app.ID("")
		code, err := tx.EnrolmentCode(sha256.Sum256(secret))
		if err == nil {
			person = code.Person
			code.Failed++
			err = tx.PutEnrolmentCode(code)
		}
		if err != nil && !errors.Is(err, app.ErrNotFound) {
			return err
		}
		return tx.Audit(sqlite.AuditEntry{Act: "enrol.refused", Object: string(person), Source: from, Detail: map[string]any{"reason": why.Reason}})
	})
	if err != nil {
		return err
	}
	return why
}

// register stores the device and its certificate.
func (e *enrolment) register(tx *sqlite.Tx, code sqlite.EnrolmentCode, r *enrol.Request, key *ecdsa.PublicKey, from string) (*issued, error) {
	now := e.now()
	if code.Used != 0 {
		return e.repeat(tx, code, r, key)
	}
	device := sqlite.Device{
		ID: app.NewID(app.TimeOf(now)), Person: code.Person, Office: code.Office,
		Name: label(r.DeviceName, 80), Platform: label(r.Platform, 40), Version: label(r.Version, 40),
		CommandKey: r.CommandKey, SealingKey: r.SealingKey, Courier: r.CourierCertificate, CourierID: sha256.Sum256(r.CourierCertificate),
		Enrolled: app.TimeOf(now), Seen: app.TimeOf(now),
	}
	out, err := e.issue(&device, key, now)
	if err != nil {
		return nil, err
	}
	if err := tx.PutDevice(device); err != nil {
		return nil, err
	}
	if _, err := tx.NewWriter(device.ID, device.Enrolled); err != nil {
		return nil, err
	}
	code.Used, code.Device = device.Enrolled, device.ID
	if err := tx.PutEnrolmentCode(code); err != nil {
		return nil, err
	}
	out.device = device
	return out, tx.Audit(sqlite.AuditEntry{Act: "device.enrol", Actor: code.Person, Device: device.ID, Object: string(device.ID), Source: from,
		Detail: map[string]any{"office": device.Office, "name": device.Name, "platform": device.Platform, "code_by": code.By}})
}

// repeat answers the device that used the code once more, with a certificate
// anew: the first answer was lost on the way. Any other device is refused.
func (e *enrolment) repeat(tx *sqlite.Tx, code sqlite.EnrolmentCode, r *enrol.Request, key *ecdsa.PublicKey) (*issued, error) {
	device, err := tx.Device(code.Device)
	if err != nil || device.Revoked != 0 || !bytes.Equal(device.CommandKey, r.CommandKey) {
		return nil, errCodeUnknown
	}
	out, err := e.issue(&device, key, e.now())
	if err != nil {
		return nil, err
	}
	out.device = device
	return out, tx.PutDevice(device)
}

// issued is a device with the certificate just made for it.
type issued struct {
	device      sqlite.Device
	certificate []byte
}

// issue makes the device's next certificate. The one before stays good until
// the new one is used, since the answer may be lost.
func (e *enrolment) issue(device *sqlite.Device, key *ecdsa.PublicKey, now time.Time) (*issued, error) {
	der, err := e.authority.IssueDevice(device.ID, device.Person, key, now)
	if err != nil {
		return nil, err
	}
	device.CertificateOld = device.Certificate
	device.Certificate = pki.Thumbprint(der)
	// Never back, should our clock be set back: what ends later than this was
	// not given by this database.
	device.CertificateUntil = max(device.CertificateUntil, app.TimeOf(now.Add(enrol.CertificateLife)))
	return &issued{*device, der}, nil
}

func (e *enrolment) answer(tx *sqlite.Tx, i *issued) (*enrol.Answer, error) {
	writer, err := tx.Writer(i.device.ID)
	if err != nil {
		return nil, err
	}
	dir := tx.Directory()
	return &enrol.Answer{
		Device: i.device.ID, Writer: writer,
		Person: i.device.Person, PersonName: dir.Person(i.device.Person).Name,
		Office: i.device.Office, OfficeName: unitName(dir, i.device.Office),
		Certificate: i.certificate, Authority: e.authority.Certificate(),
		ServerKey:   e.authority.ResultsKey().Public().(ed25519.PublicKey),
		ProvinceKey: e.authority.ProvinceKey().PublicKey().Bytes(),
		Epoch:       e.epoch(), Addresses: e.addresses, ServerTime: app.TimeOf(e.now()),
	}, nil
}

// serveRenew gives an enrolled device its next certificate, and when asked for
// a new writer number.
func (e *enrolment) serveRenew(w http.ResponseWriter, r *http.Request) {
	device, ok := deviceOf(r.Context())
	if !ok {
		writeRefusal(w, errNoDevice)
		return
	}
	if !e.renewals.allow(string(device.ID)) {
		w.Header().Set("Retry-After", "600")
		writeRefusal(w, errEnrolBusy)
		return
	}
	signed, err := readSigned(w, r)
	if err != nil {
		writeRefusal(w, errBadRequest)
		return
	}
	request, key, err := signed.VerifyRenewal(device.CommandKey)
	if err != nil {
		writeRefusal(w, errBadRequest)
		return
	}
	used := pki.Thumbprint(r.TLS.PeerCertificates[0].Raw)
	answer, err := e.renew(r.Context(), device.ID, used, request, key)
	if err != nil {
		e.log.Error("renewal failed", "request", requestID(r.Context()), "device", device.ID, "err", err)
		writeRefusal(w, err)
		return
	}
	writeJSON(w, http.StatusOK, answer)
}

func (e *enrolment) renew(ctx context.Context, id app.ID, used app.Hash, r *enrol.RenewRequest, key *ecdsa.PublicKey) (*enrol.RenewAnswer, error) {
	answer := &enrol.RenewAnswer{Addresses: e.addresses, ServerTime: app.TimeOf(e.now())}
	err := e.change(ctx, id, func(device *sqlite.Device, tx *sqlite.Tx) error {
		if device.Revoked != 0 {
			return errRevoked
		}
		out, err := e.issue(device, key, e.now())
		if err != nil {
			return err
		}
		// Several lost answers in a row must not lock the device out.
		device.CertificateOld = used
		answer.Certificate = out.certificate
		if v := label(r.Version, 40); v != "" {
			device.Version = v
		}
		if r.NewWriter {
			if answer.Standing, err = tx.Standing(id); err != nil {
				return err
			}
			if _, err := tx.NewWriter(id, answer.ServerTime); err != nil {
				return err
			}
		}
		if answer.Writer, err = tx.Writer(id); err != nil {
			return err
		}
		return tx.Audit(sqlite.AuditEntry{Act: "device.renew", Device: id, Object: string(id),
			Detail: map[string]any{"writer": answer.Writer, "new_writer": r.NewWriter}})
	})
	return answer, err
}

// label tidies a short text that a device says about itself.
func label(text string, most int) string {
	text = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return -1
		}
		return r
	}, norm.NFC.String(strings.ToValidUTF8(text, "")))
	if runes := []rune(strings.TrimSpace(text)); len(runes) > most {
		return string(runes[:most])
	}
	return strings.TrimSpace(text)
}
