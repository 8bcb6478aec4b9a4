package content

import (
	"fmt"
)

// spaceError marks the operating system's ways to say "disk full" as
// ErrNoSpace and leaves other errors alone.
func spaceError(err error) error {
	if err != nil && isDiskFull(err) {
		return fmt.Errorf("%w: %w", ErrNoSpace, err)
	}
	return err
}
