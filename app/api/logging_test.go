package api_test

import (
	"bytes"
	"errors"
	"log/slog"
	"strings"
	"testing"

	"khonggiay/app/api"
	"khonggiay/app/enrol"
)

// TestLoggerWritesNoSecret: neither under a name that says so, nor by its shape.
func TestLoggerWritesNoSecret(t *testing.T) {
	var b bytes.Buffer
	code := enrol.NewCode([]byte("x"))
	api.NewLogger(&b, slog.LevelDebug).Debug("text", "password", "p4ss-w0rd", "note", "typed "+code.String()+" twice",
		"err", errors.New(`Get "http://127.0.0.1:47800/?ticket=t1ck3t-_x": refused`), "raw", []byte("r4w"),
		"cookies", "a=b; kg_47800=l4unch; __Host-khonggiay-known-0a1b=br0wser", "line", "kg_47800=l4unch; __Host-khonggiay-known-0a1b=br0wser",
		"key", "AGE-SECRET-KEY-1QQQQQQQQ", "PIN", "p1n12345", slog.Group("header", "Authorization", "b34rer"))
	for _, secret := range []string{"p4ss-w0rd", code.String()[4:20], "t1ck3t", "r4w", "l4unch", "br0wser", "QQQQ", "p1n12345", "b34rer"} {
		if strings.Contains(b.String(), secret) {
			t.Errorf("%q is in the log: %s", secret, b.String())
		}
	}
	for _, rest := range []string{"typed", "twice", "refused"} {
		if !strings.Contains(b.String(), rest) {
			t.Errorf("%q is gone: %s", rest, b.String())
		}
	}
}
