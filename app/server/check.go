package server

import (
	"context"
	"errors"
	"fmt"

	"khonggiay/app"
	"khonggiay/app/sqlite"
	"khonggiay/sync/content"
	"khonggiay/sync/hub"
)

// CheckRequest asks for a check of everything on the disk. Deep reads every
// segment again. Repair puts right what is derived from the records: the search
// index, who holds which record, and the sums of the scopes.
type CheckRequest struct {
	Deep   bool `json:"deep,omitempty"`
	Repair bool `json:"repair,omitempty"`
}

// CheckReport says what was looked at, and what is wrong.
type CheckReport struct {
	Database string   `json:"database"` // "ok" or what SQLite says
	Events   uint64   `json:"events"`   // accepted commands whose chain was verified
	Audit    uint64   `json:"audit"`    // rows whose chain was verified
	Segments int      `json:"segments"` // named by records and on the disk
	Waiting  int      `json:"waiting"`  // named by records, not yet sent by a laptop
	Records  int      `json:"records"`  // whose scopes were compared with what they should be
	Scopes   int      `json:"scopes"`   // whose sums were counted anew
	Problems []string `json:"problems,omitempty"`
	Repaired []string `json:"repaired,omitempty"` // what was a problem and is none any more
	// Unlike lists the laptops that differed from the server in the last 30 days;
	// they repair themselves.
	Unlike []sqlite.UnlikeDevice `json:"unlike,omitempty"`
}

func (r *CheckReport) found(repaired bool, format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	if repaired {
		r.Repaired = append(r.Repaired, text)
	} else {
		r.Problems = append(r.Problems, text)
	}
}

func (s *Server) opCheck(ctx context.Context, r CheckRequest) (CheckReport, error) {
	report := CheckReport{Database: "ok"}
	err := errors.Join(s.checkDatabase(ctx, r.Repair, &report), s.checkEvents(ctx, &report), s.checkFeed(ctx, r.Repair, &report))
	if err != nil {
		return report, err
	}
	if report.Audit, err = s.store.CheckAudit(ctx); errors.Is(err, sqlite.ErrAuditBroken) {
		report.Problems = append(report.Problems, err.Error())
	} else if err != nil {
		return report, err
	}
	var here []app.Hash
	err = s.store.Read(ctx, func(v *sqlite.View) error {
		return v.NeededSegments(func(name app.Hash, _ int64, have bool) error {
			switch {
			case !have:
				report.Waiting++
			case s.contents.files.Has(name):
				here = append(here, name)
			default:
				report.Problems = append(report.Problems, "content: segment "+name.String()+" is lost")
			}
			return nil
		})
	})
	report.Segments = len(here)
	if err != nil || !r.Deep {
		return report, err
	}
	for _, name := range here {
		err := s.contents.files.Check(ctx, name)
		if errors.Is(err, content.ErrCorrupt) {
			report.Problems = append(report.Problems, err.Error())
		} else if err != nil {
			return report, err
		}
	}
	return report, nil
}

// checkDatabase reads the file. Of what it holds, the search index alone can be
// made anew from the rest.
func (s *Server) checkDatabase(ctx context.Context, repair bool, report *CheckReport) error {
	err := s.store.Check(ctx)
	if err == nil || ctx.Err() != nil {
		return ctx.Err()
	}
	first := err
	if repair {
		if err = s.store.Rebuild(ctx); err == nil {
			err = s.store.Check(ctx)
		}
	}
	if err != nil {
		report.Database = err.Error()
	}
	report.found(repair && err == nil, "database: %v", first)
	return ctx.Err()
}

// checkFeed compares what laptops follow with the records.
func (s *Server) checkFeed(ctx context.Context, repair bool, report *CheckReport) (err error) {
	look := s.records.hub.CheckFeed
	if repair {
		look = s.records.hub.Mend
	}
	m, err := look(ctx)
	if err != nil {
		return err
	}
	report.Records, report.Scopes = m.Records, m.Scopes
	for _, key := range m.Rows {
		report.found(repair, "feed: record %s of kind %d stands in other scopes than it should", key.ID, key.Kind)
	}
	for _, scope := range m.Sums {
		report.found(repair, "feed: the sum of scope %s is not that of its records", scope)
	}
	if repair && len(m.Rows)+len(m.Sums) > 0 {
		s.audit.note(sqlite.AuditEntry{Act: "check.repair", Actor: Operator, Detail: map[string]any{"records": len(m.Rows), "scopes": len(m.Sums)}})
	}
	return s.store.Read(ctx, func(v *sqlite.View) error {
		report.Unlike, err = v.UnlikeDevices(s.store.Now() - 30*24*3600*1000)
		return err
	})
}

// checkEvents compares every accepted command with the hash chain.
func (s *Server) checkEvents(ctx context.Context, report *CheckReport) error {
	return s.store.Read(ctx, func(v *sqlite.View) error {
		head, _, err := v.Head()
		if err != nil {
			return err
		}
		bad, err := hub.CheckChain(v)
		if bad != 0 {
			report.Problems = append(report.Problems, fmt.Sprintf("events: event %d does not fit the chain", bad))
			return nil
		}
		report.Events = head
		return err
	})
}
