package remotetest

import (
	"bytes"
	"context"
	"crypto"
	"crypto/sha256"
	"encoding/asn1"
	"encoding/base64"
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"khonggiay/signing"
)

// What lets a program in at the MSS server.
const (
	APID       = "http://ap.example/khonggiay"
	APPassword = `mật "khẩu" <AP> & nữa`
	MSSPID     = "http://mssp.example"
	// MSISDN is the telephone number of the person.
	MSISDN = "84912345678"
)

// MSS is a server of ETSI TS 102 204, and the SIM behind it.
type MSS struct {
	gate
	Phone Phone
	// Set before the first call.
	Key    signing.Signer
	Signs  signing.Signer                             // who signs really; nil: Key
	Wrap   func(value, digest []byte) ([]byte, error) // makes a CMS message of a signature
	Bare   bool                                       // no element of the operation round a message
	NoName bool                                       // messages in no namespace
	Code   string                                     // of a finished signature; "": 500
	OtherT string                                     // AP_TransID to answer with

	mu     sync.Mutex // guards both below
	serial int
	asked  map[string]*transaction
}

type transaction struct {
	ring   *Ring
	digest []byte
	hash   crypto.Hash
}

// NewMSS starts a server.
func NewMSS(tb testing.TB, key signing.Signer) *MSS {
	s := &MSS{Key: key, asked: map[string]*transaction{}}
	s.start(tb, func(r *http.Request) string { return r.URL.Path }, s.serve)
	return s
}

// The addresses of the three operations.
func (s *MSS) SignatureURL() string    { return s.http.URL + "/MSS_SignaturePort" }
func (s *MSS) StatusURL() string       { return s.http.URL + "/MSS_StatusQueryPort" }
func (s *MSS) RegistrationURL() string { return s.http.URL + "/MSS_RegistrationPort" }

type mssData struct {
	MimeType string `xml:"MimeType,attr"`
	Encoding string `xml:"Encoding,attr"`
	Value    string `xml:",chardata"`
}

type mssMessage struct {
	XMLName xml.Name
	Mode    string `xml:"MessagingMode,attr"`
	TransID string `xml:"MSSP_TransID,attr"`
	TimeOut int    `xml:"TimeOut,attr"`
	Until   string `xml:"ValidityDate,attr"`
	AP      struct {
		ID       string    `xml:"AP_ID,attr"`
		TransID  string    `xml:"AP_TransID,attr"`
		Password string    `xml:"AP_PWD,attr"`
		Instant  time.Time `xml:"Instant,attr"`
	} `xml:"http://uri.etsi.org/TS102204/v1.1.2# AP_Info"`
	MSSP      string  `xml:"http://uri.etsi.org/TS102204/v1.1.2# MSSP_Info>MSSP_ID>URI"`
	MSISDN    string  `xml:"http://uri.etsi.org/TS102204/v1.1.2# MobileUser>MSISDN"`
	Signed    mssData `xml:"http://uri.etsi.org/TS102204/v1.1.2# DataToBeSigned"`
	Displayed mssData `xml:"http://uri.etsi.org/TS102204/v1.1.2# DataToBeDisplayed"`
}

// message finds the message in an envelope of SOAP 1.2.
func (s *MSS) message(body []byte) (*mssMessage, error) {
	var e struct {
		XMLName xml.Name `xml:"http://www.w3.org/2003/05/soap-envelope Envelope"`
		Body    struct {
			Inner []byte `xml:",innerxml"`
		} `xml:"http://www.w3.org/2003/05/soap-envelope Body"`
	}
	if err := xml.Unmarshal(body, &e); err != nil {
		return nil, err
	}
	inner := e.Body.Inner
	if !s.Bare {
		var wrapper struct {
			Inner []byte `xml:",innerxml"`
		}
		if err := xml.Unmarshal(inner, &wrapper); err != nil {
			return nil, err
		}
		inner = wrapper.Inner
	}
	m := &mssMessage{}
	err := xml.Unmarshal(inner, m)
	return m, err
}

func (s *MSS) serve(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	s.hear(body)
	m, err := s.message(body)
	switch {
	case err != nil || !strings.HasPrefix(r.Header.Get("Content-Type"), "application/soap+xml"):
		s.fault(w, 102, string(body))
	case m.AP.ID != APID || m.AP.Password != APPassword || m.MSSP != MSSPID || m.AP.Instant.IsZero():
		s.fault(w, 104, m.AP.Password)
	case r.URL.Path == "/MSS_SignaturePort" && m.XMLName.Local == "MSS_SignatureReq":
		s.ask(w, m)
	case r.URL.Path == "/MSS_StatusQueryPort" && m.XMLName.Local == "MSS_StatusReq":
		s.status(w, m)
	case r.URL.Path == "/MSS_RegistrationPort" && m.XMLName.Local == "MSS_RegistrationReq":
		s.register(w, m)
	default:
		s.fault(w, 101, m.XMLName.Local)
	}
}

// fault answers as real servers do, with a text that repeats what was sent.
func (s *MSS) fault(w http.ResponseWriter, code int, detail string) {
	var text bytes.Buffer
	_ = xml.EscapeText(&text, []byte(detail))
	w.Header().Set("Content-Type", "application/soap+xml; charset=utf-8")
	w.WriteHeader(http.StatusInternalServerError)
	_, _ = fmt.Fprintf(w, `<?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope xmlns:soapenv="http://www.w3.org/2003/05/soap-envelope"><soapenv:Body><soapenv:Fault>`+
		`<soapenv:Code><soapenv:Value>soapenv:Sender</soapenv:Value><soapenv:Subcode xmlns:mss="http://uri.etsi.org/TS102204/v1.1.2#"><soapenv:Value>mss:_%d</soapenv:Value></soapenv:Subcode></soapenv:Code>`+
		`<soapenv:Reason><soapenv:Text xml:lang="en">FAULT</soapenv:Text></soapenv:Reason><soapenv:Detail><d xmlns="http://kiuru.example">%s</d></soapenv:Detail></soapenv:Fault></soapenv:Body></soapenv:Envelope>`, code, text.String())
}

func (s *MSS) answer(w http.ResponseWriter, m *mssMessage, name, attributes, content, code string) {
	open, transaction := `mss:`, m.AP.TransID
	if s.OtherT != "" {
		transaction = s.OtherT
	}
	if s.NoName {
		open = ""
	}
	text := fmt.Sprintf(`<%[1]s%[2]s MajorVersion="1" MinorVersion="1"%[3]s xmlns:mss="http://uri.etsi.org/TS102204/v1.1.2#">`+
		`<mss:AP_Info AP_ID="%[4]s" AP_TransID="%[5]s" AP_PWD="" Instant="2026-11-30T06:15:00Z"/>`+
		`<mss:MSSP_Info Instant="2026-11-30T06:15:00.1Z"><mss:MSSP_ID><mss:URI>%[6]s</mss:URI></mss:MSSP_ID></mss:MSSP_Info>%[7]s`+
		`<mss:Status><mss:StatusCode Value="%[8]s"/><mss:StatusMessage>lời của máy chủ</mss:StatusMessage></mss:Status></%[1]s%[2]s>`,
		open, name, attributes, APID, transaction, MSSPID, content, code)
	if !s.Bare {
		text = "<" + strings.TrimSuffix(name, "Resp") + `Response xmlns="http://wsdl.example">` + text + "</" + strings.TrimSuffix(name, "Resp") + "Response>"
		if s.NoName {
			text = strings.Replace(text, "<"+name+" ", "<"+name+` xmlns="" `, 1)
		}
	}
	w.Header().Set("Content-Type", "application/soap+xml;charset=utf-8")
	_, _ = fmt.Fprintf(w, `<?xml version="1.0" encoding="utf-8"?><!-- thử --><soapenv:Envelope xmlns:soapenv="http://www.w3.org/2003/05/soap-envelope"><soapenv:Header/><soapenv:Body>%s</soapenv:Body></soapenv:Envelope>`, text)
}

const user = `<mss:MobileUser><mss:MSISDN>` + MSISDN + `</mss:MSISDN></mss:MobileUser>`

func (s *MSS) ask(w http.ResponseWriter, m *mssMessage) {
	digest, hash := digestOf(m.Signed)
	until, err := time.Parse(time.RFC3339, m.Until)
	switch {
	case m.MSISDN != MSISDN:
		s.fault(w, 105, m.MSISDN)
		return
	case m.Mode != "asynchClientServer" || m.TimeOut <= 0 || err != nil || !until.Equal(m.AP.Instant.Add(time.Duration(m.TimeOut)*time.Second)):
		s.fault(w, 101, m.Mode)
		return
	case digest == nil || m.Displayed.MimeType != "text/plain" || m.Displayed.Encoding != "UTF-8":
		s.fault(w, 107, m.Signed.MimeType)
		return
	case s.Phone.busy():
		s.fault(w, 406, "already in progress")
		return
	}
	ring := s.Phone.ring(Ring{ID: m.AP.TransID, Text: m.Displayed.Value, Digests: [][]byte{digest}})
	s.mu.Lock()
	s.serial++
	id := fmt.Sprintf("h4dhx%d", s.serial)
	s.asked[id] = &transaction{ring, digest, hash}
	s.mu.Unlock()
	s.answer(w, m, "MSS_SignatureResp", ` MSSP_TransID="`+id+`"`, user, "100")
}

// digestOf reads what the SIM is to sign.
func digestOf(d mssData) ([]byte, crypto.Hash) {
	data, err := base64.StdEncoding.DecodeString(d.Value)
	if err != nil || d.Encoding != "base64" {
		return nil, 0
	}
	switch d.MimeType {
	case "application/x-sha256":
		return data, crypto.SHA256
	case "application/x-sha384":
		return data, crypto.SHA384
	case "application/octet-stream":
		var info struct {
			Algorithm struct {
				ID   asn1.ObjectIdentifier
				Null asn1.RawValue
			}
			Digest []byte
		}
		if rest, err := asn1.Unmarshal(data, &info); err != nil || len(rest) > 0 || len(info.Digest) != sha256.Size {
			return nil, 0
		}
		return info.Digest, hashNames[info.Algorithm.ID.String()]
	}
	return nil, 0
}

func (s *MSS) status(w http.ResponseWriter, m *mssMessage) {
	s.mu.Lock()
	t := s.asked[m.TransID]
	s.mu.Unlock()
	if t == nil {
		s.fault(w, 101, "There is no such transaction.")
		return
	}
	switch s.Phone.verdict(t.ring) {
	case No:
		s.fault(w, 401, "USER_CANCEL")
	case TooLate:
		s.fault(w, 208, "EXPIRED_TRANSACTION")
	case Open:
		s.answer(w, m, "MSS_StatusResp", "", user, "504")
	default:
		s.signed(w, m, t)
	}
}

func (s *MSS) signed(w http.ResponseWriter, m *mssMessage, t *transaction) {
	key := s.Signs
	if key == nil {
		key = s.Key
	}
	value, err := key.SignDigest(context.Background(), t.digest, signing.Scheme{Hash: t.hash})
	if err == nil && s.Wrap != nil {
		value, err = s.Wrap(value, t.digest)
	}
	if err != nil {
		s.fault(w, 900, err.Error())
		return
	}
	text := base64.StdEncoding.EncodeToString(value)
	content := user + "<mss:MSS_Signature><mss:Base64Signature>" + text[:40] + "\n  " + text[40:] + "</mss:Base64Signature></mss:MSS_Signature>"
	code := s.Code
	if code == "" {
		code = "500"
	}
	s.answer(w, m, "MSS_StatusResp", "", content, code)
}

func (s *MSS) register(w http.ResponseWriter, m *mssMessage) {
	if m.MSISDN != MSISDN {
		s.fault(w, 105, m.MSISDN)
		return
	}
	content := ""
	for _, c := range append(s.Key.Issuers(), s.Key.Certificate()) {
		content += "<mss:CertificateResponse><mss:X509Certificate>" + base64.StdEncoding.EncodeToString(c.Raw) + "</mss:X509Certificate></mss:CertificateResponse>"
	}
	s.answer(w, m, "MSS_RegistrationResp", "", content, "408")
}
