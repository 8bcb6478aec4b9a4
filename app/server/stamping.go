package server

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"maps"
	"slices"

	"khonggiay/app"
	"khonggiay/app/verify"
	"khonggiay/signing"
	"khonggiay/signing/pades"
	"khonggiay/signing/trust"
	"khonggiay/signing/validator"
)

// stampNow puts a time-stamp into a signature that was just found good, if the
// server answers at once; nil if not, and then the stamping follows by itself.
func (j *judging) stampNow(ctx context.Context, doc *app.Document, key app.CommandID, report validator.Report, found *finding) *finding {
	if j.tsa == nil || j.rests() || !j.waits(doc, key, report, found) {
		return nil
	}
	within, cancel := context.WithTimeout(ctx, stampAtOnce)
	defer cancel()
	stamped, err := j.stamp(within, doc, key)
	if err != nil && ctx.Err() == nil {
		j.troubled(doc.ID, key, err)
	}
	return stamped
}

// waits reports whether the file's last signature is one of ours, has no
// time-stamp yet, and may get one.
func (j *judging) waits(doc *app.Document, key app.CommandID, report validator.Report, found *finding) bool {
	judged := *doc
	judged.Signatures = maps.Clone(doc.Signatures)
	judged.CertifiedCopies = maps.Clone(doc.CertifiedCopies)
	for id, v := range found.Signatures {
		if s, ok := judged.Signatures[id]; ok {
			s.Verdict = v
			judged.Signatures[id] = s
		}
		if c, ok := judged.CertifiedCopies[id]; ok {
			c.Verdict = v
			judged.CertifiedCopies[id] = c
		}
	}
	if !slices.Contains(judged.StampWaiting(), key) {
		return false
	}
	last := signatureIn(report, claimIn(doc, key))
	return last != nil && last.Covers.WholeFile && last.Timestamp == nil
}

// stampAll puts time-stamps where they are missing, while a server answers.
func (j *judging) stampAll(ctx context.Context) error {
	if j.tsa == nil {
		return nil
	}
	return j.each(ctx, app.DueStamp, func(id app.ID) error {
		if j.rests() {
			return nil
		}
		doc, err := j.read(ctx, id)
		if err != nil || doc == nil {
			return err
		}
		waiting := slices.DeleteFunc(doc.StampWaiting(), j.hopeless)
		if len(waiting) == 0 {
			return nil
		}
		key := waiting[0] // its stamp wakes us for the next
		found, err := j.stamp(ctx, doc, key)
		if err == nil {
			err = j.give(ctx, id, found)
		}
		if err != nil && ctx.Err() == nil {
			j.troubled(id, key, err)
		}
		return ctx.Err()
	})
}

func (j *judging) rests() bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.now().Before(j.resting.until)
}

func (j *judging) hopeless(key app.CommandID) bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.refused[key]
}

// troubled lets the time-stamp servers rest, or gives a file up that cannot be
// stamped.
func (j *judging) troubled(doc app.ID, key app.CommandID, err error) {
	if j.noAnswer(doc, err) {
		return
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	j.refused[key] = true
	j.log.Error("a signature cannot be time-stamped", "document", doc, "err", err)
}

// noAnswer lets the time-stamp servers rest, if they have failed.
func (j *judging) noAnswer(doc app.ID, err error) bool {
	var down *trust.TSAError
	if !errors.As(err, &down) && !errors.Is(err, context.DeadlineExceeded) {
		return false
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	j.resting = j.resting.longer(j.now(), stampSoon, stampMost)
	j.log.Warn("no time-stamp to be had", "document", doc, "again", j.resting.after, "err", err)
	return true
}

// errUntrustedStamp: the token is in order, and nobody here trusts its server.
var errUntrustedStamp = errors.New("server: the time-stamp server is not among the trusted roots")

// stamp makes the file with a time-stamp in its last signature, judges and
// stores it. Only the segment of the signature is a new one.
func (j *judging) stamp(ctx context.Context, doc *app.Document, key app.CommandID) (*finding, error) {
	f := doc.Files[key]
	base, ok := before(doc, key)
	if !ok {
		return nil, fmt.Errorf("server: nothing stands before file %d", key)
	}
	src, err := j.files.OpenVersion(f.Content)
	if err != nil {
		return nil, err
	}
	defer src.Close()
	var out bytes.Buffer
	out.Grow(int(f.Content.Size))
	if err := pades.AddTimestamp(ctx, src, f.Content.Size, &out, verify.Stamper(j.tsa)); err != nil {
		return nil, err
	}
	j.answered()
	whole := bytes.NewReader(out.Bytes())
	sum := app.Hash(sha256.Sum256(out.Bytes()))
	report, _, err := j.judge.VerifyAt(ctx, sum, whole, whole.Size())
	if err != nil {
		return nil, err
	}
	found := j.conclude(doc, key, report)
	for id, v := range found.Signatures {
		if (doc.Signatures[id].File == key || doc.CertifiedCopies[id].File == key) && (v.Indication == string(signing.TotalFailed) || v.Stamped == 0) {
			return nil, errUntrustedStamp
		}
	}
	version, err := j.append(ctx, base, whole)
	if err != nil {
		return nil, err
	}
	if err := j.contents.noteSealed(ctx, version); err != nil {
		return nil, err
	}
	found.Stamped = &app.NewFile{Name: f.Name, Media: f.Media, Role: f.Role, Content: version, SHA256: version.SHA256, Replaces: key, Source: f.Source}
	return found, nil
}

// answered ends the rest of the time-stamp servers.
func (j *judging) answered() {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.resting = pause{}
}
