package api

import (
	"context"
	"io"
	"net/http"

	"khonggiay/app"
	"khonggiay/app/office"
)

// Viewer is the person behind a request.
type Viewer struct {
	Person app.ID
	All    bool // on a laptop: whatever it holds is for its person
}

// Sessions tells who is asking. On a laptop that is its one person, on the
// server whoever the session cookie belongs to.
type Sessions interface {
	// Viewer returns the person, or an *app.Error with code Unauthorized.
	Viewer(r *http.Request) (Viewer, error)
}

// Host describes the machine that answers.
type Host interface {
	Describe(ctx context.Context) HostInfo
}

// HostInfo is what the session view says about the machine.
type HostInfo struct {
	Kind           string // "laptop" or "server"
	Device         *DeviceInfo
	Demo           *DemoInfo
	PersonName     string // of the laptop's person, until the directory has come
	Window         bool   // native dialogs are at hand
	NeedsEnrolment bool   // a laptop that belongs to nobody yet
	Lock           *LockInfo
	Left           *LeftInfo
	Forgotten      *ForgottenInfo
	Trouble        string // reason key of what keeps the disk or the line from its work
	Problem        string // reason key of a state that stops work: "device.revoked", "store.corrupt", "storage.full"
}

// Commander takes commands. Both the replica (outbox) and the hub are behind it.
type Commander interface {
	// Give runs the command for the viewer. The commander gives ID, Actor, At
	// and ServerSeen; the rest is filled in. A refusal is an *app.Error.
	Give(ctx context.Context, v Viewer, cmd *app.Command) (Given, error)
}

// Given tells what became of a command.
type Given struct {
	ID            app.CommandID
	Status        GivenStatus
	Version       uint64   // of the target afterwards
	NumberPending bool     // registered, but the number must come from the book's holder
	Created       []app.ID // records that the command made, when the commander knows
}

// GivenStatus is the state of a command just given.
type GivenStatus string

// Statuses of a command just given.
const (
	GivenPending  GivenStatus = "pending"  // in the outbox, and shown at once
	GivenApplied  GivenStatus = "applied"  // decided for good
	GivenDeferred GivenStatus = "deferred" // kept for a newer server
)

// Contents keeps the bytes of files, sealed.
type Contents interface {
	// Seal stores what src gives and returns its description. It never leaves
	// plaintext on disk. Full when there is no space.
	Seal(ctx context.Context, src io.Reader) (app.FileVersion, error)
	// Append returns a version with the bytes of next, which is here whole, that
	// names before's segments again if next begins with before. Else it is next.
	Append(ctx context.Context, before, next app.FileVersion) (app.FileVersion, error)
	// Open gives random access to a version that is here whole. NotFound with
	// reason "content.not_here" when a part of it is missing.
	Open(ctx context.Context, v app.FileVersion) (io.ReadSeekCloser, error)
	// Progress tells how many bytes of the version are here, of how many, and when
	// the rest will be.
	Progress(v app.FileVersion) Coming
	// FetchNow asks for the version ahead of all others. Offline with reason
	// "content.not_here" when that cannot be begun.
	FetchNow(ctx context.Context, v app.FileVersion) error
	// Upload schedules a sealed version for the server (nothing to do there).
	Upload(ctx context.Context, v app.FileVersion, name string) error
}

// Converter makes PDFs of text documents; nil where nothing can.
type Converter interface {
	// PDF converts what src gives. NotFound "convert.not_installed" when neither
	// this machine nor the server, as far as it is there, has LibreOffice; Offline
	// "convert.busy" when too many wait.
	PDF(ctx context.Context, kind office.Kind, src io.Reader) ([]byte, error)
}

// Uploads remembers what was uploaded until a command names it by hash.
type Uploads interface {
	SaveUpload(ctx context.Context, u Upload) error
	// Upload returns the person's own upload, or an *app.Error NotFound.
	Upload(ctx context.Context, person app.ID, sum app.Hash) (Upload, error)
}

// Upload is a file that was sealed and waits for the command that uses it.
type Upload struct {
	Person  app.ID
	Name    string
	Media   string
	Pages   int
	At      app.Time
	Content app.FileVersion
}

// Whereabouts tells on how many machines a document's content is.
type Whereabouts interface {
	// Where returns nil when nothing is known (offline, say).
	Where(ctx context.Context, doc app.ID) *OfficeCopies
}

// Sync is the laptop's sync panel; nil on the server.
type Sync interface {
	Status(ctx context.Context) (SyncStatus, error)
	Now(ctx context.Context) error
	Retry(ctx context.Context, v Viewer, id app.CommandID) (Given, error)
	Discard(ctx context.Context, id app.CommandID) error
	// RefusedFile opens the n-th file of a refused command. NotFound when there is
	// no such command or file, with reason "content.not_here" when it is gone.
	RefusedFile(ctx context.Context, id app.CommandID, n int) (app.File, io.ReadSeekCloser, error)
	Quarantine(ctx context.Context) ([]QuarantineItem, error)
	// Pending lists the commands without a result, by the document, the meeting
	// or the part of a meeting that they are about.
	Pending(ctx context.Context) (map[app.ID][]app.CommandID, error)
	// RepairRead notes that the person has read what was saved from a damaged
	// database.
	RepairRead(ctx context.Context) error
}

// Accounts signs people in; nil on a laptop.
type Accounts interface {
	// Login checks the password and returns the cookies to set.
	Login(ctx context.Context, r *http.Request, account, password string) ([]*http.Cookie, error)
	// Logout ends the session and returns the cookie that clears it.
	Logout(ctx context.Context, r *http.Request) (*http.Cookie, error)
	ChangePassword(ctx context.Context, v Viewer, old, new string) error
}

// Losses tells what a restored server could not bring back; nil on a laptop.
type Losses interface {
	// Lost lists the times of lost work of which the viewer was not told.
	Lost(ctx context.Context, v Viewer) ([]LostSpan, error)
	// Told notes that he was told of those up to a time.
	Told(ctx context.Context, v Viewer, until app.Time) error
}

// Enroller makes a laptop somebody's; nil on the server.
type Enroller interface {
	Enrol(ctx context.Context, req EnrolRequest) (Enrolled, error)
}

// Demo changes what only a demonstration may change; nil elsewhere.
type Demo interface {
	CutLine(ctx context.Context, cut bool) error
}

// Devices serves the unit's administrator: on the server from its own tables,
// on a laptop by asking the server. Each method authorises the viewer.
type Devices interface {
	Devices(ctx context.Context, v Viewer) ([]DeviceRow, error)
	// Device tells what is or was on one device, and how far it has left.
	Device(ctx context.Context, v Viewer, id string) (DeviceDetail, error)
	// Forgotten lists the devices that a restored server does not know and that
	// ask to come in; Forbidden for whoever administers no office.
	Forgotten(ctx context.Context, v Viewer) ([]ForgottenDevice, error)
	RevokeDevice(ctx context.Context, v Viewer, id string) error
	// ReadmitCourier ends the alarm about a device's courier: it may exchange
	// files within its office again. Forbidden for its own person.
	ReadmitCourier(ctx context.Context, v Viewer, id string) error
	EnrolmentCode(ctx context.Context, v Viewer, person app.ID) (EnrolmentCode, error)
}
