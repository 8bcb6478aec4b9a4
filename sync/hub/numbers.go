package hub

import (
	"khonggiay/app"
	"khonggiay/sync/feed"
)

// What the domain says about numbers besides the records: which one a command
// brought or was given, and what people must look at.

// numbering remembers the number that a command was given, for its result.
type numbering struct {
	Tx
	book   app.ID
	year   int
	number uint32
	alarms []string
}

func (n *numbering) NextNumber(book app.ID, year int) (uint32, bool, error) {
	number, ok, err := n.Tx.NextNumber(book, year)
	if err == nil && ok && n.number == 0 {
		n.book, n.year, n.number = book, year, number
	}
	return number, ok, err
}

// Gave is told of a number that a laptop gave, as the holder of the book.
func (n *numbering) Gave(book app.ID, year int, number uint32) {
	if n.number == 0 {
		n.book, n.year, n.number = book, year, number
	}
}

// Alarm is told what people must look at.
func (n *numbering) Alarm(what string) { n.alarms = append(n.alarms, what) }

// alarms passes on what an accepted command has alarmed about.
func (g *group) alarms(cmd *feed.Command, n *numbering) {
	if len(n.alarms) == 0 {
		return
	}
	peer := Peer{Writer: cmd.ID.Writer(), Person: cmd.Actor}
	if w, err := g.cfg.Devices.Writer(cmd.ID.Writer()); err == nil {
		peer.Device = w.Device
	}
	for _, what := range n.alarms {
		g.alarm(peer, cmd.ID, what)
	}
}

// keepNumber notes the number that a book's holder gave in a command that was
// refused, so that the holder's next number is still the book's next.
func (g *group) keepNumber(refused *app.Command, why *app.Error) error {
	if cmd := app.KeepNumber(refused, why); cmd != nil {
		return g.giveOwn(cmd)
	}
	return nil
}
