package main

import (
	"bytes"
	"encoding/json"
	"io"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"strings"
	"testing"
)

// TestSign runs the whole bench small; memory is measured on Linux alone.
func TestSign(t *testing.T) {
	var out bytes.Buffer
	if err := run([]string{"sign", "--n", "2", "--mib", "2", "--ctl", judge(t)}, nil, &out); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"sign.softkey_per_s", "sign.softhsm_per_s", "sign.peak_rss_mib_300mb", "verify.five_signatures_ms", "verify.ratio_to_pdfsig", "verify.25_signatures_ms"} {
		if !strings.Contains(out.String(), name) {
			t.Errorf("no %s in %s", name, out.String())
		}
	}
	for dec := json.NewDecoder(&out); ; {
		var f figure
		if err := dec.Decode(&f); err == io.EOF {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		_, leftOut := f.More["left_out"]
		if ec, _ := f.More["ec_per_s"].(float64); f.Name == "sign.softhsm_per_s" && !leftOut && (f.Value <= 0 || ec <= 0) {
			t.Errorf("%+v", f)
		}
	}
}

// judge builds khonggiayctl as this test was built, so that nothing is compiled
// twice.
func judge(t *testing.T) string {
	path := filepath.Join(t.TempDir(), "khonggiayctl")
	args := []string{"build", "-tags", "sqlite_fts5,noquic", "-o", path}
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, s := range info.Settings {
			if s.Key == "-race" {
				args = append(args, "-race="+s.Value)
			}
		}
	}
	if out, err := exec.Command("go", append(args, "../khonggiayctl")...).CombinedOutput(); err != nil {
		t.Fatalf("building khonggiayctl: %v\n%s", err, out)
	}
	return path
}
