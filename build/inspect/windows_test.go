package inspect

import (
	"bytes"
	"debug/pe"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// systemLibraries come with every Windows that the program runs on. A DLL of
// the compiler (libgcc, libwinpthread) is not among them.
var systemLibraries = []string{"kernel32.dll", "msvcrt.dll", "user32.dll", "advapi32.dll", "ws2_32.dll", "shell32.dll", "ole32.dll"}

// TestInstallerCompiles: the script is whole, in both languages, and makensis
// has nothing to warn of. Machines that only test need no makensis: there,
// `make windows` finds out.
func TestInstallerCompiles(t *testing.T) {
	if _, err := exec.LookPath("makensis"); err != nil {
		t.Log("makensis is not here")
		return
	}
	dir := t.TempDir()
	small := filepath.Join(dir, "small")
	if err := os.WriteFile(small, []byte("in place of a program"), 0o600); err != nil {
		t.Fatal(err)
	}
	installer := filepath.Join(dir, "khonggiay-test.exe")
	output(t, "makensis", "-V2", "-WX", "-INPUTCHARSET", "UTF8", "-DVERSION=0.0.1", "-DPROGRAM="+small, "-DNOTICES="+small,
		"-DOUTPUT="+installer, filepath.Join(root, "build/windows/khonggiay.nsi"))
	b, err := os.ReadFile(installer)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.HasPrefix(b, []byte("MZ")) || !bytes.Contains(b, []byte("NullsoftInst")) {
		t.Error("not an installer")
	}
}

// TestFirewallIsNarrow: each rule is for this program, one port, and networks
// of offices and homes; the uninstaller takes all of them away.
func TestFirewallIsNarrow(t *testing.T) {
	script := read(t, "build/windows/khonggiay.nsi")
	rules := regexp.MustCompile(`(?m)^.*advfirewall firewall add rule.*$`).FindAllString(script, -1)
	if len(rules) != 1 {
		t.Fatalf("%d ways of adding a rule, want one macro", len(rules))
	}
	for _, part := range []string{`dir=in`, `program="$INSTDIR\${EXE}"`, "protocol=${PROTOCOL}", "localport=${PORT}", "profile=domain,private"} {
		if !strings.Contains(rules[0], part) {
			t.Errorf("the rule lacks %s: %s", part, rules[0])
		}
	}
	want := []string{"TCP ${COURIER_TCP}", "UDP ${DISCOVERY_UDP}", "UDP ${ROOM_UDP}"}
	var got []string
	for _, m := range regexp.MustCompile(`!insertmacro AllowIn "[^"]+" (.+)`).FindAllStringSubmatch(script, -1) {
		got = append(got, m[1])
	}
	if !slices.Equal(got, want) {
		t.Errorf("ports %q, want %q", got, want)
	}
	_, uninstall, _ := strings.Cut(script, `Section "Uninstall"`)
	if !strings.Contains(uninstall, "!insertmacro ForgetRules") {
		t.Error("the uninstaller leaves rules behind")
	}
}

// TestUninstallerLeavesData: it removes its own files by name and nothing of a
// person's profile.
func TestUninstallerLeavesData(t *testing.T) {
	_, uninstall, ok := strings.Cut(read(t, "build/windows/khonggiay.nsi"), `Section "Uninstall"`)
	if !ok {
		t.Fatal("no uninstaller")
	}
	for _, bad := range []string{"RMDir /r", "$LOCALAPPDATA", "$APPDATA", "$PROFILE"} {
		if strings.Contains(uninstall, bad) {
			t.Errorf("the uninstaller says %s", bad)
		}
	}
	if !strings.Contains(uninstall, "$(dataStays)") {
		t.Error("the uninstaller does not say that data stays")
	}
}

// TestNothingIsDownloaded: the installer is for places without a network.
func TestNothingIsDownloaded(t *testing.T) {
	for _, name := range []string{"build/windows/khonggiay.nsi", "build/windows/words.nsh"} {
		if m := regexp.MustCompile(`(?i)https?://|inetc|nsisdl`).FindString(read(t, name)); m != "" {
			t.Errorf("%s holds %s", name, m)
		}
	}
}

// TestInstaller lists each installer with 7-Zip, takes the program out and
// looks at that.
func TestInstaller(t *testing.T) {
	for _, path := range found(t, ".exe") {
		if want := "khonggiay-" + *version + "-windows-amd64.exe"; filepath.Base(path) != want {
			t.Errorf("%s, want %s", filepath.Base(path), want)
		}
		var names []string
		for line := range strings.Lines(output(t, "7z", "l", "-slt", path)) {
			name, ok := strings.CutPrefix(strings.TrimSpace(line), "Path = ")
			inside := ok && !filepath.IsAbs(name) && !strings.HasPrefix(name, "$PLUGINSDIR")
			if inside && !strings.HasPrefix(name, "[") { // its own name for a signature
				names = append(names, name)
			}
		}
		slices.Sort(names)
		if want := []string{"NOTICES.txt", "khonggiay.exe", "uninstall.exe"}; !slices.Equal(names, want) {
			t.Errorf("%s holds %q, want %q", filepath.Base(path), names, want)
		}
		out := t.TempDir()
		output(t, "7z", "x", "-y", "-o"+out, path, "khonggiay.exe")
		checkImage(t, filepath.Join(out, "khonggiay.exe"))
		if got := isSigned(t, path); got != *signed {
			t.Errorf("installer signed: %v, want %v", got, *signed)
		}
	}
}

// checkImage looks at khonggiay.exe.
func checkImage(t *testing.T, path string) {
	im, err := readImage(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range im.libraries {
		if !slices.Contains(systemLibraries, name) {
			t.Errorf("needs %s, which Windows does not have", name)
		}
	}
	if !slices.Contains(im.libraries, "kernel32.dll") {
		t.Errorf("imports %q: were they read?", im.libraries)
	}
	if !im.gui || !im.relocates || !im.noExecute {
		t.Errorf("window %v, relocatable %v, no execution of data %v; want all", im.gui, im.relocates, im.noExecute)
	}
	info := im.resources[resourceVersion]
	if got, want := numbers(info), *version+".0"; got != want {
		t.Errorf("version %q, want %q", got, want)
	}
	for name, value := range map[string]string{"ProductName": "Không Giấy", "ProductVersion": *version, "OriginalFilename": "khonggiay.exe"} {
		if !says(info, name, value) {
			t.Errorf("the version resource does not say %s: %s", name, value)
		}
	}
	if !bytes.Contains(im.resources[resourceManifest], []byte("permonitorv2")) {
		t.Error("no manifest, or one without scaling for each screen")
	}
	if len(im.resources[resourceIcon]) < 6 {
		t.Error("no icon")
	}
	if im.signed != *signed {
		t.Errorf("program signed: %v, want %v", im.signed, *signed)
	}
	mustNotNamePaths(t, path)
}

// isSigned reports whether a 32-bit program, as installers are, has a signature.
func isSigned(t *testing.T, path string) bool {
	f, err := pe.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	head, ok := f.OptionalHeader.(*pe.OptionalHeader32)
	return ok && head.DataDirectory[pe.IMAGE_DIRECTORY_ENTRY_SECURITY].Size > 0
}

// mustNotNamePaths: a shipped program tells nothing of the machine that made it.
func mustNotNamePaths(t *testing.T, path string) {
	t.Helper()
	here, err := filepath.Abs(root)
	if err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(b, []byte(here+"/")) {
		t.Errorf("%s names %s", filepath.Base(path), here)
	}
}
