package dropfolder

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// errTooMuch means that a program wrote more than anybody needs.
var errTooMuch = errors.New("too much was written")

// capped keeps the first bytes of what is written.
type capped struct {
	b    []byte
	most int
	over bool
}

func (c *capped) Write(p []byte) (int, error) {
	if len(c.b)+len(p) > c.most {
		c.over = true
		return 0, errTooMuch
	}
	c.b = append(c.b, p...)
	return len(p), nil
}

// run lets a program read in and gives what it writes. The program ends with
// ctx, and all that it has started with it. What it says about errors is not
// kept: it may quote the text.
func run(ctx context.Context, in io.Reader, temp, program string, args ...string) ([]byte, error) {
	out := &capped{most: mostText}
	if strings.Contains(filepath.Base(program), "ppm") {
		out.most = mostPicture
	}
	cmd := confined(ctx, program, args)
	cmd.Stdin, cmd.Stdout = in, out
	cmd.Env = environment(temp)
	cmd.WaitDelay = 5 * time.Second
	release, err := start(cmd)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", filepath.Base(program), err)
	}
	err = cmd.Wait()
	release()
	if ctx.Err() != nil {
		err = context.Cause(ctx)
	}
	if out.over {
		err = errTooMuch
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", filepath.Base(program), err)
	}
	return out.b, nil
}

// passed are the settings of ours that a program gets to see.
var passed = []string{"PATH", "SYSTEMROOT", "WINDIR", "HOME", "USERPROFILE", "TESSDATA_PREFIX"}

func environment(temp string) []string {
	env := []string{"LANG=C.UTF-8", "LC_ALL=C.UTF-8", "OMP_THREAD_LIMIT=1"}
	for _, kv := range os.Environ() {
		name, _, _ := strings.Cut(kv, "=")
		if slices.Contains(passed, strings.ToUpper(name)) {
			env = append(env, kv)
		}
	}
	if temp != "" {
		env = append(env, "TMPDIR="+temp, "TMP="+temp, "TEMP="+temp)
	}
	return env
}
