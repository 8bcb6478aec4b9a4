package remote

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"

	"khonggiay/signing"
	"khonggiay/signing/cms"
)

// MSSConfig says how a provider speaks MSS.
type MSSConfig struct {
	Name         string
	SignatureURL string // of MSS_Signature
	StatusURL    string // of MSS_StatusQuery
	// RegistrationURL is that of MSS_Registration, which some answer with the
	// person's certificate; "": the caller has it.
	RegistrationURL string

	APID       string // AP_ID, a URI
	APPassword Secret // AP_PWD
	MSSPID     string // the URI of MSSP_ID

	SignatureProfile string   // mssURI of the key to be used; "": the provider's choice
	Format           string   // mssURI of MSS_Format; "": the provider's choice
	Services         []string // mssURI of additional services
	// CMS: Base64Signature holds a CMS message without signed attributes instead of
	// the signature itself (PKCS #1, or r and s of ECDSA).
	CMS bool
	// DigestInfo: DataToBeSigned is the DigestInfo of PKCS #1 instead of the digest
	// under a type such as application/x-sha256. It is for RSA.
	DigestInfo bool
	// Bare leaves out the element of the operation round a message.
	Bare    bool
	MaxText int // characters that a SIM can show; 0: 120
	// Done are codes of a finished signature besides 500 and 502.
	Done []int
	Link Link
}

const defaultSIMText = 120

// MSS is a Provider of signatures by SIM: ETSI TS 102 204 in the mode
// asynchClientServer. One request is for one signature.
type MSS struct {
	conf MSSConfig
	line *line
}

var _ Provider = (*MSS)(nil)

// NewMSS checks the configuration.
func NewMSS(c MSSConfig) (*MSS, error) {
	l, err := newLine(c.Name, c.Link)
	if err != nil {
		return nil, err
	}
	if c.SignatureURL, err = address(c.SignatureURL); err != nil {
		return nil, err
	}
	if c.StatusURL, err = address(c.StatusURL); err != nil {
		return nil, err
	}
	if c.RegistrationURL != "" {
		if c.RegistrationURL, err = address(c.RegistrationURL); err != nil {
			return nil, err
		}
	}
	for _, uri := range append([]string{c.APID, c.MSSPID}, c.Services...) {
		if _, err := url.Parse(uri); err != nil || uri == "" {
			return nil, fmt.Errorf("remote: %s: %q is not a URI", c.Name, uri)
		}
	}
	if c.MaxText <= 0 {
		c.MaxText = defaultSIMText
	}
	return &MSS{conf: c, line: l}, nil
}

// Name is the configured one.
func (p *MSS) Name() string { return p.conf.Name }

// Close ends idle connections.
func (p *MSS) Close() { p.line.Close() }

var msisdnRE = regexp.MustCompile(`^\+?[1-9][0-9]{7,14}$`)

// Credential is the key in a SIM, by its telephone number (E.164, such as
// 84912345678) and the certificate that its owner has.
func (p *MSS) Credential(msisdn string, cert *x509.Certificate, issuers ...*x509.Certificate) (Credential, error) {
	if !msisdnRE.MatchString(msisdn) {
		return Credential{}, p.line.fail(NoKey, "", nil)
	}
	schemes := schemesOf(cert.PublicKey, func(s signing.Scheme) bool { return !s.PSS })
	if _, ok := cert.PublicKey.(*rsa.PublicKey); !ok && p.conf.DigestInfo {
		schemes = nil
	}
	return Credential{ID: msisdn, Certificate: cert, Issuers: issuers, Schemes: schemes, Mode: Implicit, Batch: 1,
		MaxText: p.conf.MaxText, Bound: true, Usable: true}, nil
}

// Credentials asks MSS_Registration for the certificates of a telephone number. A
// provider without it is Unsupported: the caller has the certificate from when the
// person got the SIM.
func (p *MSS) Credentials(ctx context.Context, person string) ([]Credential, error) {
	if p.conf.RegistrationURL == "" {
		return nil, p.line.fail(Unsupported, "", nil)
	}
	if !msisdnRE.MatchString(person) {
		return nil, p.line.fail(NoKey, "", nil)
	}
	id := make([]byte, idBytes)
	if _, err := rand.Read(id); err != nil {
		return nil, err
	}
	transaction := "kg" + hex.EncodeToString(id)
	var m *element
	err := p.line.again(ctx, func() (err error) {
		m, err = p.exchange(ctx, p.conf.RegistrationURL, registration, transaction, "", "<MobileUser><MSISDN>"+escape(person)+"</MSISDN></MobileUser>")
		return err
	})
	if err != nil {
		return nil, err
	}
	if code := codeIn(m); code != registrationOK && code != requestOK {
		return nil, p.said(code)
	}
	var texts []string
	for _, e := range append([]*element{m}, m.all(nsMSS, "CertificateResponse")...) {
		for _, c := range e.all(nsMSS, "X509Certificate") {
			texts = append(texts, c.value())
		}
	}
	first, others, err := parseChain(texts)
	if err != nil {
		return nil, p.line.fail(Malformed, "", err)
	}
	return p.sort(person, append([]*x509.Certificate{first}, others...))
}

// sort tells the person's certificates from those of authorities.
func (p *MSS) sort(person string, certs []*x509.Certificate) (out []Credential, err error) {
	var issuers []*x509.Certificate
	for _, c := range certs {
		if c.IsCA {
			issuers = append(issuers, c)
		}
	}
	for _, c := range certs {
		if c.IsCA {
			continue
		}
		one, err := p.Credential(person, c, issuers...)
		if err != nil {
			return nil, err
		}
		out = append(out, one)
	}
	return out, nil
}

// An operation is a message and the names round it.
type operation struct{ action, wrapper, request, response string }

var (
	signature    = operation{"#MSS_Signature", "MSS_Signature", "MSS_SignatureReq", "MSS_SignatureResp"}
	statusQuery  = operation{"#MSS_StatusQuery", "MSS_StatusQuery", "MSS_StatusReq", "MSS_StatusResp"}
	registration = operation{"#MSS_Registration", "MSS_Registration", "MSS_RegistrationReq", "MSS_RegistrationResp"}
)

const passwordMark = "\x00"

// exchange sends a message and returns the one that answers it. Its *Error is as
// that of line.post; a fault is what it means.
func (p *MSS) exchange(ctx context.Context, to string, op operation, transaction, attributes, content string) (*element, error) {
	now := p.line.Clock.Now().UTC().Format(time.RFC3339)
	message := fmt.Sprintf(`<%[1]s xmlns="%[2]s" MajorVersion="1" MinorVersion="1"%[3]s>`+
		`<AP_Info AP_ID="%[4]s" AP_TransID="%[5]s" AP_PWD="%[6]s" Instant="%[7]s"/>`+
		`<MSSP_Info><MSSP_ID><URI>%[8]s</URI></MSSP_ID></MSSP_Info>%[9]s</%[1]s>`,
		op.request, nsMSS, attributes, escape(p.conf.APID), escape(transaction), passwordMark, now, escape(p.conf.MSSPID), content)
	if !p.conf.Bare {
		message = "<" + op.wrapper + ">" + message + "</" + op.wrapper + ">"
	}
	text := []byte(`<?xml version="1.0" encoding="UTF-8"?><env:Envelope xmlns:env="` + nsSOAP + `"><env:Body>` + message + `</env:Body></env:Envelope>`)
	body := place(text, passwordMark, p.conf.APPassword)
	defer clear(body)
	got, err := p.line.post(ctx, to, `application/soap+xml; charset=utf-8; action="`+op.action+`"`, body, nil, p.line.Timeout)
	if err != nil {
		return nil, err
	}
	m, err := readSOAP(got.body, op.response)
	var f *fault
	switch {
	case errors.As(err, &f) && f.code > 0:
		return nil, p.said(f.code)
	case got.status == http.StatusOK && err == nil:
		if id := m.one(nsMSS, "AP_Info").attr("AP_TransID"); id != "" && id != transaction {
			return nil, p.line.fail(Malformed, "", errOther)
		}
		return m, nil
	}
	if e := p.line.trouble(got); e != nil {
		return nil, e
	}
	if got.status == http.StatusUnauthorized || got.status == http.StatusForbidden {
		return nil, p.line.fail(Unauthorized, strconv.Itoa(got.status), nil)
	}
	return nil, p.line.fail(Malformed, strconv.Itoa(got.status), errXML)
}

var errOther = errors.New("an answer to another request")

// escape is for elements and attributes.
func escape(s string) string { return string(appendXML(nil, []byte(s))) }

// Ask sends MSS_SignatureReq, once. TS 102 204 says nothing of a second request
// with the same AP_TransID, so none is sent.
func (p *MSS) Ask(ctx context.Context, r *Request, _ Factors) (Answer, error) {
	content, err := p.content(r)
	if err != nil {
		return Answer{}, err
	}
	life := r.Until.Sub(r.Asked)
	attributes := fmt.Sprintf(` ValidityDate="%s" TimeOut="%d" MessagingMode="asynchClientServer"`,
		r.Until.UTC().Format(time.RFC3339), int(life.Seconds()))
	m, err := p.exchange(ctx, p.conf.SignatureURL, signature, r.ID, attributes, content)
	if reason := ReasonOf(err); reason == Unavailable || reason == Malformed { // the question may have been heard
		return Answer{}, p.line.fail(Lost, codeOf(err), err)
	}
	if err != nil {
		return Answer{}, err
	}
	id := m.attr("MSSP_TransID")
	if id == "" {
		id = m.one(nsMSS, "MSSP_TransID").value()
	}
	a, err := p.answer(m)
	if err == nil && a.State == Waiting && id == "" {
		return Answer{}, p.line.fail(Lost, "", errXML)
	}
	a.Handle = id
	return a, err
}

// content is what stands in MSS_SignatureReq.
func (p *MSS) content(r *Request) (string, error) {
	if len(r.Documents) != 1 || r.Scheme.PSS {
		return "", p.line.fail(Unsupported, "", nil)
	}
	data, mime := r.Documents[0].Digest, "application/x-sha"+strconv.Itoa(8*r.Scheme.Hash.Size())
	if p.conf.DigestInfo {
		var err error
		if data, err = digestInfo(r.Scheme.Hash, data); err != nil {
			return "", p.line.fail(Unsupported, "", err)
		}
		mime = "application/octet-stream"
	}
	var b strings.Builder
	uri := func(name, value string) {
		if value != "" {
			b.WriteString("<" + name + "><mssURI>" + escape(value) + "</mssURI></" + name + ">")
		}
	}
	b.WriteString("<MobileUser><MSISDN>" + escape(r.Credential) + "</MSISDN></MobileUser>")
	b.WriteString(`<DataToBeSigned MimeType="` + mime + `" Encoding="base64">` + base64.StdEncoding.EncodeToString(data) + "</DataToBeSigned>")
	b.WriteString(`<DataToBeDisplayed MimeType="text/plain" Encoding="UTF-8">` + escape(r.Text) + "</DataToBeDisplayed>")
	uri("SignatureProfile", p.conf.SignatureProfile)
	if len(p.conf.Services) > 0 {
		b.WriteString("<AdditionalServices>")
		for _, s := range p.conf.Services {
			b.WriteString("<Service>")
			uri("Description", s)
			b.WriteString("</Service>")
		}
		b.WriteString("</AdditionalServices>")
	}
	uri("MSS_Format", p.conf.Format)
	return b.String(), nil
}

// Check sends MSS_StatusReq.
func (p *MSS) Check(ctx context.Context, r *Request) (Answer, error) {
	if r.Handle == "" {
		return Answer{}, p.line.fail(Unsupported, "", nil)
	}
	var m *element
	err := p.line.again(ctx, func() (err error) {
		m, err = p.exchange(ctx, p.conf.StatusURL, statusQuery, r.ID, ` MSSP_TransID="`+escape(r.Handle)+`"`, "")
		return err
	})
	if err != nil {
		return Answer{}, err
	}
	return p.answer(m)
}

// answer reads status and signature of a message.
func (p *MSS) answer(m *element) (Answer, error) {
	code := codeIn(m)
	if code == requestOK || code == outstanding {
		return Answer{State: Waiting}, nil
	}
	if !p.done(code) {
		return Answer{}, p.said(code)
	}
	// Spaces and line breaks in base64 mean nothing in XML.
	text := strings.Join(strings.Fields(m.one(nsMSS, "MSS_Signature").one(nsMSS, "Base64Signature").value()), "")
	value, err := base64.StdEncoding.DecodeString(text)
	if err != nil || len(value) == 0 {
		return Answer{}, p.line.fail(Malformed, "", errXML)
	}
	if p.conf.CMS {
		d, err := cms.Parse(value, cms.Limits{Size: maxAnswer})
		if err != nil || len(d.Signers) != 1 {
			return Answer{}, p.line.fail(Malformed, "", errXML)
		}
		value = d.Signers[0].Signature
	}
	return Answer{State: Signed, Values: [][]byte{value}}, nil
}
