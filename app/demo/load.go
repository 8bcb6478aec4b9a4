package demo

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"

	"khonggiay/app"
)

// Options of a demonstration's data.
type Options struct {
	Dir       string // the server's data directory; it must hold none yet
	Seed      uint64
	Now       time.Time // the present; the history ends here
	Documents int       // about how many; 0 = none
	Small     bool      // SmallProvince
	Story     bool      // with the documents on which the first minutes stand
	Progress  func(done, of int)
}

// batchSize is how many commands one transaction takes.
const batchSize = 2000

// Load invents a province into a new server's data directory: keys, people and
// books, and a year of documents. The real server then opens it as its own.
func Load(ctx context.Context, o Options) (p *Province, err error) {
	now := app.TimeOf(o.Now)
	if o.Small {
		p = SmallProvince(o.Seed, now)
	} else {
		p = NewProvince(o.Seed, now)
	}
	s := newScript(p, o.Seed)
	acts := s.beginnings(now - (year+10)*day)
	if o.Documents > 0 {
		s.write(o.Documents)
	}
	if o.Story {
		s.story()
	}
	s.acts = append(acts, s.acts...)
	a, err := openArchive(ctx, o.Dir, o.Now)
	if err != nil {
		return nil, err
	}
	if err = a.play(ctx, s, o); err == nil {
		err = a.judgeAll(ctx, o.Dir, o.Now)
	}
	return p, errors.Join(err, a.close())
}

// play gives the script's commands, many to a transaction.
func (a *archive) play(ctx context.Context, s *script, o Options) error {
	pl := &player{ctx: ctx, stage: a, sealer: a, r: rand.New(rand.NewPCG(o.Seed, 3))}
	progress := o.Progress
	if progress == nil {
		progress = func(int, int) {}
	}
	acts := s.sorted()
	for done := 0; done < len(acts); {
		part := acts[done:min(done+batchSize, len(acts))]
		err := a.together(ctx, func() error { return pl.play(part) })
		if err != nil {
			return err
		}
		done += len(part)
		progress(done, len(acts))
	}
	return nil
}
