package sqlite

import (
	"errors"

	"khonggiay/app"
)

// troubled gives an error the domain's words, and tells whoever watches the
// disk when it is the disk's.
func (s *Store) troubled(err error) error {
	if err == nil {
		return nil
	}
	err = mapError(err)
	var e *app.Error
	if errors.As(err, &e) && (e.Reason == ReasonFull || e.Reason == ReasonCorrupt || e.Reason == ReasonIO) {
		s.tellTrouble(e.Reason)
	}
	return err
}

// well notes that a transaction was committed. A damaged file stays one: what
// was committed lies elsewhere in it.
func (s *Store) well() {
	if last := s.trouble.Load(); last != nil && *last != "" && *last != ReasonCorrupt {
		s.tellTrouble("")
	}
}

func (s *Store) tellTrouble(reason string) {
	before := s.trouble.Swap(&reason)
	if s.opts.Trouble != nil && (before == nil || *before != reason) {
		s.opts.Trouble(reason)
	}
}
