package main

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"khonggiay/signing"
	"khonggiay/signing/record"
	"khonggiay/signing/softkey"
	"khonggiay/signing/validator"
)

// isRecord tells machine records from PDF files.
func isRecord(name string) bool { return strings.EqualFold(filepath.Ext(name), ".json") }

// signRecord writes the record in the form that is signed, and its signature beside it.
func signRecord(c *call, in, out string, key *softkey.Key) error {
	text, err := readUpTo(in, record.MaxText)
	if err != nil {
		return err
	}
	if text, err = signing.Canonical(text); err != nil {
		return err
	}
	der, err := record.Sign(c, key, text, signing.Scheme{}, time.Now())
	if err != nil {
		return err
	}
	write := func(b []byte) func(io.Writer) error {
		return func(w io.Writer) error { _, err := w.Write(b); return err }
	}
	if err := create(out, write(text)); err != nil {
		return err
	}
	if err := create(out+record.SignatureExt, write(der)); err != nil {
		os.Remove(out)
		return err
	}
	return nil
}

// record judges a record by the signature beside it; one without any is unsigned.
func (j *judge) record(c *call, name string) (*validator.Report, error) {
	text, err := readUpTo(name, record.MaxText)
	if err != nil {
		return nil, err
	}
	report := &validator.Report{File: name, Signatures: []*validator.Signature{}, Indication: signing.Indeterminate, SubIndication: signing.SignedDataNotFound}
	der, err := readUpTo(name+record.SignatureExt, record.MaxSignature)
	if os.IsNotExist(err) {
		report.Findings = []validator.Finding{{Code: validator.Unsigned, Text: "no signature lies beside the record"}}
		return report, nil
	}
	if err != nil {
		return nil, err
	}
	v := record.Judge(c, j.trust, der, text, time.Now())
	s := validator.NewDetached(v.Indication, v.SubIndication, v.Certificate)
	if !v.Claimed.IsZero() {
		s.ClaimedTime = &v.Claimed
	}
	if v.Err != nil {
		s.Findings = []validator.Finding{{Code: "record", Text: printable(v.Err.Error())}}
	}
	report.Signatures = append(report.Signatures, s)
	report.Indication, report.SubIndication = v.Indication, v.SubIndication
	return report, nil
}

// readUpTo reads a file that should not be larger.
func readUpTo(name string, most int64) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, most+1))
	if err == nil && int64(len(b)) > most {
		err = errTooLarge
	}
	return b, err
}
