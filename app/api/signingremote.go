package api

import (
	"context"

	"khonggiay/app"
)

// RemoteSigning signs with keys that their owners have at a provider, or in the
// SIM of a telephone: it asks, and the telephone answers seconds or minutes later.
// nil on the server, which asks providers for laptops only.
type RemoteSigning interface {
	// AskRemote asks for the signatures of documents with one key. What keeps all
	// of them from being asked for is an *app.Error; what concerns one document
	// stands beside it, and the others are asked for. When the person has
	// confirmed, the documents are signed by themselves.
	AskRemote(ctx context.Context, v Viewer, order RemoteOrder) (RemoteAsked, error)
	// Requests are those that wait, and those that have ended and were not
	// dismissed, the newest first.
	Requests(ctx context.Context, v Viewer) ([]SigningRequest, error)
	// Cancel gives a request up here. The telephone goes on asking; what its owner
	// confirms goes nowhere.
	Cancel(ctx context.Context, v Viewer, id string) error
	// Dismiss forgets a request that has ended.
	Dismiss(ctx context.Context, v Viewer, id string) error
	// SendOTP has the provider of a key send its owner a one-time password.
	SendOTP(ctx context.Context, v Viewer, key string) error
}

// RemoteKey is what a key at a provider has besides.
type RemoteKey struct {
	Provider string `json:"provider" doc:"as people know it"`
	PIN      bool   `json:"pin,omitempty" doc:"a PIN is typed in here"`
	OTP      bool   `json:"otp,omitempty" doc:"a one-time password is typed in here"`
	SendsOTP bool   `json:"sendsOtp,omitempty" doc:"which the provider sends when it is asked to"`
	Batch    int    `json:"batch" doc:"documents for one confirmation"`
}

// RemoteOrder is what a person asks to be signed at a provider.
type RemoteOrder struct {
	Key       string         `json:"key" minLength:"1" maxLength:"200"`
	PIN       string         `json:"pin,omitempty" maxLength:"256"`
	OTP       string         `json:"otp,omitempty" maxLength:"64"`
	Kind      SignKind       `json:"kind" enum:"person,organ,initial"`
	Documents []SignDocument `json:"documents" minItems:"1" maxItems:"100"`
}

// RemoteAsked is what became of an order.
type RemoteAsked struct {
	Request   *SigningRequest  `json:"request,omitempty" doc:"missing when nothing was asked"`
	Documents []SignedDocument `json:"documents" doc:"those that were not asked for, and why"`
}

// RequestState is where a request stands.
type RequestState string

// States of requests.
const (
	RequestAsking    RequestState = "asking"    // on its way to the provider
	RequestWaiting   RequestState = "waiting"   // chờ xác nhận trên điện thoại
	RequestConfirmed RequestState = "confirmed" // the person has said yes; the documents are being signed
	RequestUnknown   RequestState = "unknown"   // the answer was lost: the telephone may have rung
	RequestSigned    RequestState = "signed"    // ended: each document tells what became of it
	RequestRefused   RequestState = "refused"
	RequestExpired   RequestState = "expired"
	RequestFailed    RequestState = "failed"
	RequestCancelled RequestState = "cancelled"
)

// SigningRequest is one question to one person.
type SigningRequest struct {
	ID        string           `json:"id"`
	State     RequestState     `json:"state" enum:"asking,waiting,confirmed,unknown,signed,refused,expired,failed,cancelled"`
	Reason    string           `json:"reason,omitempty" doc:"why there is no signature"`
	Code      string           `json:"code,omitempty" doc:"the provider's code for it"`
	Kind      SignKind         `json:"kind" enum:"person,organ,initial"`
	Provider  string           `json:"provider"`
	Subject   string           `json:"subject" doc:"whose key it is"`
	Asked     app.Time         `json:"asked"`
	Left      int64            `json:"left" doc:"milliseconds that are left for confirming"`
	Documents []RequestedEntry `json:"documents"`
}

// RequestedEntry is a document of a request.
type RequestedEntry struct {
	ID      app.ID         `json:"id"`
	Name    string         `json:"name"`
	Given   *CommandResult `json:"given,omitempty"`
	Problem *Problem       `json:"problem,omitempty"`
}

type requestInput struct {
	ID string `path:"id" minLength:"1" maxLength:"64"`
}

type otpInput struct {
	Body struct {
		Key string `json:"key" minLength:"1" maxLength:"200"`
	}
}

func (a *API) remoteSigningRoutes() {
	route(a, forPerson, post("/signing/requests", "askRemoteSigning", "Ask for signatures with a key at a provider", "signing"), a.askRemote)
	route(a, forPerson, get("/signing/requests", "signingRequests", "What waits for a confirmation on the telephone", "signing"), a.signingRequests)
	route(a, forPerson, post("/signing/requests/{id}/cancel", "cancelSigningRequest", "Give a request up", "signing"), a.cancelRequest)
	route(a, forPerson, post("/signing/requests/{id}/dismiss", "dismissSigningRequest", "Forget a request that has ended", "signing"), a.dismissRequest)
	route(a, forPerson, post("/signing/otp", "sendSigningOTP", "Have the provider send a one-time password", "signing"), a.sendOTP)
}

func (a *API) askRemote(ctx context.Context, in *body[RemoteOrder]) (*body[RemoteAsked], error) {
	if a.RemoteSigning == nil {
		return nil, errNotHere
	}
	asked, err := a.RemoteSigning.AskRemote(ctx, viewerOf(ctx), in.Body)
	return &body[RemoteAsked]{asked}, err
}

func (a *API) signingRequests(ctx context.Context, _ *none) (*body[[]SigningRequest], error) {
	if a.RemoteSigning == nil {
		return nil, errNotHere
	}
	list, err := a.RemoteSigning.Requests(ctx, viewerOf(ctx))
	return &body[[]SigningRequest]{list}, err
}

func (a *API) cancelRequest(ctx context.Context, in *requestInput) (*none, error) {
	if a.RemoteSigning == nil {
		return nil, errNotHere
	}
	return nil, a.RemoteSigning.Cancel(ctx, viewerOf(ctx), in.ID)
}

func (a *API) dismissRequest(ctx context.Context, in *requestInput) (*none, error) {
	if a.RemoteSigning == nil {
		return nil, errNotHere
	}
	return nil, a.RemoteSigning.Dismiss(ctx, viewerOf(ctx), in.ID)
}

func (a *API) sendOTP(ctx context.Context, in *otpInput) (*none, error) {
	if a.RemoteSigning == nil {
		return nil, errNotHere
	}
	return nil, a.RemoteSigning.SendOTP(ctx, viewerOf(ctx), in.Body.Key)
}
