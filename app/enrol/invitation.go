package enrol

import (
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"

	"khonggiay/app"
)

// InvitationSuffix is the file name's end of a saved invitation.
const InvitationSuffix = ".kgmoi"

// invitationFormat tells an invitation from any other JSON file.
const invitationFormat = "khonggiay-invitation-1"

// ErrNotInvitation is what ParseInvitation says of anything else.
var ErrNotInvitation = errors.New("enrol: not an invitation file")

// Invitation is everything a laptop needs for enrolment in one file: the code,
// where the server is, its authority's certificate, and the names that let the
// person see that the file is meant for him. It is as secret as the code in it.
type Invitation struct {
	Format     string   `json:"format"`
	Code       string   `json:"code"`
	Addresses  []string `json:"addresses"` // host:port, best first
	Authority  string   `json:"authority"` // PEM
	Person     app.ID   `json:"person"`
	PersonName string   `json:"personName"`
	Office     app.ID   `json:"office"`
	OfficeName string   `json:"officeName"`
	Expires    app.Time `json:"expires"`
}

// Encode writes the file.
func (i Invitation) Encode() ([]byte, error) {
	i.Format = invitationFormat
	b, err := json.MarshalIndent(i, "", "  ")
	return append(b, '\n'), err
}

// ParseInvitation reads a file and checks that its parts belong together.
// ErrNotInvitation for anything else, ErrCodeTypo for a damaged code.
func ParseInvitation(b []byte) (*Invitation, Code, error) {
	var i Invitation
	if len(b) > MaxMessage || json.Unmarshal(b, &i) != nil || i.Format != invitationFormat || len(i.Addresses) == 0 {
		return nil, Code{}, ErrNotInvitation
	}
	code, err := ParseCode(i.Code)
	if err != nil {
		return nil, Code{}, err
	}
	block, _ := pem.Decode([]byte(i.Authority))
	if block == nil || block.Type != "CERTIFICATE" || FingerprintOf(block.Bytes) != code.Fingerprint {
		return nil, Code{}, fmt.Errorf("%w: the authority does not match the code", ErrNotInvitation)
	}
	return &i, code, nil
}
