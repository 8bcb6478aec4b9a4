package convert

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
)

// libreOffice is the program's path; "" when it is not installed.
func libreOffice() string {
	for _, name := range []string{"soffice", "libreoffice"} {
		if p, err := exec.LookPath(name); err == nil {
			return p
		}
	}
	for _, p := range usualPlaces() {
		if info, err := os.Stat(p); err == nil && info.Mode().IsRegular() {
			return p
		}
	}
	return ""
}

// usualPlaces are where installers put it without telling the search path.
func usualPlaces() []string {
	switch runtime.GOOS {
	case "windows":
		var out []string
		for _, name := range []string{"ProgramFiles", "ProgramW6432", "ProgramFiles(x86)"} {
			if dir := os.Getenv(name); dir != "" {
				out = append(out, filepath.Join(dir, "LibreOffice", "program", "soffice.com"))
			}
		}
		return out
	case "darwin":
		return []string{"/Applications/LibreOffice.app/Contents/MacOS/soffice"}
	}
	return []string{"/opt/libreoffice/program/soffice"}
}
