package remote

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/base64"
	"encoding/json"
	"errors"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"khonggiay/signing"
)

var errAnswer = errors.New("an answer that is not what the protocol has")

// readJSON reads one JSON object of a provider. Names that we do not know are
// passed over; text that readers could understand in two ways is not taken.
func readJSON(b []byte, v any) error {
	if _, err := signing.Canonical(b); err != nil {
		return errAnswer
	}
	if err := json.Unmarshal(b, v); err != nil {
		return errAnswer
	}
	return nil
}

// A truth is a boolean that CSC 1 writes as a string.
type truth bool

func (t *truth) UnmarshalJSON(b []byte) error {
	*t = truth(strings.EqualFold(strings.Trim(string(b), `"`), "true"))
	return nil
}

// A level is "1", 1 or "SCAL2".
type level string

func (l *level) UnmarshalJSON(b []byte) error {
	*l = level(strings.Trim(string(b), `"SCALscal`))
	return nil
}

type cscList struct {
	IDs  []string `json:"credentialIDs"`
	Next string   `json:"nextPageToken"` // CSC 1
}

// cscInfo is what credentials/info answers: CSC 2 has auth, CSC 1 authMode, PIN and OTP.
type cscInfo struct {
	Key struct {
		Status string   `json:"status"`
		Algo   []string `json:"algo"`
	} `json:"key"`
	Cert struct {
		Status       string   `json:"status"`
		Certificates []string `json:"certificates"`
	} `json:"cert"`
	Auth struct {
		Mode    string `json:"mode"`
		Objects []struct {
			Type      string `json:"type"`
			ID        string `json:"id"`
			Generator string `json:"generator"`
		} `json:"objects"`
	} `json:"auth"`
	Mode string `json:"authMode"`
	PIN  struct {
		Presence truth `json:"presence"`
	} `json:"PIN"`
	OTP struct {
		Presence truth  `json:"presence"`
		Type     string `json:"type"`
	} `json:"OTP"`
	SCAL      level       `json:"SCAL"`
	Multisign json.Number `json:"multisign"`
}

// credential is what of it we need, errAnswer if it has no chain of certificates.
func (i *cscInfo) credential(id string, v CSCVersion) (Credential, error) {
	cert, issuers, err := parseChain(i.Cert.Certificates)
	if err != nil {
		return Credential{}, errAnswer
	}
	batch, err := strconv.Atoi(i.Multisign.String())
	if err != nil {
		batch = 1
	}
	c := Credential{ID: id, Certificate: cert, Issuers: issuers, Algorithms: oids(i.Key.Algo), Batch: min(max(batch, 1), maxDocuments), Bound: i.SCAL == "2"}
	c.Schemes = schemesOf(cert.PublicKey, func(s signing.Scheme) bool { _, ok := algorithmOf(cert.PublicKey, s, c.Algorithms); return ok })
	c.Usable = strings.EqualFold(i.Key.Status, "enabled") && (i.Cert.Status == "" || strings.EqualFold(i.Cert.Status, "valid"))
	i.confirmation(&c, v)
	return c, nil
}

// confirmation tells how the person confirms.
func (i *cscInfo) confirmation(c *Credential, v CSCVersion) {
	mode, others := i.Auth.Mode, len(i.Auth.Objects)
	if v == CSC1 {
		mode, others = i.Mode, 0
		if i.PIN.Presence {
			c.PIN = authPIN
		}
		if i.OTP.Presence {
			c.OTP, c.SendsOTP = authOTP, i.OTP.Type == "online"
		}
	}
	for _, o := range i.Auth.Objects {
		switch {
		case v == CSC1 || !strings.EqualFold(o.Type, "Password") || o.ID == "" || len(o.ID) > maxID:
			continue
		case o.Generator != "" || o.ID == authOTP:
			c.OTP = o.ID
		default:
			c.PIN = o.ID
		}
		others--
	}
	c.Mode = Mode(strings.ToLower(mode))
	typed := c.PIN != "" || c.OTP != ""
	switch {
	case c.Mode == Explicit && !typed && others == 0: // nothing to type in: the telephone asks
		c.Mode = Implicit
	case c.Mode == Explicit && !typed, c.Mode != Explicit && c.Mode != Implicit && c.Mode != Page:
		c.Mode, c.Usable = Explicit, false // by something that cannot be done here
	}
}

var oidRE = regexp.MustCompile(`^[0-9][0-9.]{2,63}$`)

// oids are those of the texts that are object identifiers, not too many.
func oids(texts []string) (out []string) {
	for _, t := range texts[:min(len(texts), 64)] {
		if oidRE.MatchString(t) {
			out = append(out, t)
		}
	}
	return out
}

// The names of the two things that can be typed in, as CSC 1 has them.
const (
	authPIN = "PIN"
	authOTP = "OTP"
)

// Algorithms by OID, as key/algo lists them and signAlgo names them.
const (
	oidRSA   = "1.2.840.113549.1.1.1"
	oidPSS   = "1.2.840.113549.1.1.10"
	oidECKey = "1.2.840.10045.2.1"
)

var (
	hashOIDs  = map[crypto.Hash]string{crypto.SHA256: "2.16.840.1.101.3.4.2.1", crypto.SHA384: "2.16.840.1.101.3.4.2.2", crypto.SHA512: "2.16.840.1.101.3.4.2.3"}
	rsaOIDs   = map[crypto.Hash]string{crypto.SHA256: "1.2.840.113549.1.1.11", crypto.SHA384: "1.2.840.113549.1.1.12", crypto.SHA512: "1.2.840.113549.1.1.13"}
	ecdsaOIDs = map[crypto.Hash]string{crypto.SHA256: "1.2.840.10045.4.3.2", crypto.SHA384: "1.2.840.10045.4.3.3", crypto.SHA512: "1.2.840.10045.4.3.4"}
)

// algorithmOf picks the name of a scheme among those that the key has.
func algorithmOf(key crypto.PublicKey, s signing.Scheme, has []string) (string, bool) {
	var names []string
	switch key.(type) {
	case *rsa.PublicKey:
		if names = []string{rsaOIDs[s.Hash], oidRSA}; s.PSS {
			names = []string{oidPSS}
		}
	case *ecdsa.PublicKey:
		names = []string{ecdsaOIDs[s.Hash], oidECKey}
	}
	for _, n := range names {
		if n != "" && slices.Contains(has, n) {
			return n, true
		}
	}
	return "", false
}

// pssParams are RSASSA-PSS-params (RFC 8017, A.2.3) in base64.
func pssParams(h crypto.Hash) (string, error) {
	id, err := hashID(h)
	if err != nil {
		return "", err
	}
	hash := pkix.AlgorithmIdentifier{Algorithm: id, Parameters: asn1.NullRawValue}
	inner, err := asn1.Marshal(hash)
	if err != nil {
		return "", err
	}
	der, err := asn1.Marshal(struct {
		Hash pkix.AlgorithmIdentifier `asn1:"explicit,tag:0"`
		Mask pkix.AlgorithmIdentifier `asn1:"explicit,tag:1"`
		Salt int                      `asn1:"explicit,tag:2"`
	}{hash, pkix.AlgorithmIdentifier{Algorithm: asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 8}, Parameters: asn1.RawValue{FullBytes: inner}}, h.Size()})
	return base64.StdEncoding.EncodeToString(der), err
}

// cscAnswer is what the signing methods answer, an error included.
type cscAnswer struct {
	SAD        string      `json:"SAD"`
	ExpiresIn  json.Number `json:"expiresIn"`
	Handle     string      `json:"handle"`
	ResponseID string      `json:"responseID"`
	Signatures []string    `json:"signatures"`
	Code       string      `json:"error"`
	// Text is read for a few fixed sentences of the standard, and never shown.
	Text string `json:"error_description"`
}

// values decodes the signatures. How many there must be, the request knows.
func (a *cscAnswer) values() ([][]byte, error) {
	if len(a.Signatures) > maxDocuments {
		return nil, errAnswer
	}
	var out [][]byte
	for _, s := range a.Signatures {
		v, err := base64.StdEncoding.DecodeString(s)
		if err != nil || len(v) == 0 {
			return nil, errAnswer
		}
		out = append(out, v)
	}
	return out, nil
}

// cscCodes are the codes of CSC 1.0.4.0 and 2.0.0.2 and of OAuth 2.0 (RFC 6749)
// that mean more than "no".
var cscCodes = map[string]Reason{
	"invalid_pin": WrongPIN, "invalid_otp": WrongOTP, "invalid_authentication_data": WrongFactor,
	"access_denied": Refused, "unauthorized": Unauthorized, "invalid_token": Unauthorized, "invalid_client": Unauthorized,
	"server_error": Unavailable, "temporarily_unavailable": Unavailable,
}

// cscTexts are sentences of the standard under the code invalid_request.
var cscTexts = map[string]Reason{
	"Credential locked":                 Locked,
	"SAD expired":                       Expired,
	"Signing certificate is expired":    Certificate,
	"Invalid parameter credentialID":    NoKey,
	"Numbers of signatures is too high": Unsupported,
	"Invalid parameter signAlgo":        Unsupported,
}
