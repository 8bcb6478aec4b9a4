package api

import (
	"context"
	"net/http"

	"khonggiay/app"
)

// Session tells a screen who it works for and on what machine.
type Session struct {
	Person         *PersonRef         `json:"person,omitempty"`
	Unit           *UnitRef           `json:"unit,omitempty" doc:"office of the person's main post"`
	Posts          []PostRef          `json:"posts"`
	Offices        []UnitRef          `json:"offices" doc:"offices in which the person has a post"`
	Delegations    []DelegationRef    `json:"delegations" doc:"powers lent to the person, in force now"`
	AllDelegations []DelegationRecord `json:"allDelegations" doc:"given or received by the person, the latest first; the newest hundred"`
	Trusts         bool               `json:"trusts,omitempty" doc:"may say whom the province trusts"`
	Host           string             `json:"host" enum:"laptop,server"`
	Device         *DeviceInfo        `json:"device,omitempty"`
	Demo           *DemoInfo          `json:"demo,omitempty"`
	Window         bool               `json:"window,omitempty" doc:"native dialogs are at hand"`
	ServerTime     app.Time           `json:"serverTime" doc:"Unix ms; the best estimate on a laptop"`
	Version        string             `json:"version"`
	NeedsEnrolment bool               `json:"needsEnrolment,omitempty"`
	NeedsLogin     bool               `json:"needsLogin,omitempty"`
	Lock           *LockInfo          `json:"lock,omitempty" doc:"with problem device.locked"`
	Left           *LeftInfo          `json:"left,omitempty" doc:"with needsEnrolment: whoever it belonged to was revoked"`
	Forgotten      *ForgottenInfo     `json:"forgotten,omitempty" doc:"the server came back from a backup and does not know this laptop: it needs a new code"`
	Lost           []LostSpan         `json:"lost,omitempty" doc:"times in which work done in a browser was lost with the server; until the person has read it"`
	Problem        string             `json:"problem,omitempty" doc:"reason key of what stops all work here"`
	Trouble        string             `json:"trouble,omitempty" doc:"reason key of what keeps the disk or the line from its work"`
}

// PostRef is a post held now.
type PostRef struct {
	Unit     UnitRef  `json:"unit"`
	Office   app.ID   `json:"office"`
	Position string   `json:"position"`
	Role     app.Role `json:"role"`
	Main     bool     `json:"main,omitempty"`
}

// DelegationRef is a delegation held now.
type DelegationRef struct {
	ID      app.ID       `json:"id"`
	From    PersonRef    `json:"from"`
	Unit    app.ID       `json:"unit"`
	Actions []app.Action `json:"actions,omitempty"`
	End     app.Time     `json:"end"`
}

// DelegationRecord is a delegation for its giver and its receiver.
type DelegationRecord struct {
	ID      app.ID       `json:"id"`
	From    PersonRef    `json:"from"`
	To      PersonRef    `json:"to"`
	Unit    UnitRef      `json:"unit"`
	Actions []app.Action `json:"actions,omitempty" doc:"nothing beyond these; absent: all of the giver's"`
	Start   app.Time     `json:"start"`
	End     app.Time     `json:"end"`
	Basis   string       `json:"basis,omitempty" doc:"number of the written authorisation"`
	Revoked app.Time     `json:"revoked,omitempty"`
	State   string       `json:"state" enum:"coming,active,ended,revoked"`
}

// DeviceInfo is this laptop.
type DeviceInfo struct {
	ID      string   `json:"id"`
	Name    string   `json:"name"`
	Server  string   `json:"server"`
	Expires app.Time `json:"expires,omitempty" doc:"end of its certificate, which renews itself"`
}

// LockInfo says why a laptop shows nothing: it has not reached the server for
// so long that its lease has run out. What waits to go up is kept.
type LockInfo struct {
	LastContact app.Time  `json:"lastContact"`
	Days        int       `json:"days" doc:"length of the lease"`
	Waiting     int       `json:"waiting" doc:"commands that go up at the next contact"`
	Refused     int       `json:"refused" doc:"commands that were refused, with their texts"`
	State       LineState `json:"state" enum:"online,offline,connecting,cut,revoked,forgotten,server"`
}

// ForgottenInfo says that the server came back from a backup that is older than
// the enrolment of this laptop. All is kept; a new code makes it known again.
type ForgottenInfo struct {
	At      app.Time `json:"at" doc:"when the server first said so"`
	Waiting int      `json:"waiting" doc:"commands that go up once the laptop is known again"`
}

// LeftInfo says that a laptop was revoked, has handed over what had not been
// sent, and is empty.
type LeftInfo struct {
	At       app.Time `json:"at"`
	Commands int      `json:"commands" doc:"handed over"`
	Files    int      `json:"files" doc:"whose contents were handed over with them"`
	Lost     int      `json:"lost" doc:"files that the server did not take and that are wiped"`
}

// DemoInfo is there in a demonstration only.
type DemoInfo struct {
	Roles []DemoRole `json:"roles"`
	Line  DemoLine   `json:"line"`
}

// DemoRole is another laptop of the demonstration.
type DemoRole struct {
	Label   string `json:"label"`
	Person  string `json:"person"`
	Unit    string `json:"unit"`
	URL     string `json:"url"`
	Current bool   `json:"current"`
}

// DemoLine is the switch that cuts this laptop off.
type DemoLine struct {
	Cut bool `json:"cut"`
}

// LostSpan is a time between a backup and the restore from it: what was done in
// a browser then is gone, since nobody but the server had it.
type LostSpan struct {
	Since app.Time `json:"since" doc:"the backup was made"`
	Until app.Time `json:"until" doc:"the server was restored"`
}

// LostRead says that the person has read what was lost.
type LostRead struct {
	Until app.Time `json:"until" doc:"of the latest span that was shown"`
}

// EnrolRequest makes this laptop somebody's: a server with a code, or the
// contents of an invitation file. A forgotten laptop knows its server.
type EnrolRequest struct {
	Server     string         `json:"server,omitempty" maxLength:"200"`
	Code       string         `json:"code,omitempty" maxLength:"200"`
	Invitation map[string]any `json:"invitation,omitempty"`
}

// Enrolled tells whose the laptop is now.
type Enrolled struct {
	Person app.ID `json:"person"`
	Name   string `json:"name"`
	Office string `json:"office"`
}

// LoginRequest signs in.
type LoginRequest struct {
	Account  string `json:"account" minLength:"1" maxLength:"200"`
	Password string `json:"password" minLength:"1" maxLength:"1000"`
}

// PasswordRequest changes the password.
type PasswordRequest struct {
	Old string `json:"old" maxLength:"1000"`
	New string `json:"new" maxLength:"1000"`
}

type cookieOutput struct {
	SetCookie []http.Cookie `header:"Set-Cookie"`
}

func cookies(list ...*http.Cookie) *cookieOutput {
	out := &cookieOutput{}
	for _, c := range list {
		out.SetCookie = append(out.SetCookie, *c)
	}
	return out
}

func (a *API) sessionRoutes() {
	route(a, forAnyone, get("/session", "getSession", "Who works here, and on what machine", "session"), a.getSession)
	route(a, forAnyone, post("/login", "login", "Sign in (server)", "session"), a.login)
	route(a, forPerson, post("/logout", "logout", "Sign out (server)", "session"), a.logout)
	route(a, forPerson, post("/password", "changePassword", "Change the password (server)", "session"), a.changePassword)
	read := post("/lost/read", "readLost", "The person has read what a restore could not bring back (server)", "session")
	read.DefaultStatus = http.StatusNoContent
	route(a, forPerson, read, a.readLost)
	enrol := post("/enrol", "enrol", "Make this laptop somebody's (laptop)", "session")
	enrol.MaxBodyBytes = 64 << 10
	route(a, forAnyone, enrol, a.enrol)
	route(a, forAnyone, post("/demo/line", "cutLine", "Cut or mend the line (demonstration)", "session"), a.cutLine)
}

// machine is the session as far as the machine itself tells it.
func (a *API) machine(host HostInfo) Session {
	return Session{
		Posts: []PostRef{}, Offices: []UnitRef{}, Delegations: []DelegationRef{}, AllDelegations: []DelegationRecord{},
		Host: host.Kind, Device: host.Device, Demo: host.Demo, Window: host.Window,
		ServerTime: a.Now(), Version: a.Version,
		NeedsEnrolment: host.NeedsEnrolment, Problem: host.Problem, Trouble: host.Trouble, Lock: host.Lock, Left: host.Left, Forgotten: host.Forgotten,
	}
}

func (a *API) getSession(ctx context.Context, _ *none) (*body[Session], error) {
	host := a.Host.Describe(ctx)
	s := a.machine(host)
	if s.NeedsEnrolment || s.Problem != "" {
		return &body[Session]{s}, nil
	}
	v, err := a.Sessions.Viewer(exchangeOf(ctx).r)
	switch e := app.AsError(err); {
	case err == nil:
	case e.Code == app.Unauthorized && a.Accounts != nil:
		s.NeedsLogin = true
		return &body[Session]{s}, nil
	default:
		// What stops the work here may have come since: it is no error of who asks.
		if s = a.machine(a.Host.Describe(ctx)); s.NeedsEnrolment || s.Problem != "" {
			return &body[Session]{s}, nil
		}
		return nil, err
	}
	l := a.look(v)
	l.fillSession(&s)
	if s.Person.Name == "" {
		s.Person.Name = host.PersonName
	}
	if a.Losses != nil {
		if s.Lost, err = a.Losses.Lost(ctx, v); err != nil {
			return nil, err
		}
	}
	return &body[Session]{s}, nil
}

func (a *API) login(ctx context.Context, in *body[LoginRequest]) (*cookieOutput, error) {
	if a.Accounts == nil {
		return nil, errNotHere
	}
	set, err := a.Accounts.Login(ctx, exchangeOf(ctx).r, in.Body.Account, in.Body.Password)
	if err != nil {
		return nil, err
	}
	return cookies(set...), nil
}

func (a *API) logout(ctx context.Context, _ *none) (*cookieOutput, error) {
	if a.Accounts == nil {
		return nil, errNotHere
	}
	c, err := a.Accounts.Logout(ctx, exchangeOf(ctx).r)
	if err != nil {
		return nil, err
	}
	return cookies(c), nil
}

func (a *API) changePassword(ctx context.Context, in *body[PasswordRequest]) (*none, error) {
	if a.Accounts == nil {
		return nil, errNotHere
	}
	return nil, a.Accounts.ChangePassword(ctx, viewerOf(ctx), in.Body.Old, in.Body.New)
}

func (a *API) readLost(ctx context.Context, in *body[LostRead]) (*none, error) {
	if a.Losses == nil {
		return nil, errNotHere
	}
	return nil, a.Losses.Told(ctx, viewerOf(ctx), in.Body.Until)
}

func (a *API) enrol(ctx context.Context, in *body[EnrolRequest]) (*body[Enrolled], error) {
	if a.Enroller == nil {
		return nil, errNotHere
	}
	if host := a.Host.Describe(ctx); !host.NeedsEnrolment && host.Forgotten == nil {
		return nil, app.Refuse(app.Conflict, "enrol.already")
	}
	if in.Body.Invitation == nil && (in.Body.Code == "") {
		return nil, app.Refuse(app.Invalid, "enrol.no_code")
	}
	out, err := a.Enroller.Enrol(ctx, in.Body)
	if err != nil {
		return nil, err
	}
	return &body[Enrolled]{out}, nil
}

func (a *API) cutLine(ctx context.Context, in *body[DemoLine]) (*body[DemoLine], error) {
	if a.Demo == nil {
		return nil, errNotHere
	}
	if err := a.Demo.CutLine(ctx, in.Body.Cut); err != nil {
		return nil, err
	}
	return &body[DemoLine]{in.Body}, nil
}
