package api

import (
	"io"
	"log/slog"
	"regexp"
	"strings"
)

// secretNames are attribute names whose value never enters a log, whole or as
// a part of the name.
var secretNames = []string{"password", "secret", "token", "cookie", "authorization", "private", "passphrase", "invitation"}

// secretShapes are secrets that show by their shape, wherever they turn up.
var secretShapes = regexp.MustCompile(`(?i)KG1(?:[-\s][0-9A-Z]{5}){8}|__Host-[\w-]+=[^;\s"]+|\bkg_\d+=[^;\s"]+|` +
	`/lich/[\w-]{20,}|\bticket=[\w-]+|AGE-SECRET-KEY-1[0-9A-Z]+|-----BEGIN[^-]*PRIVATE KEY-----[^-]*`)

const redacted = "[…]"

// NewLogger writes JSON lines without secrets, for laptops and the server.
func NewLogger(w io.Writer, level slog.Level) *slog.Logger {
	return slog.New(slog.NewJSONHandler(w, &slog.HandlerOptions{Level: level, ReplaceAttr: redact}))
}

// redact is the last look at every attribute before it is written.
func redact(_ []string, a slog.Attr) slog.Attr {
	name := strings.ToLower(a.Key)
	if name == "pin" {
		return slog.String(a.Key, redacted)
	}
	for _, s := range secretNames {
		if strings.Contains(name, s) {
			return slog.String(a.Key, redacted)
		}
	}
	switch v := a.Value.Any().(type) {
	case string:
		if secretShapes.MatchString(v) {
			return slog.String(a.Key, secretShapes.ReplaceAllString(v, redacted))
		}
	case error:
		return slog.String(a.Key, secretShapes.ReplaceAllString(v.Error(), redacted))
	case []byte:
		return slog.Int(a.Key+"_bytes", len(v))
	}
	return a
}
