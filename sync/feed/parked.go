package feed

import "khonggiay/app"

// Parked is a command that a restored server cannot run yet, since others on
// which it builds have not come back from their laptops.
type Parked struct {
	Command *Command
	Device  app.ID  // that sent it
	Before  *Result // what was decided before the restore; nil = nothing
}

// Order is the command's place before the restore; those that had none come last.
func (p *Parked) Order() uint64 {
	if p.Before == nil {
		return 1<<63 - 1
	}
	return p.Before.Seq
}
