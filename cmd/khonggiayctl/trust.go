package main

import (
	"flag"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"khonggiay/app/server"
	"khonggiay/signing/trust"
)

func init() {
	register(&command{name: "trust list", help: words{"các chứng thư gốc tin cậy", "the trusted roots"}, run: listRoots})
	register(&command{name: "trust add", args: "TỆP", min: 1, max: 1,
		help: words{"tin cậy một chứng thư gốc (PEM, DER); máy trạm nhận theo", "trust a root certificate (PEM, DER); laptops follow"},
		flags: func(f *flag.FlagSet) {
			rootSince = f.String("since", "", "tin từ ngày, 2024-08-15; mặc định theo chứng thư (trusted since)")
			rootUntil = f.String("until", "", "tin đến hết ngày (trusted until the end of)")
			rootUses = f.String("use", "signature,timestamp", "signature, timestamp")
			rootKind = f.String("kind", string(trust.KindOfficial), "official, public, test")
			rootNote = f.String("note", "", "ghi chú (a note)")
			rootBelow = f.Bool("intermediate", false, "chứng thư CA không tự ký, có chủ ý (a CA that is not self-signed, on purpose)")
			rootAgain = f.Bool("replace", false, "đã có thì đổi ngày, công dụng (change one that is there)")
		}, run: addRoot})
	register(&command{name: "trust remove", args: "VÂN-TAY", min: 1, max: 1,
		help: words{"thôi tin một chứng thư gốc, theo vân tay SHA-256", "trust a root no longer, by its SHA-256 fingerprint"}, run: removeRoot})
}

// Flags of trust add.
var (
	rootSince, rootUntil, rootUses, rootKind, rootNote *string
	rootBelow, rootAgain                               *bool
)

func listRoots(c *call) error {
	var all []server.Root
	if err := c.do("trust.list", struct{}{}, &all); err != nil {
		return err
	}
	return c.show(all, func(w io.Writer) {
		row(w, words{"Vân tay SHA-256", "SHA-256 fingerprint"}.in(c.lang), words{"Chủ thể", "Subject"}.in(c.lang), words{"Từ", "Since"}.in(c.lang),
			words{"Đến", "Until"}.in(c.lang), words{"Công dụng", "Uses"}.in(c.lang), words{"Loại", "Kind"}.in(c.lang), words{"Ghi chú", "Note"}.in(c.lang))
		for _, r := range all {
			row(w, r.SHA256, r.Subject, r.Since.Format(time.DateOnly), r.Until.Format(time.DateOnly), strings.Join(r.Uses, ","), r.Kind, r.Note)
		}
	})
}

// vietnam is the zone of the dates that an operator types.
var vietnam = time.FixedZone("+07", 7*60*60)

// day reads a date; zero for none. end takes its last second.
func day(text string, end bool) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	t, err := time.ParseInLocation(time.DateOnly, text, vietnam)
	if err == nil && end {
		t = t.AddDate(0, 0, 1).Add(-time.Second)
	}
	return t, err
}

func addRoot(c *call) error {
	r := server.RootRequest{Kind: trust.Kind(*rootKind), Note: *rootNote, Intermediate: *rootBelow, Replace: *rootAgain}
	for use := range strings.SplitSeq(*rootUses, ",") {
		if use = strings.TrimSpace(use); use != "" {
			r.Uses = append(r.Uses, use)
		}
	}
	var err error
	if r.Since, err = day(*rootSince, false); err != nil {
		return err
	}
	if r.Until, err = day(*rootUntil, true); err != nil {
		return err
	}
	if r.Certificate, err = os.ReadFile(c.args[0]); err != nil {
		return err
	}
	var made server.Root
	if err := c.do("trust.add", r, &made); err != nil {
		return err
	}
	return c.show(made, func(io.Writer) {
		c.say(words{"Từ nay tin cậy: %s", "Trusted from now on: %s"}, made.Subject)
		c.say(words{"Hãy so vân tay với bản do nơi cấp công bố: %s", "Compare the fingerprint with what its authority has published: %s"}, colons(made.SHA256))
	})
}

// colons writes a fingerprint as others print it.
func colons(hex string) string {
	var b strings.Builder
	for i := 0; i+2 <= len(hex); i += 2 {
		if i > 0 {
			b.WriteByte(':')
		}
		fmt.Fprint(&b, strings.ToUpper(hex[i:i+2]))
	}
	return b.String()
}

func removeRoot(c *call) error {
	var gone server.Root
	if err := c.do("trust.remove", server.RootName{SHA256: c.args[0]}, &gone); err != nil {
		return err
	}
	return c.show(gone, func(io.Writer) {
		c.say(words{"Thôi tin cậy: %s", "Trusted no longer: %s"}, gone.Subject)
	})
}
