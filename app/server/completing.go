package server

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"slices"

	"khonggiay/app"
	"khonggiay/app/verify"
	"khonggiay/signing"
	"khonggiay/signing/pades"
	"khonggiay/signing/validator"
)

// maxEvidence bounds what is put into one file: it travels to every recipient. An
// authority that answers about one certificate at a time (OCSP) needs a few KiB.
const maxEvidence = 4 << 20

var (
	errNothingBetter = errors.New("server: the evidence does not reach")
	errUnprovenStamp = errors.New("server: no root, or no evidence, for the archive time-stamp")
)

// levels in their order; a signature that is no PAdES has none.
var levels = []validator.Level{"", validator.BB, validator.BT, validator.BLT, validator.BLTA}

func rank(level string) int { return slices.Index(levels, validator.Level(level)) }

// evidenceDue is what the operator wants to be put into files.
func (c *Config) evidenceDue() (due app.SigningDue) {
	if c.SigningLevel != app.LevelT {
		due |= app.DueEvidence
	}
	if c.SigningLevel == app.LevelLTA && len(c.TSA) > 0 {
		due |= app.DueArchive
	}
	return due
}

// completeAll puts into sealed files what their signatures rest on, and a
// time-stamp over that. Nobody waits for it: what is sent before goes as it is.
func (j *judging) completeAll(ctx context.Context) error {
	for _, due := range []app.SigningDue{app.DueEvidence, app.DueArchive} {
		if j.wanted&due == 0 {
			continue
		}
		if err := j.each(ctx, due, func(id app.ID) error { return j.tendFile(ctx, id, due) }); err != nil {
			return err
		}
	}
	return nil
}

// tendFile completes the file of one document, unless it was tried a moment ago.
// The error is one that the next document would meet, too.
func (j *judging) tendFile(ctx context.Context, id app.ID, due app.SigningDue) error {
	j.mu.Lock()
	p, waits := j.unproven[id]
	turn := j.turn
	j.mu.Unlock()
	if waits && j.now().Before(p.until) || due == app.DueArchive && j.rests() {
		return nil
	}
	err := j.complete(ctx, id)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if everywhere(err) {
		return err
	}
	if j.noAnswer(id, err) {
		return nil
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	if err == nil {
		delete(j.unproven, id)
		return nil
	}
	if turn != j.turn { // what was missing may have come meanwhile
		wake(j.sealed)
		return nil
	}
	p = p.longer(j.now(), laterSoon, laterMost)
	j.unproven[id] = p
	j.log.Warn("a file stays without evidence", "document", id, "again", p.after, "err", err)
	return nil
}

// complete puts evidence into the file of one document, if it has not gone out.
func (j *judging) complete(ctx context.Context, id app.ID) error {
	doc, err := j.read(ctx, id)
	if err != nil || doc == nil {
		return err
	}
	key, level, ok := doc.Completable()
	if !ok {
		return nil
	}
	f := doc.Files[key]
	src, err := j.files.OpenVersion(f.Content)
	if err != nil {
		return falseContent(err)
	}
	defer src.Close()
	file, report, err := j.proven(ctx, id, grown{base: src, size: f.Content.Size}, level)
	if err != nil {
		return err
	}
	version, err := j.files.Append(ctx, f.Content, io.NewSectionReader(file, 0, file.Size()))
	if err != nil {
		return err
	}
	if err := j.contents.noteSealed(ctx, version); err != nil {
		return err
	}
	found := j.conclude(doc, key, report)
	found.Added = &app.NewFile{Name: f.Name, Media: f.Media, Role: f.Role, Content: version, SHA256: version.SHA256, Replaces: key, Source: f.Source}
	err = j.give(ctx, id, found)
	if e := app.AsError(err); e != nil && e.Code == app.Conflict {
		return nil // sent, or taken back, meanwhile
	}
	return err
}

// proven is the file with as much evidence as can be had now, and what somebody
// finds who has only the roots besides. It fails when that is no more than holds
// already.
func (j *judging) proven(ctx context.Context, id app.ID, file grown, level string) (grown, validator.Report, error) {
	var report validator.Report
	reached := level
	if rank(level) < rank(app.LevelLT) {
		var err error
		if file, report, err = j.withEvidence(ctx, file); err != nil {
			return file, report, err
		}
		reached = reachedBy(report)
	}
	if j.wanted&app.DueArchive != 0 && !j.rests() {
		within, cancel := ctx, context.CancelFunc(func() {})
		if rank(reached) > rank(level) { // it need not wait for the time-stamp
			within, cancel = context.WithTimeout(ctx, stampAtOnce)
		}
		stamped, by, err := j.archived(within, file)
		cancel()
		switch {
		case err == nil:
			file, report, reached = stamped, by, reachedBy(by)
		case ctx.Err() != nil || rank(reached) <= rank(level):
			return file, report, err
		case !j.noAnswer(id, err):
			j.log.Warn("no archive time-stamp", "document", id, "err", err)
		}
	}
	if rank(reached) <= rank(level) {
		return file, report, errNothingBetter
	}
	return file, report, nil
}

// reachedBy is the level of all signatures in a file that is good; "" if it is not.
func reachedBy(report validator.Report) string {
	if report.Indication != signing.TotalPassed {
		return ""
	}
	_, level := together(report)
	return level
}

// together counts the signatures of people and agencies, and says what holds of
// all of them.
func together(report validator.Report) (n int, level string) {
	for _, s := range report.Signatures {
		if s.Kind == validator.DocTimestamp {
			continue
		}
		if n++; n == 1 || rank(string(s.Level)) < rank(level) {
			level = string(s.Level)
		}
	}
	return n, level
}

// withEvidence puts behind a file what the good verdicts on it rest on.
func (j *judging) withEvidence(ctx context.Context, file grown) (grown, validator.Report, error) {
	evidence, err := j.judge.Gather(ctx, file, file.Size())
	if err != nil {
		return file, validator.Report{}, err
	}
	if n := sizeOf(evidence); n > j.most {
		return file, validator.Report{}, fmt.Errorf("server: %d bytes of evidence are too much", n)
	}
	file, err = file.with(func(out io.Writer) error { return pades.AddDSS(file, file.Size(), out, evidence...) })
	if err != nil {
		return file, validator.Report{}, err
	}
	report, err := j.judge.Alone(ctx, file, file.Size())
	return file, report, err
}

// sizeOf adds up what is in evidence, the same once.
func sizeOf(evidence []pades.Evidence) (n int) {
	seen := map[[sha256.Size]byte]bool{}
	for _, e := range evidence {
		for _, der := range slices.Concat(e.Certs, e.CRLs, e.OCSPs) {
			if sum := sha256.Sum256(der); !seen[sum] {
				seen[sum] = true
				n += len(der)
			}
		}
	}
	return n
}

// archived puts a time-stamp over all of a file. One of another authority than
// those before gets its own evidence behind it.
func (j *judging) archived(ctx context.Context, file grown) (grown, validator.Report, error) {
	file, err := file.with(func(out io.Writer) error {
		return pades.AddDocTimestamp(ctx, file, file.Size(), out, pades.StampOptions{}, verify.Stamper(j.tsa))
	})
	if err != nil {
		return file, validator.Report{}, err
	}
	j.answered()
	report, err := j.judge.Alone(ctx, file, file.Size())
	if err == nil && reachedBy(report) != app.LevelLTA {
		file, report, err = j.withEvidence(ctx, file)
	}
	if err == nil && reachedBy(report) != app.LevelLTA {
		err = errUnprovenStamp
	}
	return file, report, err
}

// grown is a file with something behind it. Only that is in memory.
type grown struct {
	base io.ReaderAt
	size int64 // of base
	more []byte
}

func (g grown) Size() int64 { return g.size + int64(len(g.more)) }

func (g grown) ReadAt(p []byte, off int64) (n int, err error) {
	if off < g.size {
		part := p[:min(int64(len(p)), g.size-off)]
		if n, err = g.base.ReadAt(part, off); n < len(part) {
			return n, err
		}
	}
	if rest := off + int64(n) - g.size; 0 <= rest && rest < int64(len(g.more)) {
		n += copy(p[n:], g.more[rest:])
	}
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

// with is the file with what write adds: it writes the file, and more.
func (g grown) with(write func(io.Writer) error) (grown, error) {
	out := &behind{skip: g.Size()}
	if err := write(out); err != nil {
		return g, err
	}
	return grown{g.base, g.size, slices.Concat(g.more, out.more)}, nil
}

// behind keeps what is written after so many bytes.
type behind struct {
	skip int64
	more []byte
}

func (b *behind) Write(p []byte) (int, error) {
	skip := min(b.skip, int64(len(p)))
	b.skip -= skip
	b.more = append(b.more, p[skip:]...)
	return len(p), nil
}
