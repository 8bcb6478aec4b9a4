package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"khonggiay/app"
)

// Signing signs with the keys of this machine. nil on the server, which has
// none: a person's key lies in his token, the agency's at its office (NĐ
// 30/2020, Điều 32).
type Signing interface {
	// Keys lists what can sign: certificates in the tokens that are plugged in,
	// and in key files. It asks for no PIN. anew also starts the
	// makers' libraries again: some see a token that was set up since only then.
	Keys(ctx context.Context, anew bool) (SigningKeys, error)
	// Sign signs the documents in their order, with the one PIN that the person
	// has entered for all that he was shown. What keeps all of them from being
	// signed is an *app.Error: a wrong PIN (Unauthorized, "sign.pin_wrong", with
	// the tries that are left), a key that is not there any more. What concerns
	// one document stands beside it, and the others are signed.
	Sign(ctx context.Context, v Viewer, order SignOrder) ([]SignedDocument, error)
	// Picture is the PNG that is drawn for signatures of the kind; NotFound when
	// there is none.
	Picture(ctx context.Context, kind SignKind) ([]byte, error)
	// SavePicture keeps a PNG, or none when it is empty.
	SavePicture(ctx context.Context, kind SignKind, png []byte) error
}

// SignKind is what a signature is for.
type SignKind string

// Kinds of signatures.
const (
	SignPerson  SignKind = "person"  // ký ban hành
	SignOrgan   SignKind = "organ"   // ký số của cơ quan, with number and date
	SignInitial SignKind = "initial" // ký nháy, beside the file
	SignCopy    SignKind = "copy"    // sao y, sao lục, trích sao, with the agency's key
)

// OfAgency reports a signature that the agency's key makes, which lies in the
// agency's device and never at a provider (NĐ 30/2020, Điều 32).
func (k SignKind) OfAgency() bool { return k == SignOrgan || k == SignCopy }

// SigningKeys is what can sign on this machine.
type SigningKeys struct {
	Keys      []SigningKey     `json:"keys"`
	Libraries []SigningLibrary `json:"libraries" doc:"of tokens, that were looked for"`
	Empty     []SigningToken   `json:"empty" doc:"tokens without any certificate, or which could not be read"`
}

// SigningLibrary is a maker's PKCS #11 library.
type SigningLibrary struct {
	Path    string `json:"path"`
	Name    string `json:"name,omitempty" doc:"what it calls itself"`
	Problem string `json:"problem,omitempty" doc:"reason key: why it cannot be used"`
}

// SigningToken is a token, or the file of a key.
type SigningToken struct {
	Label  string `json:"label"`
	Serial string `json:"serial,omitempty"`
	Maker  string `json:"maker,omitempty"`
	PIN    string `json:"pin" enum:"unknown,low,final,none" doc:"what the token tells of the tries left: low after a mistake, final before the last, none when locked"`
	PINPad bool   `json:"pinPad,omitempty" doc:"the PIN is typed at the reader"`
}

// SigningKey is a certificate with a key that signs.
type SigningKey struct {
	ID           string       `json:"id" doc:"of this certificate in this token"`
	Kind         app.KeyKind  `json:"kind" enum:"token,file,remote"`
	Token        SigningToken `json:"token"`
	Certificate  app.Hash     `json:"certificate" doc:"SHA-256 of the DER"`
	Subject      string       `json:"subject"`
	Organization string       `json:"organization,omitempty" doc:"the unit that manages the certificate"`
	Issuer       string       `json:"issuer"`
	Serial       string       `json:"serial" doc:"hexadecimal"`
	From         app.Time     `json:"from"`
	To           app.Time     `json:"to"`
	Refused      string       `json:"refused,omitempty" doc:"reason key: why it cannot sign"`
	Remote       *RemoteKey   `json:"remote,omitempty" doc:"of a key at a provider"`
}

// SignOrder is what a person asks to be signed, as he has seen it.
type SignOrder struct {
	Key       string         `json:"key" minLength:"1" maxLength:"200"`
	PIN       string         `json:"pin,omitempty" maxLength:"256" doc:"empty for a token with a PIN pad"`
	Kind      SignKind       `json:"kind" enum:"person,organ,initial,copy"`
	Documents []SignDocument `json:"documents" minItems:"1" maxItems:"100"`
}

// SignDocument is one document, with the revision and content that were read.
type SignDocument struct {
	ID       app.ID            `json:"id" minLength:"1" maxLength:"64"`
	Revision uint32            `json:"revision"`
	Content  app.Hash          `json:"content"`
	Form     app.AuthorityForm `json:"form,omitempty"`
	Places   SignPlaces        `json:"places,omitempty" doc:"what has none is not seen on the page"`
	Copy     *CopyOrder        `json:"copy,omitempty" doc:"of kind copy"`
	// Attachments are sealed with the document, each for itself.
	Attachments []app.CommandID `json:"attachments,omitempty" maxItems:"100" doc:"of kind organ: PDF attachments that get number, time and seal, too"`
}

// CopyOrder is what copy of a document is to be made and sealed.
type CopyOrder struct {
	Form  app.CopyForm `json:"form" enum:"SY,SL,TrS"`
	Pages string       `json:"pages,omitempty" maxLength:"100" doc:"of an extract: 1-2, 5"`
	Text  string       `json:"text,omitempty" maxLength:"500" doc:"a note"`
}

// SignPlaces says where things stand on the pages. Number, date and seal are made
// ready by the person's signature, and filled with the agency's.
type SignPlaces struct {
	Signature *SignPlace `json:"signature,omitempty"`
	Seal      *SignPlace `json:"seal,omitempty"`
	Number    *SignPlace `json:"number,omitempty"`
	Date      *SignPlace `json:"date,omitempty"`
}

// SignPlace is a box on a page.
type SignPlace struct {
	Page int        `json:"page" minimum:"0" maximum:"100000" doc:"from 0"`
	Rect [4]float64 `json:"rect" doc:"left, bottom, right, top in points of the page, before it is turned"`
}

// SignedDocument is what became of one document of an order.
type SignedDocument struct {
	ID      app.ID         `json:"id"`
	Given   *CommandResult `json:"given,omitempty"`
	Problem *Problem       `json:"problem,omitempty"`
}

// ProblemOf is an error in the shape of the wire, for answers that hold several.
func ProblemOf(err error) *Problem { return problemOf(err) }

// maxPictureBytes bounds the picture of a signature or seal.
const maxPictureBytes = 2 << 20

type keysInput struct {
	Anew bool `query:"anew" doc:"start the libraries of tokens again: somebody misses his"`
}

type pictureInput struct {
	Kind SignKind `path:"kind" enum:"person,organ"`
}

type pictureUpload struct {
	Kind    SignKind `path:"kind" enum:"person,organ"`
	RawBody []byte   `contentType:"image/png"`
}

func (a *API) signingRoutes() {
	route(a, forPerson, get("/signing/keys", "signingKeys", "The keys that can sign on this machine", "signing"), a.signingKeys)
	op := post("/signing/sign", "signDocuments", "Sign documents with a key of this machine", "signing")
	op.BodyReadTimeout = 30 * time.Second
	route(a, forPerson, op, a.signDocuments)
	op = get("/signing/pictures/{kind}", "getSignaturePicture", "The picture of the signature or seal", "signing")
	op.Responses = map[string]*huma.Response{"200": {Description: "PNG", Content: map[string]*huma.MediaType{
		"image/png": {Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}}}}
	route(a, forPerson, op, a.getPicture)
	op = huma.Operation{Method: http.MethodPut, Path: "/api/signing/pictures/{kind}", OperationID: "putSignaturePicture",
		Summary: "Keep the picture of the signature or seal; an empty body removes it", Tags: []string{"signing"}, MaxBodyBytes: maxPictureBytes}
	route(a, forPerson, op, a.putPicture)
	a.huma.OpenAPI().Paths[op.Path].Put.RequestBody.Required = false
}

func (a *API) signingKeys(ctx context.Context, in *keysInput) (*body[SigningKeys], error) {
	if a.Signing == nil {
		return nil, errNotHere
	}
	keys, err := a.Signing.Keys(ctx, in.Anew)
	return &body[SigningKeys]{keys}, err
}

func (a *API) signDocuments(ctx context.Context, in *body[SignOrder]) (*body[[]SignedDocument], error) {
	if a.Signing == nil {
		return nil, errNotHere
	}
	done, err := a.Signing.Sign(ctx, viewerOf(ctx), in.Body)
	return &body[[]SignedDocument]{done}, err
}

func (a *API) getPicture(ctx context.Context, in *pictureInput) (*stream, error) {
	if a.Signing == nil {
		return nil, errNotHere
	}
	png, err := a.Signing.Picture(ctx, in.Kind)
	if err != nil {
		return nil, err
	}
	return &stream{func(c huma.Context) {
		c.SetHeader("Content-Type", "image/png")
		_, _ = c.BodyWriter().Write(png) // the client is gone if this fails
	}}, nil
}

func (a *API) putPicture(ctx context.Context, in *pictureUpload) (*none, error) {
	if a.Signing == nil {
		return nil, errNotHere
	}
	return nil, a.Signing.SavePicture(ctx, in.Kind, in.RawBody)
}
