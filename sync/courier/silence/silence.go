// Package silence keeps Syncthing's own logger off standard output, where the
// programs write theirs.
//
// That logger opens its output while packages are initialised, and looks at
// LOGGER_DISCARD only then. Go initialises packages in the order of their import
// paths as soon as what they import is ready; this one imports syscall alone and
// so comes before "log" and "os", without which Syncthing's logger cannot be.
// TestNothingOnStandardOutput in the package above proves it.
package silence

import "syscall"

func init() { _ = syscall.Setenv("LOGGER_DISCARD", "1") }
