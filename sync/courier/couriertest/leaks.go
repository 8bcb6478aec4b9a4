// Package couriertest helps tests of programs that have a courier in them.
package couriertest

import (
	"time"

	"go.uber.org/goleak"
)

// patience is for a busy machine. What has leaked is there after it, too.
const patience = 30 * time.Second

// Leaked waits until the goroutines of all couriers that were closed have ended,
// and returns what remains after that. Some of Syncthing's are left to themselves.
func Leaked(more ...goleak.Option) error {
	options := append(more,
		goleak.IgnoreTopFunction("github.com/syncthing/notify.(*nonrecursiveTree).dispatch"), // the watcher of files lives as long as the process
		goleak.IgnoreTopFunction("github.com/syncthing/notify.(*nonrecursiveTree).internal"),
		goleak.IgnoreTopFunction("github.com/syndtr/goleveldb/leveldb.(*DB).mpoolDrain"),                        // of a closed index, for up to a second
		goleak.IgnoreTopFunction("github.com/thejerf/suture/v4.(*Supervisor).removeService.func1.1"),            // of a service that nobody waits for any more
		goleak.IgnoreAnyFunction("github.com/syncthing/syncthing/lib/connections.(*service).handleConns.func1"), // of a caller who says nothing, for up to 20 seconds
	)
	for begun := time.Now(); ; {
		err := goleak.Find(options...)
		if err == nil || time.Since(begun) > patience {
			return err
		}
	}
}
