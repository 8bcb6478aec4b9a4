package trust_test

import (
	"testing"
	"time"

	"go.uber.org/goleak"

	"khonggiay/signing/trust"
	"khonggiay/signing/trust/trusttest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// now is the validator's clock: never before the true time at which OCSP
// responses of these tests are made.
var now = trusttest.Now.Add(time.Hour)

var (
	validator = trusttest.Validator
	online    = trusttest.Online
)

const day = 24 * time.Hour

// want fails unless the failure is this one; "" wants success.
func want(t *testing.T, f *trust.Failure, sub string, reason trust.Reason) {
	t.Helper()
	switch {
	case f == nil && sub == "":
	case f == nil:
		t.Errorf("passed, want %s (%s)", sub, reason)
	case f.Sub != sub || f.Reason != reason:
		t.Errorf("got %v, want %q (%s)", f, sub, reason)
	}
}
