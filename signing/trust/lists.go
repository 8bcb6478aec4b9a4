package trust

import (
	"crypto/x509/pkix"
	"encoding/asn1"
	"slices"
	"strings"
	"time"
)

// List is a kept CRL, for people to see. Nothing is said of its signature: that
// is verified at each use.
type List struct {
	URL     string
	Issuer  pkix.Name
	Made    time.Time // thisUpdate
	Next    time.Time // nextUpdate; zero if the list names none
	Until   time.Time // from then on it is too old to decide anything
	Fetched time.Time
	Size    int
}

// Lists returns the kept CRLs that can be read, by issuer and address. Without a
// cache there are none.
func (v *Validator) Lists() ([]List, error) {
	if v.Cache == nil {
		return nil, nil
	}
	kept, err := v.Cache.lists()
	if err != nil {
		return nil, err
	}
	var out []List
	for url, e := range kept {
		c, err := parseCRL(e.Body)
		if err != nil {
			continue
		}
		out = append(out, List{URL: url, Issuer: nameOf(c.issuer), Made: c.this, Next: c.next, Until: v.listEnd(c), Fetched: e.Fetched, Size: len(e.Body)})
	}
	slices.SortFunc(out, func(a, b List) int {
		if by := strings.Compare(a.Issuer.String(), b.Issuer.String()); by != 0 {
			return by
		}
		return strings.Compare(a.URL, b.URL)
	})
	return out, nil
}

// nameOf reads a DER name as far as it can be shown.
func nameOf(der []byte) (n pkix.Name) {
	var rdn pkix.RDNSequence
	if rest, err := asn1.Unmarshal(der, &rdn); err == nil && len(rest) == 0 {
		n.FillFromRDNSequence(&rdn)
	}
	return n
}

// listEnd is when a list is too old: at its nextUpdate, and when it is older
// than the policy allows.
func (v *Validator) listEnd(c *crl) time.Time {
	end := c.this.Add(duration(v.Policy.CRLMaxAge))
	if !c.next.IsZero() && c.next.Before(end) {
		end = c.next
	}
	return end
}
