package desktop

import (
	"encoding/base64"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"khonggiay/app/enrol"
)

// An invitation file that a person opens from his folders or his mail reaches
// the program as its argument. The interface reads it from its own address and
// takes it out of there at once; it asks before it uses it.

// invitationScreen is the path below which the interface expects an invitation.
const invitationScreen = "/moi/"

// isInvitation reports whether the program was asked to open an invitation file.
func isInvitation(wish string) bool {
	return strings.EqualFold(filepath.Ext(wish), enrol.InvitationSuffix)
}

// wholeWish makes a file's name good for a program that runs in another folder
// already. Anything else stays as it is.
func wholeWish(wish string) string {
	if !isInvitation(wish) {
		return wish
	}
	name, err := filepath.Abs(fileName(wish))
	if err != nil {
		return wish
	}
	return name
}

// fileName reads a file: address, as some desktops give it, or a plain name.
func fileName(wish string) string {
	u, err := url.Parse(wish)
	if err != nil || u.Scheme != "file" {
		return wish
	}
	name := filepath.FromSlash(u.Path)
	if runtime.GOOS == "windows" {
		name = strings.TrimPrefix(name, `\`)
	}
	return name
}

// invitationPath is the path of the interface that shows an invitation file,
// or its first screen when the file is something else.
func invitationPath(name string) string {
	f, err := os.Open(name)
	if err != nil {
		return "/"
	}
	b, err := io.ReadAll(io.LimitReader(f, enrol.MaxMessage+1))
	if closeErr := f.Close(); err != nil || closeErr != nil {
		return "/"
	}
	if _, _, err := enrol.ParseInvitation(b); err != nil {
		return "/"
	}
	return invitationScreen + base64.RawURLEncoding.EncodeToString(b)
}
