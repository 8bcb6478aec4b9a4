package server

import (
	"context"
	"crypto/ecdsa"
	"errors"
	"net/http"

	"khonggiay/app"
	"khonggiay/app/enrol"
	"khonggiay/app/server/pki"
)

// serveRenewLate gives a device whose certificate has ended the next one. It
// proves itself by that certificate, by its key and by its command key.
func (e *enrolment) serveRenewLate(w http.ResponseWriter, r *http.Request) {
	signed, ok := e.fromStranger(w, r)
	if !ok {
		return
	}
	answer, err := e.renewLate(r.Context(), signed)
	if errors.Is(err, errForgotten) {
		if _, cert, err := signed.ReadLateRenewal(); err == nil {
			e.forgotten(w, r, cert)
			return
		}
	}
	if err != nil {
		e.refuse(w, r, "late renewal failed", err)
		return
	}
	writeJSON(w, http.StatusOK, answer)
}

func (e *enrolment) renewLate(ctx context.Context, signed *enrol.Signed) (*enrol.RenewAnswer, error) {
	id, used, request, key, err := e.provenLate(ctx, signed)
	if err != nil {
		return nil, err
	}
	if !e.renewals.allow(string(id)) {
		return nil, errEnrolBusy
	}
	return e.renew(ctx, id, used, &enrol.RenewRequest{CertificateRequest: request.CertificateRequest, Version: request.Version}, key)
}

// provenLate finds out which device asks. What is not proved, and what was never
// a device, gets one answer.
func (e *enrolment) provenLate(ctx context.Context, signed *enrol.Signed) (id app.ID, used app.Hash, r *enrol.LateRenewRequest, key *ecdsa.PublicKey, err error) {
	_, cert, err := signed.ReadLateRenewal()
	if err != nil {
		return "", used, nil, nil, errBadRequest
	}
	device, err := e.device(ctx, app.ID(cert.Subject.CommonName))
	if errors.Is(err, app.ErrNotFound) {
		if _, _, err := signed.VerifyCertificate(e.authority.Pool()); err != nil {
			return "", used, nil, nil, errBadRequest
		}
		return "", used, nil, nil, errForgotten
	}
	if err != nil {
		return "", used, nil, nil, err
	}
	if r, key, err = signed.VerifyLateRenewal(device.CommandKey, e.authority.Pool()); err != nil {
		return "", used, nil, nil, errBadRequest
	}
	used = pki.Thumbprint(cert.Raw)
	switch {
	case device.Revoked != 0 || e.personGone(device.Person):
		err = errRevoked
	case used != device.Certificate && used != device.CertificateOld:
		err = errNoDevice // it has a newer one
	case e.now().After(cert.NotAfter.Add(enrol.LateRenewal)):
		err = errTooLate
	}
	return device.ID, used, r, key, err
}

// errTooLate is for a device that was away for too long: it is enrolled again.
var errTooLate = app.Refuse(app.Forbidden, "device.too_late")
