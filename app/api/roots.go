package api

import (
	"context"

	"khonggiay/app"
)

// Roots says whom the province trusts: on the server from its own folder, on a
// laptop by asking the server. Each method authorises the viewer.
type Roots interface {
	// Roots lists the trusted roots, and what is known of revocation.
	Roots(ctx context.Context, v Viewer) (RootsView, error)
	// ReadRoots tells what is in a file of certificates. It changes nothing.
	ReadRoots(ctx context.Context, v Viewer, file []byte) ([]RootOffer, error)
	AddRoot(ctx context.Context, v Viewer, r NewRoot) (Root, error)
	// EndRoot has a root trusted until the end of a day, earlier or later than
	// before. No root is ever removed here.
	EndRoot(ctx context.Context, v Viewer, sha256 string, until app.Date) (Root, error)
}

// CertificateFacts is what people compare of a certificate.
type CertificateFacts struct {
	SHA256     string   `json:"sha256" doc:"fingerprint, hex"`
	Name       string   `json:"name" doc:"of whom it is, in short"`
	Subject    string   `json:"subject"`
	Issuer     string   `json:"issuer" doc:"who issued it, in short"`
	Serial     string   `json:"serial" doc:"hex"`
	SelfSigned bool     `json:"selfSigned"`
	NotBefore  app.Time `json:"notBefore"`
	NotAfter   app.Time `json:"notAfter"`
	Key        string   `json:"key" doc:"kind and bits"`
}

// Root is a certificate that the province trusts, and for what.
type Root struct {
	CertificateFacts
	Since        app.Time   `json:"since"`
	Until        app.Time   `json:"until"`
	Uses         []string   `json:"uses" enum:"signature,timestamp"`
	Kind         string     `json:"kind" enum:"official,public,test"`
	Intermediate bool       `json:"intermediate,omitempty" doc:"meant to be trusted although it is not self-signed"`
	Note         string     `json:"note,omitempty" doc:"where it came from"`
	Added        *RootAdded `json:"added,omitempty" doc:"absent: it lay in the folder"`
}

// RootAdded is who trusted a root, and when.
type RootAdded struct {
	At       app.Time   `json:"at"`
	PersonID app.ID     `json:"personId,omitempty" doc:"absent: the operator, at the server"`
	Person   *PersonRef `json:"person,omitempty"`
}

// RevocationList is a list (CRL) that the server keeps.
type RevocationList struct {
	URL     string   `json:"url"`
	Issuer  string   `json:"issuer"`
	Made    app.Time `json:"made"`
	Next    app.Time `json:"next,omitempty" doc:"when the authority makes the next one"`
	Until   app.Time `json:"until" doc:"from then on it is too old to decide anything"`
	Fetched app.Time `json:"fetched"`
	Size    int      `json:"size"`
}

// RootsView is whom the province trusts and what it knows of revocation.
type RootsView struct {
	Roots []Root           `json:"roots"`
	Lists []RevocationList `json:"lists"`
	Asks  string           `json:"asks" enum:"nobody,allowed,public" doc:"whom the server may ask for revocation"`
}

// RootFile is a file of certificates: .cer, .crt, .pem, .p7b.
type RootFile struct {
	File []byte `json:"file" minLength:"1" doc:"at most 256 KiB"`
}

// RootOffer is a certificate of such a file.
type RootOffer struct {
	CertificateFacts
	Certificate []byte `json:"certificate" doc:"DER"`
	Problem     string `json:"problem,omitempty" doc:"reason key: why it cannot become a root"`
}

// NewRoot asks to trust a certificate that was shown.
type NewRoot struct {
	Certificate  []byte   `json:"certificate" minLength:"1" doc:"DER"`
	SHA256       string   `json:"sha256" minLength:"64" maxLength:"64" doc:"the fingerprint that the person has compared"`
	Since        app.Date `json:"since,omitempty" doc:"absent: as long as the certificate"`
	Until        app.Date `json:"until,omitempty" doc:"its last day"`
	Uses         []string `json:"uses" enum:"signature,timestamp" minItems:"1" maxItems:"2"`
	Kind         string   `json:"kind" enum:"official,public,test"`
	Intermediate bool     `json:"intermediate,omitempty" doc:"it is not self-signed, on purpose"`
	Note         string   `json:"note" minLength:"1" maxLength:"500" doc:"where it came from"`
}

// RootEnd is the last day of a root's trust.
type RootEnd struct {
	Until app.Date `json:"until"`
}

type endRootInput struct {
	SHA256 string `path:"sha256" minLength:"64" maxLength:"64"`
	Body   RootEnd
}

func (a *API) rootRoutes() {
	route(a, forPerson, get("/roots", "listRoots", "Whom the province trusts, and what is known of revocation", "roots"), onRoots(a, a.listRoots))
	route(a, forPerson, post("/roots/read", "readRoots", "What is in a file of certificates", "roots"), onRoots(a, a.readRoots))
	route(a, forPerson, post("/roots", "addRoot", "Trust a certificate", "roots"), onRoots(a, a.addRoot))
	route(a, forPerson, post("/roots/{sha256}/end", "endRoot", "Trust a root until the end of a day", "roots"), onRoots(a, a.endRoot))
}

// onRoots answers only where somebody can say whom to trust.
func onRoots[I, O any](a *API, handle func(context.Context, *I) (*O, error)) func(context.Context, *I) (*O, error) {
	return func(ctx context.Context, in *I) (*O, error) {
		if a.Roots == nil {
			return nil, errNotHere
		}
		return handle(ctx, in)
	}
}

func (a *API) listRoots(ctx context.Context, _ *none) (*body[RootsView], error) {
	v := viewerOf(ctx)
	out, err := a.Roots.Roots(ctx, v)
	if err != nil {
		return nil, err
	}
	out.Roots, out.Lists = some(out.Roots), some(out.Lists)
	l := a.look(v)
	for i := range out.Roots {
		l.nameRoot(&out.Roots[i])
	}
	return &body[RootsView]{out}, nil
}

func (a *API) readRoots(ctx context.Context, in *body[RootFile]) (*body[[]RootOffer], error) {
	offers, err := a.Roots.ReadRoots(ctx, viewerOf(ctx), in.Body.File)
	if err != nil {
		return nil, err
	}
	return &body[[]RootOffer]{some(offers)}, nil
}

func (a *API) addRoot(ctx context.Context, in *body[NewRoot]) (*body[Root], error) {
	v := viewerOf(ctx)
	return a.changedRoot(v)(a.Roots.AddRoot(ctx, v, in.Body))
}

func (a *API) endRoot(ctx context.Context, in *endRootInput) (*body[Root], error) {
	v := viewerOf(ctx)
	return a.changedRoot(v)(a.Roots.EndRoot(ctx, v, in.SHA256, in.Body.Until))
}

func (a *API) changedRoot(v Viewer) func(Root, error) (*body[Root], error) {
	return func(r Root, err error) (*body[Root], error) {
		if err != nil {
			return nil, err
		}
		a.look(v).nameRoot(&r)
		return &body[Root]{r}, nil
	}
}

// nameRoot fills in who added it.
func (l *look) nameRoot(r *Root) {
	if r.Added != nil {
		r.Added.Person = l.person(r.Added.PersonID)
	}
}
