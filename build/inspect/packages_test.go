package inspect

import (
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

const root = "../.."

var (
	packages = flag.String("packages", "", "folder of packages to inspect")
	signed   = flag.Bool("signed", false, "whether the Windows programs are signed")
	version  = flag.String("version", "", "version that all of them must have")
)

// found lists the packages to inspect whose name ends so.
func found(t *testing.T, end string) []string {
	t.Helper()
	if *packages == "" {
		return nil
	}
	names, err := filepath.Glob(filepath.Join(*packages, "*"+end))
	if err != nil {
		t.Fatal(err)
	}
	return names
}

// TestSomethingWasMade: a build that ends with an empty folder has failed.
func TestSomethingWasMade(t *testing.T) {
	if *packages != "" && len(found(t, ".exe"))+len(found(t, ".deb")) == 0 {
		t.Errorf("no package in %s", *packages)
	}
}

// output runs a tool; what it says on standard error is a failure's reason.
func output(t *testing.T, name string, args ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), name, args...)
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s: %v\n%s%s\n(build/setup.sh test installs the tools)", name, err, out, stderr.String())
	}
	return string(out)
}

func read(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(root, path))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
