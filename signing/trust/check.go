package trust

import (
	"crypto/x509"
	"crypto/x509/pkix"
	stdasn1 "encoding/asn1"
	"slices"
	"strconv"
	"time"
)

// Usage is what the end certificate is asked for.
type Usage int

// Usages.
const (
	ForSignature Usage = iota // digitalSignature or nonRepudiation
	ForTimestamp              // extended key usage timeStamping alone, critical (RFC 3161, 2.3)
	forOCSP                   // extended key usage OCSPSigning (RFC 6960, 4.2.2.2)
	forCRL                    // cRLSign
)

// Chain is a path from the certificate asked about to an anchor, both included.
type Chain struct {
	Certificates []*x509.Certificate
	Anchor       Anchor
}

// checkedExtensions are the critical extensions whose meaning is followed
// here, or cannot narrow a path for which no policy is demanded: certificate
// policies, policy mappings and inhibitAnyPolicy. policyConstraints may demand
// one, so it is not among them.
var checkedExtensions = []stdasn1.ObjectIdentifier{
	{2, 5, 29, 14}, {2, 5, 29, 35}, // key identifiers
	{2, 5, 29, 15}, {2, 5, 29, 37}, // key usage, extended key usage
	{2, 5, 29, 17}, {2, 5, 29, 18}, // alternative names
	{2, 5, 29, 19}, {2, 5, 29, 30}, // basic constraints, name constraints
	{2, 5, 29, 31},                                 // CRL distribution points
	{2, 5, 29, 32}, {2, 5, 29, 33}, {2, 5, 29, 54}, // policies, mappings, inhibitAnyPolicy
	{1, 3, 6, 1, 5, 5, 7, 1, 1}, {1, 3, 6, 1, 5, 5, 7, 1, 3}, // AIA, qualified statements
	oidNoCheck,
}

var oidNoCheck = stdasn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 48, 1, 5}

// checkPath checks a path whose signatures verify. Order: what no time can
// heal, then validity, then algorithms; so the first failure is the gravest.
func (p Policy) checkPath(chain Chain, req Request) *Failure {
	if f := checkAnchor(chain, req); f != nil {
		return f
	}
	certs := chain.Certificates
	for i := len(certs) - 1; i >= 0; i-- {
		if f := checkStructure(certs, i); f != nil {
			return f
		}
	}
	if f := checkLeaf(certs[0], req.Usage); f != nil {
		return f
	}
	for i := len(certs) - 2; i >= 0; i-- {
		if f := checkValidity(certs[i], i == 0, req); f != nil {
			return f
		}
	}
	return p.checkAlgorithms(certs, req.At)
}

func checkAnchor(chain Chain, req Request) *Failure {
	a := chain.Anchor
	if req.Usage == ForTimestamp && !a.Timestamp || req.Usage == ForSignature && !a.Signature {
		return fail(NoChain, ReasonAnchorUse, a.Certificate, "the anchor is trusted for another use")
	}
	if a.trustedAt(req.At) {
		return nil
	}
	since, until := a.span()
	sub := NoChain
	if req.At.After(until) {
		sub = NoChainNoPOE // an older proof would have helped
	}
	return fail(sub, ReasonAnchorDates, a.Certificate, "trusted from %v until %v", since, until)
}

// checkStructure checks what certificate i says about itself and about those below it.
func checkStructure(certs []*x509.Certificate, i int) *Failure {
	c := certs[i]
	for _, e := range c.Extensions {
		if e.Critical && !slices.ContainsFunc(checkedExtensions, e.Id.Equal) {
			return fail(ChainGeneral, ReasonExtension, c, "critical extension %v", e.Id)
		}
	}
	if i == 0 {
		return nil
	}
	anchor := i == len(certs)-1
	if c.Version >= 3 || !anchor {
		if !c.BasicConstraintsValid || !c.IsCA {
			return fail(ChainConstraints, ReasonNotCA, c, "basicConstraints does not say CA")
		}
		if c.KeyUsage&x509.KeyUsageCertSign == 0 && (c.KeyUsage != 0 || !anchor) {
			return fail(ChainConstraints, ReasonKeyUsage, c, "keyUsage has no keyCertSign")
		}
	}
	if f := checkPathLength(certs, i); f != nil {
		return f
	}
	return checkNames(certs, i)
}

func checkPathLength(certs []*x509.Certificate, i int) *Failure {
	c := certs[i]
	if !c.BasicConstraintsValid || c.MaxPathLen < 0 || c.MaxPathLen == 0 && !c.MaxPathLenZero {
		return nil
	}
	below := 0
	for _, ca := range certs[1:i] {
		if !selfIssued(ca) {
			below++
		}
	}
	if below > c.MaxPathLen {
		return fail(ChainConstraints, ReasonPathLength, c, "%d CAs below, %d allowed", below, c.MaxPathLen)
	}
	return nil
}

func checkNames(certs []*x509.Certificate, i int) *Failure {
	ext := extension(certs[i], oidNameConstraints)
	if ext == nil {
		return nil
	}
	rules, ok := readNameRules(ext)
	if !ok {
		return fail(ChainGeneral, ReasonMalformed, certs[i], "name constraints cannot be read")
	}
	for j, c := range certs[:i] {
		if j > 0 && selfIssued(c) {
			continue
		}
		names, ok := namesOf(c)
		if !ok {
			return fail(ChainGeneral, ReasonMalformed, c, "names cannot be read")
		}
		if !rules.allow(names) {
			return fail(ChainConstraints, ReasonNames, c, "not a name that %v may certify", certs[i].Subject)
		}
	}
	return nil
}

// otherPurposes are extended key usages that a certificate of a signer may
// not be limited to.
var otherPurposes = []x509.ExtKeyUsage{x509.ExtKeyUsageTimeStamping, x509.ExtKeyUsageOCSPSigning,
	x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageCodeSigning}

func checkLeaf(c *x509.Certificate, usage Usage) *Failure {
	sign := c.KeyUsage&(x509.KeyUsageDigitalSignature|x509.KeyUsageContentCommitment) != 0
	switch usage {
	case ForSignature:
		if !sign {
			return fail(ChainConstraints, ReasonKeyUsage, c, "neither digitalSignature nor nonRepudiation")
		}
		if onlyOtherPurposes(c) {
			return fail(ChainConstraints, ReasonExtKeyUsage, c, "a key for another purpose")
		}
	case ForTimestamp:
		if !sign && c.KeyUsage != 0 {
			return fail(ChainConstraints, ReasonKeyUsage, c, "neither digitalSignature nor nonRepudiation")
		}
		if !timestampingOnly(c) {
			return fail(ChainConstraints, ReasonExtKeyUsage, c, "timeStamping must stand alone and be critical")
		}
	case forOCSP:
		if !sign && c.KeyUsage != 0 || !slices.Contains(c.ExtKeyUsage, x509.ExtKeyUsageOCSPSigning) {
			return fail(ChainConstraints, ReasonExtKeyUsage, c, "not a key of an OCSP responder")
		}
	case forCRL:
		if c.KeyUsage&x509.KeyUsageCRLSign == 0 {
			return fail(ChainConstraints, ReasonKeyUsage, c, "keyUsage has no cRLSign")
		}
	}
	return nil
}

func onlyOtherPurposes(c *x509.Certificate) bool {
	if len(c.ExtKeyUsage) == 0 || len(c.UnknownExtKeyUsage) > 0 {
		return false
	}
	return !slices.ContainsFunc(c.ExtKeyUsage, func(u x509.ExtKeyUsage) bool { return !slices.Contains(otherPurposes, u) })
}

func timestampingOnly(c *x509.Certificate) bool {
	critical := slices.ContainsFunc(c.Extensions, func(e pkix.Extension) bool {
		return e.Critical && e.Id.Equal(stdasn1.ObjectIdentifier{2, 5, 29, 37})
	})
	return critical && len(c.UnknownExtKeyUsage) == 0 && slices.Equal(c.ExtKeyUsage, []x509.ExtKeyUsage{x509.ExtKeyUsageTimeStamping})
}

// checkValidity judges notBefore and notAfter by what is proven about the time.
func checkValidity(c *x509.Certificate, leaf bool, req Request) *Failure {
	switch {
	case leaf && !req.After.IsZero() && req.After.After(c.NotAfter):
		return fail(Expired, ReasonValidity, c, "signed after %v", c.NotAfter.Format(time.RFC3339))
	case leaf && req.Proven && req.At.Before(c.NotBefore):
		return fail(NotYetValid, ReasonValidity, c, "signed before %v", c.NotBefore.Format(time.RFC3339))
	case req.At.Before(c.NotBefore) || req.At.After(c.NotAfter):
		return fail(OutOfBoundsNoPOE, ReasonValidity, c, "valid from %v until %v", c.NotBefore, c.NotAfter)
	}
	return nil
}

// checkAlgorithms judges keys and the hashes they signed with; the anchor's
// own signature proves nothing and is not judged.
func (p Policy) checkAlgorithms(certs []*x509.Certificate, at time.Time) *Failure {
	for i := len(certs) - 2; i >= 0; i-- {
		seal, err := sealOf(certs[i])
		if err != nil {
			return fail(ChainGeneral, ReasonMalformed, certs[i], "%v", err)
		}
		if f := p.Algorithms.Check(seal.alg.hash, certs[i+1].PublicKey, at, certs[i]); f != nil {
			return f
		}
	}
	kind, bits := kindOf(certs[0].PublicKey)
	return cryptoFailure(p.Algorithms.key(certs[0].PublicKey, at), ReasonKey, certs[0], kind+" "+strconv.Itoa(bits))
}
