package demo

import (
	"context"
	"fmt"
	"path/filepath"
	"time"

	"khonggiay/app"
	"khonggiay/app/verify"
)

// judgeAll has all files judged that a server would judge at its first start, by
// the same validator: the year of documents is long past, and the first minute is
// for the person who watches.
func (a *archive) judgeAll(ctx context.Context, dir string, now time.Time) error {
	judge := verify.New(filepath.Join(dir, "trust"), func() time.Time { return now })
	defer judge.Close()
	known := map[app.Hash]app.Verdict{}
	for last := app.ID(""); ; {
		var docs []app.ID
		err := a.together(ctx, func() (err error) {
			if docs, err = a.tx.SigningDue(app.DueVerdict, last, batchSize); err != nil {
				return err
			}
			for _, id := range docs {
				last = id
				if err := a.judgeOne(ctx, judge, id, now, known); err != nil {
					return fmt.Errorf("demo: judging %s: %w", id, err)
				}
			}
			return nil
		})
		if err != nil || len(docs) == 0 {
			return err
		}
	}
}

func (a *archive) judgeOne(ctx context.Context, judge *verify.Verifier, id app.ID, now time.Time, known map[app.Hash]app.Verdict) error {
	r, err := a.Get(app.Key{Kind: app.KindDocument, ID: id})
	if err != nil {
		return err
	}
	doc := r.(*app.Document)
	for _, key := range doc.Unjudged() {
		version := doc.Files[key].Content
		v, ok := known[version.SHA256]
		if !ok {
			if v, err = a.verdict(ctx, judge, version, now); err != nil {
				return err
			}
			known[version.SHA256] = v
		}
		cmd := &app.Command{Name: "document.judge.1", Target: doc.Key(), Actor: app.SystemPerson, Args: &app.Judge{File: key, Verdict: v}}
		if _, _, err := a.Give(ctx, app.TimeOf(now), cmd); err != nil {
			return err
		}
	}
	return nil
}

// verdict is what the validator says; the papers of the history carry no
// signatures of their own.
func (a *archive) verdict(ctx context.Context, judge *verify.Verifier, version app.FileVersion, now time.Time) (app.Verdict, error) {
	src, err := a.files.OpenVersion(version)
	if err != nil {
		return app.Verdict{}, err
	}
	defer src.Close()
	report, err := judge.Verify(ctx, version.SHA256, src, version.Size)
	return app.Verdict{Indication: string(report.Indication), Sub: string(report.SubIndication), At: app.TimeOf(now),
		Signatures: len(report.Signatures)}, err
}
