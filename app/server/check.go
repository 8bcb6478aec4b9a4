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
// segment again.
type CheckRequest struct {
	Deep bool `json:"deep,omitempty"`
}

// CheckReport says what was looked at, and what is wrong.
type CheckReport struct {
	Database string   `json:"database"` // "ok" or what SQLite says
	Events   uint64   `json:"events"`   // accepted commands whose chain was verified
	Audit    uint64   `json:"audit"`    // rows whose chain was verified
	Segments int      `json:"segments"` // named by records and on the disk
	Waiting  int      `json:"waiting"`  // named by records, not yet sent by a laptop
	Problems []string `json:"problems,omitempty"`
}

func (s *Server) opCheck(ctx context.Context, r CheckRequest) (CheckReport, error) {
	report := CheckReport{Database: "ok"}
	if err := s.store.Check(ctx); err != nil {
		if ctx.Err() != nil {
			return report, err
		}
		report.Database = err.Error()
		report.Problems = append(report.Problems, "database: "+err.Error())
	}
	if err := s.checkEvents(ctx, &report); err != nil {
		return report, err
	}
	var err error
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
