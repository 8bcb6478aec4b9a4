package pkcs11

import (
	"os"
	"path/filepath"
	"runtime"
)

// known are the places in which the makers' installers put their libraries:
//   - VGCA (Government Cipher Committee) hands out tokens that run on the
//     middleware of bit4id (xPKI) or of SafeNet (Authentication Client, eToken);
//   - SoftHSM is no token: it is for trials and training.
//
// Only places that an administrator alone can write to may stand here, which on
// Windows leaves out SoftHSM's C:\SoftHSM2: anybody may make a folder in C:\. A
// place that is not here goes into the setting. %SystemRoot% stands for the folder
// of the system.
var known = map[string][]string{
	"linux": {
		"/usr/lib/bit4id/libbit4xpki.so",
		"/usr/lib/libbit4xpki.so",
		"/usr/lib/libbit4ipki.so",
		"/usr/lib/libeToken.so",
		"/usr/lib/libeTPkcs11.so",
		"/usr/lib64/libeToken.so",
		"/usr/lib64/libeTPkcs11.so",
		"/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so",
		"/usr/lib/softhsm/libsofthsm2.so",
		"/usr/lib64/pkcs11/libsofthsm2.so",
	},
	"windows": {
		`%SystemRoot%\System32\bit4xpki.dll`,
		`%SystemRoot%\System32\bit4ipki.dll`,
		`%SystemRoot%\System32\eTPKCS11.dll`,
	},
}

const systemRoot = "%SystemRoot%"

// Libraries returns the libraries to open: those of the setting if it names
// any, else the known ones that are installed.
func Libraries(setting []string) []string {
	if len(setting) > 0 {
		return setting
	}
	return installed(known[runtime.GOOS], os.Getenv("SystemRoot"), sameFile)
}

// installed keeps the places at which there is a file, each file once: makers
// leave links under several names, and a library must not be started twice.
func installed(places []string, windows string, same func(path string, others []string) (there, twice bool)) []string {
	var out []string
	for _, p := range places {
		if len(p) > len(systemRoot) && p[:len(systemRoot)] == systemRoot {
			if windows == "" {
				continue
			}
			p = windows + p[len(systemRoot):]
		}
		if there, twice := same(p, out); there && !twice {
			out = append(out, p)
		}
	}
	return out
}

// sameFile reports whether there is a file at the path, and whether it is one of the others.
func sameFile(path string, others []string) (there, twice bool) {
	here, err := os.Stat(path)
	if err != nil || here.IsDir() {
		return false, false
	}
	for _, o := range others {
		if other, err := os.Stat(filepath.Clean(o)); err == nil && os.SameFile(here, other) {
			return true, true
		}
	}
	return true, false
}
