package inspect

import (
	"archive/tar"
	"debug/elf"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/mod/semver"
)

// What each package holds: path, mode and owner are checked for every file.
var contents = map[string][]string{
	"khonggiay": {
		"usr/bin/khonggiay",
		"usr/share/applications/vn.khonggiay.desktop",
		"usr/share/doc/khonggiay/NOTICES.gz",
		"usr/share/doc/khonggiay/changelog.gz",
		"usr/share/doc/khonggiay/copyright",
		"usr/share/icons/hicolor/256x256/apps/khonggiay.png",
		"usr/share/icons/hicolor/scalable/apps/khonggiay.svg",
		"usr/share/mime/packages/khonggiay.xml",
	},
	"khonggiay-server": {
		"etc/khonggiay/khonggiay.conf",
		"usr/bin/khonggiay-server",
		"usr/bin/khonggiayctl",
		"usr/lib/systemd/system/khonggiay-server.service",
		"usr/lib/sysusers.d/khonggiay-server.conf",
		"usr/lib/tmpfiles.d/khonggiay-server.conf",
		"usr/share/doc/khonggiay-server/NOTICES.gz",
		"usr/share/doc/khonggiay-server/changelog.gz",
		"usr/share/doc/khonggiay-server/copyright",
	},
}

// Libraries that the packages' dependencies bring, by package.
var needed = map[string]string{
	"libc.so.6": "libc6", "libm.so.6": "libc6", "libdl.so.2": "libc6", "libpthread.so.0": "libc6",
	"libresolv.so.2": "libc6", "ld-linux-x86-64.so.2": "libc6", "ld-linux-aarch64.so.1": "libc6",
	"libgtk-3.so.0": "libgtk-3-0", "libgdk-3.so.0": "libgtk-3-0", "libgdk_pixbuf-2.0.so.0": "libgtk-3-0",
	"libglib-2.0.so.0": "libgtk-3-0", "libgobject-2.0.so.0": "libgtk-3-0", "libgio-2.0.so.0": "libgtk-3-0",
	"libatk-1.0.so.0": "libgtk-3-0", "libcairo.so.2": "libgtk-3-0", "libcairo-gobject.so.2": "libgtk-3-0",
	"libpango-1.0.so.0": "libgtk-3-0", "libpangocairo-1.0.so.0": "libgtk-3-0", "libharfbuzz.so.0": "libgtk-3-0", "libz.so.1": "libgtk-3-0",
	"libwebkit2gtk-4.1.so.0": "libwebkit2gtk-4.1-0", "libjavascriptcoregtk-4.1.so.0": "libwebkit2gtk-4.1-0", "libsoup-3.0.so.0": "libwebkit2gtk-4.1-0",
}

// TestDebSources: each package has its control file, the shell understands its
// scripts, and its unit starts only a server that was given its settings.
func TestDebSources(t *testing.T) {
	for name := range contents {
		control := read(t, "build/deb/"+name+"/control")
		for _, line := range []string{"Package: " + name, "Version: @VERSION@", "Architecture: @ARCH@", "Depends: libc6 (>= "} {
			if !strings.Contains(control, line) {
				t.Errorf("control of %s lacks %q", name, line)
			}
		}
	}
	for _, script := range []string{"postinst", "prerm", "postrm"} {
		output(t, "sh", "-n", filepath.Join(root, "build/deb/khonggiay-server", script))
		if text := read(t, "build/deb/khonggiay-server/"+script); !strings.Contains(text, "set -e") {
			t.Errorf("%s goes on after a failure", script)
		}
	}
	unit := read(t, "build/server/khonggiay-server.service")
	for _, line := range []string{"khonggiay-server --strict ", "RestartPreventExitStatus=2", "User=khonggiay", "NoNewPrivileges=yes",
		"RestrictNamespaces=user mnt pid net ipc uts cgroup", "SystemCallFilter=@system-service @mount", "AF_NETLINK"} { // the last three for bubblewrap
		if !strings.Contains(unit, line) {
			t.Errorf("the unit lacks %s", line)
		}
	}
	for _, mime := range []string{"build/linux/vn.khonggiay.desktop", "build/linux/khonggiay.xml", "build/windows/khonggiay.nsi"} {
		if !strings.Contains(read(t, mime), "application/vnd.khonggiay.invitation+json") {
			t.Errorf("%s does not know the type of invitations", mime)
		}
	}
}

// TestDebs opens each package.
func TestDebs(t *testing.T) {
	for _, path := range found(t, ".deb") {
		name, _, _ := strings.Cut(filepath.Base(path), "_")
		t.Run(name, func(t *testing.T) { inspectDeb(t, name, path) })
	}
}

func inspectDeb(t *testing.T, name, path string) {
	field := func(f string) string { return strings.TrimSpace(output(t, "dpkg-deb", "-f", path, f)) }
	if got := field("Package") + " " + field("Version"); got != name+" "+*version {
		t.Errorf("says it is %s, want %s %s", got, name, *version)
	}
	out := t.TempDir()
	files := unpack(t, path, out)
	if want := contents[name]; !slices.Equal(files, want) {
		t.Errorf("files:\n%s\nwant:\n%s", strings.Join(files, "\n"), strings.Join(want, "\n"))
	}
	depends := field("Depends")
	for _, file := range files {
		if strings.HasPrefix(file, "usr/bin/") {
			program := filepath.Join(out, file)
			checkProgram(t, program, depends)
			mustNotNamePaths(t, program)
		}
	}
	conffiles := ""
	if name == "khonggiay-server" {
		conffiles = "/etc/khonggiay/khonggiay.conf"
		runsAndSaysVersion(t, filepath.Join(out, "usr/bin/khonggiayctl"))
	}
	if got := controlFile(t, path, "conffiles"); got != conffiles {
		t.Errorf("conffiles %q, want %q", got, conffiles)
	}
}

// unpack writes the files of a package below dir and returns their names,
// having checked who owns them and who may write them.
func unpack(t *testing.T, path, dir string) []string {
	var files []string
	archive := tar.NewReader(strings.NewReader(output(t, "dpkg-deb", "--fsys-tarfile", path)))
	for {
		h, err := archive.Next()
		if errors.Is(err, io.EOF) {
			slices.Sort(files)
			return files
		}
		if err != nil {
			t.Fatal(err)
		}
		file := strings.TrimPrefix(h.Name, "./")
		mode := int64(0o644)
		if h.Typeflag == tar.TypeDir || strings.HasPrefix(file, "usr/bin/") {
			mode = 0o755
		}
		if h.Mode != mode || h.Uid != 0 || h.Gid != 0 {
			t.Errorf("%s: mode %o of %d:%d, want %o of 0:0", file, h.Mode, h.Uid, h.Gid, mode)
		}
		if h.Typeflag == tar.TypeDir {
			continue
		}
		if h.Typeflag != tar.TypeReg || !filepath.IsLocal(file) {
			t.Fatalf("%s: type %c", file, h.Typeflag)
		}
		files = append(files, file)
		keep(t, filepath.Join(dir, file), archive)
	}
}

func keep(t *testing.T, path string, from io.Reader) {
	b, err := io.ReadAll(from)
	if err == nil {
		err = os.MkdirAll(filepath.Dir(path), 0o700)
	}
	if err == nil {
		err = os.WriteFile(path, b, 0o700)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// checkProgram: every library comes from a package that is depended on, and no
// symbol is newer than the C library that is asked for.
func checkProgram(t *testing.T, path, depends string) {
	f, err := elf.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if f.Type != elf.ET_DYN {
		t.Errorf("%s is loaded at one place only (no ASLR)", filepath.Base(path))
	}
	libs, err := f.ImportedLibraries()
	if err != nil || len(libs) == 0 {
		t.Fatalf("libraries of %s: %q, %v", path, libs, err)
	}
	for _, lib := range libs {
		if from := needed[lib]; from == "" || !strings.Contains(depends, from) {
			t.Errorf("%s needs %s, which no dependency brings (%s)", filepath.Base(path), lib, depends)
		}
	}
	m := regexp.MustCompile(`libc6 \(>= ([0-9.]+)\)`).FindStringSubmatch(depends)
	symbols, err := f.ImportedSymbols()
	if err != nil || m == nil {
		t.Fatal(m, err)
	}
	for _, s := range symbols {
		if v, ok := strings.CutPrefix(s.Version, "GLIBC_"); ok && semver.Compare("v"+v, "v"+m[1]) > 0 {
			t.Errorf("%s: %s needs glibc %s, the package asks for %s", filepath.Base(path), s.Name, v, m[1])
		}
	}
}

// runsAndSaysVersion starts the packed program.
func runsAndSaysVersion(t *testing.T, path string) {
	if got := strings.TrimSpace(output(t, path, "version")); got != *version {
		t.Errorf("%s says version %q, want %q", filepath.Base(path), got, *version)
	}
}

// controlFile is a file beside the control file, or empty.
func controlFile(t *testing.T, path, name string) string {
	out, err := exec.CommandContext(t.Context(), "dpkg-deb", "--info", path, name).Output()
	if err != nil {
		return "" // there is none
	}
	return strings.TrimSpace(string(out))
}
