package convert

import (
	"context"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
)

// A jail is a way of running LibreOffice. The strongest that this machine
// allows is chosen once: containers and hardened kernels forbid some of them.
type jail struct {
	name string
	// wrap puts the jail's own program before the command; dir is the job's
	// folder outside, and what it returns is that folder inside.
	wrap func(dir string) (prefix []string, inside string)
}

var (
	bubblewrap = jail{"bubblewrap", wrapBubble}
	noNetwork  = jail{"no network", wrapUnshare}
	profile    = jail{"profile", func(dir string) ([]string, string) { return nil, dir }}
)

// strongest tries each jail with a program that does nothing.
func strongest(ctx context.Context) jail {
	if runtime.GOOS != "linux" {
		return profile
	}
	for _, j := range []jail{bubblewrap, noNetwork} {
		if j.works(ctx) {
			return j
		}
	}
	return profile
}

func (j jail) works(ctx context.Context) bool {
	dir, err := os.MkdirTemp("", "")
	if err != nil {
		return false
	}
	defer func() { _ = os.RemoveAll(dir) }()
	args, _ := j.wrap(dir)
	args = append(args, "/usr/bin/true")
	return exec.CommandContext(ctx, args[0], args[1:]...).Run() == nil
}

// Limits of the process: of memory in KiB, of its time on the processor in
// seconds, of a file in blocks of 512 bytes. The shell sets
// them; Windows has no such thing.
const (
	memoryKiB  = 4 << 20
	cpuSeconds = 120
	fileBlocks = maxPDF / 512
)

// command is LibreOffice in its jail, converting the one document of the job.
func (j jail) command(ctx context.Context, job *job) *exec.Cmd {
	prefix, inside := j.wrap(job.dir)
	args := append(prefix, job.program,
		"-env:UserInstallation="+fileURL(filepath.Join(inside, profileDir)),
		"--headless", "--norestore", "--nologo", "--nodefault", "--nofirststartwizard", "--nolockcheck",
		"--convert-to", "pdf:writer_pdf_Export", "--outdir", filepath.Join(inside, outDir),
		filepath.Join(inside, inDir, baseName+string(job.kind)))
	if runtime.GOOS != "windows" {
		limits := "ulimit -v " + strconv.Itoa(memoryKiB) + " && ulimit -t " + strconv.Itoa(cpuSeconds) + " && ulimit -f " + strconv.Itoa(fileBlocks)
		args = append([]string{"/bin/sh", "-c", limits + ` && exec "$@"`, "sh"}, args...)
	}
	cmd := exec.CommandContext(ctx, args[0], args[1:]...)
	cmd.Dir = job.path(outDir)
	cmd.Env = environment(job.path(homeDir))
	return cmd
}

// environment is all that the process is told: no session, no proxy, no keys
// of whoever runs us.
func environment(home string) []string {
	env := []string{"HOME=" + home, "TMPDIR=" + home, "LANG=C.UTF-8", "SAL_USE_VCLPLUGIN=svp"}
	for _, name := range []string{"PATH", "SystemRoot", "windir", "ProgramFiles"} {
		if v := os.Getenv(name); v != "" {
			env = append(env, name+"="+v)
		}
	}
	if runtime.GOOS == "windows" {
		env = append(env, "TEMP="+home, "TMP="+home, "USERPROFILE="+home, "APPDATA="+home, "LOCALAPPDATA="+home)
	}
	return env
}

func fileURL(path string) string {
	path = filepath.ToSlash(path)
	if !strings.HasPrefix(path, "/") { // C:/…
		path = "/" + path
	}
	return (&url.URL{Scheme: "file", Path: path}).String()
}

// cell is the job's folder inside the jail.
const cell = "/job"

// wrapBubble shows the process the system's programs and fonts, read-only, and
// the job's folder. It has no network, no other processes and no home.
func wrapBubble(dir string) (prefix []string, inside string) {
	args := []string{"bwrap", "--unshare-all", "--die-with-parent", "--new-session", "--cap-drop", "ALL",
		"--ro-bind", "/usr", "/usr", "--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp",
		"--setenv", "HOME", cell + "/" + homeDir, "--setenv", "TMPDIR", cell + "/" + homeDir}
	for _, p := range []string{"/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32"} {
		if to, err := os.Readlink(p); err == nil {
			args = append(args, "--symlink", to, p)
		} else {
			args = append(args, "--ro-bind-try", p, p)
		}
	}
	for _, p := range []string{"/etc/fonts", "/etc/libreoffice", "/etc/ld.so.cache", "/etc/alternatives", "/var/cache/fontconfig", "/opt"} {
		args = append(args, "--ro-bind-try", p, p)
	}
	return append(args, "--bind", dir, cell, "--chdir", cell), cell
}

// wrapUnshare only takes the network away.
func wrapUnshare(dir string) (prefix []string, inside string) {
	return []string{"unshare", "--user", "--map-current-user", "--net", "--"}, dir
}
