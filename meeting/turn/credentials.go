package turn

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"strconv"
	"strings"
	"time"

	"github.com/pion/stun/v4"
	"github.com/pion/turn/v5"

	"khonggiay/app"
)

// Credentials are what a station proves itself with.
type Credentials struct {
	User     string
	Password string
	Until    time.Time // they begin relays
}

// Credentials makes a station's, from now on.
func (s *Server) Credentials(station app.ID) Credentials {
	until := s.config.Now().Add(s.config.Life).Truncate(time.Second)
	user := strconv.FormatInt(until.Unix(), 10) + ":" + string(station)
	return Credentials{User: user, Password: s.password(user), Until: until}
}

func (s *Server) password(user string) string {
	mac := hmac.New(sha256.New, s.config.Secret)
	mac.Write([]byte(user))
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// maxUser bounds a user name, in bytes.
const maxUser = 128

// readUser takes a user name apart.
func readUser(user string) (until time.Time, station app.ID, ok bool) {
	expiry, id, ok := strings.Cut(user, ":")
	seconds, err := strconv.ParseInt(expiry, 10, 64)
	if !ok || err != nil || id == "" || len(user) > maxUser {
		return until, "", false
	}
	return time.Unix(seconds, 0), app.ID(id), true
}

// authorize answers the key that a request has to be signed with. What keeps a relay
// may come under credentials that have expired: they name it, and it has begun while
// they held.
func (s *Server) authorize(of *turn.RequestAttributes) (user string, key []byte, ok bool) {
	until, _, ok := readUser(of.Username)
	switch of.Method {
	case stun.MethodAllocate:
	case stun.MethodRefresh, stun.MethodCreatePermission, stun.MethodChannelBind:
		until = until.Add(s.config.MaxAge)
	default:
		ok = false // TCP to the peer is of no use here
	}
	if !ok || s.config.Now().After(until) {
		s.count.unknown.Add(1)
		return "", nil, false
	}
	return of.Username, turn.GenerateAuthKey(of.Username, of.Realm, s.password(of.Username)), true
}
