package house

import (
	"fmt"
	"path"
	"slices"
	"strings"
	"testing"
)

// A pattern is an import path ("std" is the whole standard library), or a
// prefix of one when it ends in "/...", which also means the path itself.
type pattern = string

func matches(p pattern, importPath string) bool {
	if p == "std" {
		first, _, _ := strings.Cut(importPath, "/")
		return !strings.Contains(first, ".") && first != module
	}
	if base, ok := strings.CutSuffix(p, "/..."); ok {
		return importPath == base || strings.HasPrefix(importPath, base+"/")
	}
	return importPath == p
}

func matchesAny(ps []pattern, importPath string) bool {
	return slices.ContainsFunc(ps, func(p pattern) bool { return matches(p, importPath) })
}

// A rule bans imports from the packages it is about. An import is banned when
// it matches ban and does not match but. The reason is read by whoever breaks it.
type rule struct {
	in     []pattern // packages the rule is about, without the module's name; "." is the root
	notIn  []pattern // packages it is not about
	ban    []pattern
	but    []pattern
	tests  bool // the rule holds in _test.go files too
	reason string
}

const (
	ours    = module + "/..."
	anyPkg  = "..."
	appPkg  = module + "/app"
	feedPkg = module + "/sync/feed"
	// officePkg is pure as the domain is: it reads bytes of documents.
	officePkg = module + "/app/office"
	// icalPkg is pure, too: it writes bytes of calendars.
	icalPkg = module + "/app/ical"
)

// doesIO are the doors of the standard library to the world outside.
var doesIO = []pattern{"os/...", "net", "net/http/...", "net/rpc/...", "net/smtp", "database/sql/...",
	"io/ioutil", "log/...", "syscall/...", "plugin", "runtime/cgo"}

var wails = []pattern{"github.com/wailsapp/..."}

var rules = []rule{
	{
		in: []pattern{"app"}, ban: []pattern{anyPkg}, but: []pattern{"std", "golang.org/x/text/unicode/norm"},
		reason: "app is the domain: the same code decides on the laptop and on the server, so it may know no store, no wire and no library",
	},
	{
		in: []pattern{"app", "app/dossier", "app/ical", "app/minutesdoc", "app/office", "sync/feed", "meeting", "signing", "signing/appearance", "signing/cms", "signing/extract", "signing/pades", "signing/validator", "signing/presign", "signing/record", "signing/report"}, ban: doesIO,
		reason: "a pure package does no I/O: it can be replayed from a seed and runs the same on both sides",
	},
	{
		in: []pattern{"sync/feed"}, ban: []pattern{anyPkg},
		but:    []pattern{"std", appPkg, "github.com/fxamacker/cbor/v2", "github.com/klauspost/compress/...", "golang.org/x/mod/sumdb/tlog"},
		reason: "sync/feed is bytes in, bytes out: pages, cursors and their codec, for client and server alike",
	},
	{
		in: []pattern{"app/sqlite/..."}, ban: []pattern{ours}, but: []pattern{appPkg, feedPkg, module + "/app/sqlite/..."},
		reason: "a store is an adapter and points inwards: it knows the domain and the feed, nobody's transport or screen",
	},
	{
		in: []pattern{"app/apptest"}, ban: []pattern{ours}, but: []pattern{appPkg, feedPkg},
		reason: "the conformance suite must not know any store, or it would prove that one only",
	},
	{
		in: []pattern{anyPkg}, notIn: []pattern{"signing/pkcs11/softhsmtest"},
		ban: []pattern{module + "/app/apptest", module + "/app/api/apitest", module + "/app/office/officetest",
			module + "/signing/softkey/softkeytest", module + "/signing/trust/trusttest", module + "/signing/pkcs11/softhsmtest",
			module + "/signing/remote/remotetest", module + "/sync/courier/couriertest", module + "/meeting/sfu/vnettest"},
		reason: "what only tests need stays out of the programs",
	},
	{
		in: []pattern{"app/api/..."}, ban: []pattern{ours}, but: []pattern{appPkg, officePkg, icalPkg, module + "/app/api/...", feedPkg, module + "/app/dossier", module + "/app/minutesdoc", module + "/frontend", module + "/meeting", module + "/signing/report", module + "/signing/validator"},
		reason: "the API speaks to interfaces it declares itself: the same handlers run over the replica and over the server's store; a validator's report and a meeting's board, which are pure, it hands on as they are",
	},
	{
		in: []pattern{"app/office"}, ban: []pattern{anyPkg}, but: []pattern{"std", appPkg},
		reason: "laptop, server and screens ask the same what a document is: a verdict on bytes, and nothing else",
	},
	{
		in: []pattern{"app/ical"}, ban: []pattern{anyPkg}, but: []pattern{"std", appPkg},
		reason: "a calendar's file is bytes made of what its caller may see: it knows no store and no screen",
	},
	{
		in: []pattern{"app/minutesdoc"}, ban: []pattern{anyPkg}, but: []pattern{"std", appPkg, module + "/signing/appearance", module + "/signing/pdf"},
		reason: "what a meeting leaves on paper is drawn from its records alone: it asks no store and knows no key",
	},
	{
		in: []pattern{"app/dossier"}, ban: []pattern{anyPkg}, but: []pattern{"std", appPkg, module + "/app/minutesdoc"},
		reason: "one file of a meeting is written from readers that its caller opens: it asks no store and holds no key",
	},
	{
		in: []pattern{"app/convert"}, ban: []pattern{ours}, but: []pattern{appPkg, officePkg},
		reason: "what runs a foreign program on foreign bytes may know nothing worth stealing",
	},
	{
		in: []pattern{"app/enrol"}, ban: []pattern{ours}, but: []pattern{appPkg},
		reason: "laptop and server share the enrolment format; neither's inside may come with it",
	},
	{
		in: []pattern{anyPkg}, notIn: []pattern{"app/demo/...", "cmd/khonggiayctl", "cmd/bench"}, ban: []pattern{module + "/app/demo/..."},
		reason: "invented data must have no way into a real server or laptop",
	},
	{
		in: []pattern{anyPkg}, notIn: []pattern{"app/demo/..."}, ban: []pattern{module + "/signing/demopki"},
		reason: "an authority whose keys lie in a file stands in demonstrations and tests only: nobody real may come to trust it",
	},
	{
		in: []pattern{anyPkg}, notIn: []pattern{"cmd/bench"}, ban: []pattern{module + "/sync/courier/rawpeer"},
		reason: "a peer that keeps nothing is good for measuring and for nothing else",
	},
	{
		in: []pattern{"sync/..."}, ban: []pattern{ours}, but: []pattern{appPkg, feedPkg, module + "/sync/courier/silence"},
		reason: "the sync packages meet in app/desktop and app/server; one that imports its neighbour cannot be tested or replaced alone",
	},
	{
		in: []pattern{"sync/..."}, ban: []pattern{module + "/meeting/...", module + "/signing/..."}, tests: true,
		reason: "sync carries bytes and must not learn what a room or a signature is",
	},
	{
		in: []pattern{"meeting/..."}, ban: []pattern{ours}, but: []pattern{appPkg, module + "/meeting/..."},
		reason: "a room must go on when sync and signing are not there",
	},
	{
		in: []pattern{"signing/..."}, ban: []pattern{ours}, but: []pattern{module + "/signing/..."},
		reason: "the validator is a security product of its own: whoever audits it reads signing and nothing else",
	},
	{
		in: []pattern{"signing"}, ban: []pattern{anyPkg}, but: []pattern{"std"},
		reason: "signing is the words that its packages share: one that knows a library would hand it to all of them",
	},
	{
		in: []pattern{"signing/cms"}, ban: []pattern{anyPkg}, but: []pattern{"std", module + "/signing", "golang.org/x/crypto/cryptobyte/..."},
		reason: "signing/cms is a verdict on bytes that a hostile hand may have made: what reads them is ours or Go's",
	},
	{
		in: []pattern{"signing/validator"}, ban: []pattern{anyPkg}, but: []pattern{"std", module + "/signing", module + "/signing/cms", module + "/signing/pdf", module + "/signing/trust"},
		reason: "a verdict must not hang on how this program signs: the validator knows the formats, and no signer, key or token",
	},
	{
		in: []pattern{"signing/pades"}, ban: []pattern{anyPkg},
		but:    []pattern{"std", module + "/signing", module + "/signing/cms", module + "/signing/pdf"},
		reason: "signing/pades writes what it is given: keys, authorities and drawings come from its caller",
	},
	{
		in: []pattern{"signing/remote/..."}, ban: []pattern{anyPkg},
		but:    []pattern{"std", module + "/signing", module + "/signing/cms"},
		reason: "signing/remote holds the tokens and PINs of persons on their way to a provider: whoever audits it reads it and Go's library; what is signed is the caller's",
	},
	{
		in: []pattern{"signing/appearance"}, ban: []pattern{anyPkg},
		but:    []pattern{"std", module + "/signing/pdf", "golang.org/x/image/font/sfnt", "golang.org/x/text/unicode/norm"},
		reason: "signing/appearance only draws: it knows no key, signer or verdict, and pictures of others are read by Go's own decoder",
	},
	{
		in: []pattern{"signing/presign"}, ban: []pattern{anyPkg},
		but:    []pattern{"std", module + "/signing", module + "/signing/pades", module + "/signing/pdf", module + "/signing/trust", module + "/signing/validator"},
		reason: "what is looked at before signing is foreign bytes: no key, token or network is near",
	},
	{
		in: []pattern{"signing/report"}, ban: []pattern{anyPkg},
		but:    []pattern{"std", module + "/signing", module + "/signing/appearance", module + "/signing/pdf", module + "/signing/trust", module + "/signing/validator"},
		reason: "a report says what the validator said, and on which roots that rests: it judges nothing and knows no key",
	},
	{
		in: []pattern{anyPkg}, notIn: []pattern{"signing/softkey"}, ban: []pattern{"software.sslmate.com/src/go-pkcs12"}, tests: true,
		reason: "only signing/softkey opens PKCS #12 files: everybody else asks a signing.Signer",
	},
	{
		in: []pattern{anyPkg}, notIn: []pattern{"signing/pkcs11/..."}, ban: []pattern{"github.com/miekg/pkcs11/..."}, tests: true,
		reason: "only signing/pkcs11 calls the libraries of tokens: they are foreign code, and it alone keeps them apart from the program",
	},
	{
		in: []pattern{anyPkg}, notIn: []pattern{"app/desktop/...", "cmd/khonggiayctl", "cmd/bench", "signing/pkcs11/..."},
		ban: []pattern{module + "/signing/pkcs11/..."}, tests: true,
		reason: "tokens are plugged in where people sit: a server builds and is tested without the libraries of their makers",
	},
	{
		in: []pattern{anyPkg}, notIn: []pattern{"cmd/bench", "signing/pkcs11/softhsmtest"}, ban: []pattern{module + "/signing/pkcs11/softhsm"}, tests: true,
		reason: "a token in software protects nothing: keys are put into it from outside",
	},
	{
		in: []pattern{"frontend/..."}, ban: []pattern{ours},
		reason: "frontend only carries the built interface; it may drag nothing along",
	},
	{
		in: []pattern{anyPkg}, notIn: []pattern{"app/desktop/...", "."}, ban: wails, tests: true,
		reason: "only the desktop shell and main.go know Wails: everything else also runs without a display",
	},
	{
		in: []pattern{anyPkg}, notIn: []pattern{"sync/courier/..."}, ban: []pattern{"github.com/syncthing/..."}, tests: true,
		reason: "only sync/courier knows Syncthing: it is one way of carrying segments, and HTTPS is the other",
	},
	{
		in: []pattern{anyPkg}, notIn: []pattern{"meeting/sfu/...", "meeting/turn/...", "meeting/room/..."}, ban: []pattern{"github.com/pion/..."},
		reason: "only the live media packages know pion: a meeting record works offline like every record",
	},
	{
		in: []pattern{anyPkg}, notIn: []pattern{"meeting/sfu/...", "meeting/turn/...", "meeting/room/...", "app/server"}, ban: []pattern{"github.com/pion/..."}, tests: true,
		reason: "only the live media packages know pion; the server's tests have clients that are not ours",
	},
	{
		in: []pattern{anyPkg}, notIn: []pattern{"sync/dropfolder"}, ban: []pattern{"github.com/fsnotify/..."}, tests: true,
		reason: "events of the file system are hints that come late, twice or never: sync/dropfolder alone knows what to make of them",
	},
	{
		in: []pattern{anyPkg}, notIn: []pattern{"app/sqlite/..."}, ban: []pattern{"github.com/mattn/go-sqlite3", "github.com/pressly/goose/..."},
		reason: "only app/sqlite knows the driver, so that another store can join by the conformance suite alone",
	},
}

// about reports whether the rule is about the package (its path from the root).
func (r rule) about(pkg string) bool {
	full := path.Join(module, pkg)
	in := func(ps []pattern) bool {
		return slices.ContainsFunc(ps, func(p pattern) bool {
			return p == anyPkg || p == pkg || matches(path.Join(module, p), full) && p != "."
		})
	}
	return in(r.in) && !in(r.notIn)
}

func (r rule) bans(importPath string) bool {
	banned := slices.Contains(r.ban, anyPkg) || matchesAny(r.ban, importPath)
	return banned && !matchesAny(r.but, importPath)
}

// broken lists the reasons why the package may not import the path.
func broken(pkg, importPath string, test bool) []string {
	var reasons []string
	for _, r := range rules {
		if (!test || r.tests) && r.about(pkg) && importPath != path.Join(module, pkg) && r.bans(importPath) {
			reasons = append(reasons, r.reason)
		}
	}
	return reasons
}

func TestImports(t *testing.T) {
	for _, s := range sources(t) {
		for _, spec := range s.ast.Imports {
			importPath := strings.Trim(spec.Path.Value, `"`)
			for _, reason := range broken(s.dir(), importPath, s.isTest()) {
				t.Errorf("%s: %s must not import %s:\n\t%s", s.at(spec.Pos()), s.dir(), importPath, reason)
			}
		}
	}
}

// TestImportRules keeps the rules themselves honest: each line is a thing that
// must be refused (✗) or allowed (✓).
func TestImportRules(t *testing.T) {
	for _, line := range []string{
		"✗ app os", "✗ app net/http", "✗ app github.com/fxamacker/cbor/v2", "✗ app khonggiay/sync/feed",
		"✓ app strings", "✓ app golang.org/x/text/unicode/norm", "✓ app net/netip",
		"✗ sync/feed database/sql", "✗ sync/feed khonggiay/sync/hub", "✓ sync/feed khonggiay/app",
		"✗ app/sqlite khonggiay/sync/hub", "✓ app/sqlite khonggiay/sync/feed", "✓ app/sqlite github.com/mattn/go-sqlite3",
		"✗ app/api khonggiay/app/sqlite", "✓ app/api khonggiay/meeting", "✗ app/api khonggiay/meeting/sfu", "✗ app/api khonggiay/sync/replica",
		"✗ sync/hub khonggiay/sync/replica", "✗ sync/hub khonggiay/app/sqlite", "✗ sync/replica khonggiay/meeting",
		"✓ sync/replica khonggiay/sync/feed", "✗ sync/courier khonggiay/signing/pades",
		"✗ meeting/sfu khonggiay/signing", "✗ meeting/room khonggiay/meeting/sfu/vnettest", "✓ meeting/sfu github.com/pion/webrtc/v4", "✗ meeting github.com/pion/rtp",
		"✗ signing/pades khonggiay/app", "✓ signing/pades khonggiay/signing/cms", "✗ signing/pades khonggiay/signing/trust",
		"✗ signing/pades khonggiay/signing/appearance", "✓ signing/appearance khonggiay/signing/pdf", "✗ signing/appearance khonggiay/signing/pades",
		"✗ signing/appearance os", "✗ signing/validator khonggiay/signing/appearance",
		"✗ signing os", "✗ signing golang.org/x/crypto/cryptobyte", "✗ signing/cms net/http", "✗ signing/cms khonggiay/signing/softkey",
		"✓ signing/cms golang.org/x/crypto/cryptobyte/asn1", "✗ signing/pades software.sslmate.com/src/go-pkcs12",
		"✗ app/desktop github.com/miekg/pkcs11", "✓ signing/pkcs11 github.com/miekg/pkcs11", "✗ signing/pades khonggiay/signing/pkcs11",
		"✓ app/desktop khonggiay/signing/pkcs11", "✗ app/server khonggiay/signing/pkcs11", "✗ app/desktop khonggiay/signing/pkcs11/softhsmtest",
		"✓ signing/remote khonggiay/signing/cms", "✓ signing/remote net/http", "✗ signing/remote khonggiay/signing/pades", "✗ signing/remote golang.org/x/oauth2",
		"✗ app/desktop khonggiay/signing/remote/remotetest", "✓ app/desktop khonggiay/signing/remote",
		"✗ app/server github.com/wailsapp/wails/v2", "✓ app/desktop github.com/wailsapp/wails/v2/pkg/runtime",
		"✓ . github.com/wailsapp/wails/v2", "✗ cmd/khonggiay-server github.com/syncthing/syncthing/lib/model",
		"✓ sync/courier github.com/syncthing/syncthing/lib/model", "✗ app/server github.com/mattn/go-sqlite3",
		"✗ app/server khonggiay/app/demo", "✓ cmd/khonggiayctl khonggiay/app/demo", "✗ app/enrol khonggiay/app/server",
		"✗ app/desktop github.com/fsnotify/fsnotify", "✓ sync/dropfolder github.com/fsnotify/fsnotify",
		"✓ app/server khonggiay/sync/hub", "✓ cmd/khonggiayctl khonggiay/app/server", "✗ frontend khonggiay/app",
	} {
		var mark, pkg, importPath string
		if _, err := fmt.Sscan(line, &mark, &pkg, &importPath); err != nil {
			t.Fatal(err)
		}
		if got := len(broken(pkg, importPath, false)) > 0; got != (mark == "✗") {
			t.Errorf("%s: banned = %v", line, got)
		}
	}
}
