package room

import (
	"bytes"
	"encoding/json"
	"errors"

	"khonggiay/app"
	"khonggiay/meeting"
	"khonggiay/meeting/site"
)

// MaxFrame is the largest frame that a host takes, bytes; MaxTold the largest that
// it sends, unless one record alone is larger.
const (
	MaxFrame = 128 << 10
	MaxTold  = 512 << 10
)

// Asked is a frame from a client: exactly one of its members.
type Asked struct {
	Take    bool           `json:"take,omitempty"`    // wants to lead
	Release bool           `json:"release,omitempty"` // does not lead any more, or ends another's lead
	Place   *meeting.Place `json:"place,omitempty"`
	Point   *meeting.Point `json:"point,omitempty"`
	NoPoint bool           `json:"noPoint,omitempty"`
	Rank    bool           `json:"rank,omitempty"`    // what may it do now
	Command []byte         `json:"command,omitempty"` // to a host at the place: a signed command, as it lies in the outbox
	Keep    bool           `json:"keep,omitempty"`    // to a host at the place: keeps the host's own commands, should it die
	// Seq may stand beside place, point and noPoint, and rises: what comes after a
	// newer one is not taken. Over a data channel it must.
	Seq uint64 `json:"seq,omitempty"`
}

// Told is a frame to a client. A member that is absent has not changed.
type Told struct {
	Host    app.ID        `json:"host,omitempty"` // in the first frame: HostServer or a device
	Rank    *meeting.Rank `json:"rank,omitempty"` // in the first frame, and when it was asked for: what the client may do
	Lead    *meeting.Lead `json:"lead,omitempty"`
	Seq     uint64        `json:"seq,omitempty"`     // beside lead: rises with each change, by whichever way it is told
	Here    *int          `json:"here,omitempty"`    // persons connected
	Refused string        `json:"refused,omitempty"` // the reason why the last frame was not taken
	Alone   bool          `json:"alone,omitempty"`   // from a laptop to its own screens: no host can be reached
	// Records are what has changed at the place, from a host there.
	Records []site.State `json:"records,omitempty"`
	// Signed are commands that the host there gave, for laptops that keep them and
	// may carry the meeting on.
	Signed [][]byte `json:"signed,omitempty"`
}

var errFrame = errors.New("room: not a frame of the protocol")

// ParseAsked reads a client's frame.
func ParseAsked(b []byte) (a Asked, err error) {
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if len(b) > MaxFrame || d.Decode(&a) != nil || d.More() {
		return Asked{}, errFrame
	}
	n := 0
	for _, is := range []bool{a.Take, a.Release, a.Place != nil, a.Point != nil, a.NoPoint, a.Rank, a.Command != nil, a.Keep} {
		if is {
			n++
		}
	}
	if n != 1 {
		return Asked{}, errFrame
	}
	return a, nil
}
