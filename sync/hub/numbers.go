package hub

import (
	"errors"

	"khonggiay/app"
	"khonggiay/sync/feed"
)

// What the domain says about numbers besides the records: which one a command
// brought or was given, and what people must look at.

// numbering remembers the number that a command was given, for its result.
type numbering struct {
	Tx
	group  *group
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

// Signed implements app.Tx for commands that another's laptop brings.
func (n *numbering) Signed(command []byte) (*app.Command, bool, error) {
	signed, err := feed.ParseCommand(command)
	if err != nil {
		return nil, false, app.Refuse(app.Invalid, "command.malformed")
	}
	next, err := n.Next(signed.ID.Writer())
	if err != nil || signed.ID.Counter() < next {
		return nil, true, err
	}
	w, err := n.group.cfg.Devices.Writer(signed.ID.Writer())
	if errors.Is(err, app.ErrNotFound) {
		err = app.Refuse(app.Forbidden, "command.wrong_writer")
	}
	if err != nil {
		return nil, false, err
	}
	giver := Peer{Device: w.Device, Writer: signed.ID.Writer(), Person: w.Person}
	if no := n.group.binding(giver, signed); no != nil {
		if !w.Revoked { // a laptop that has died may have been revoked since
			n.group.alarm(giver, signed.ID, no.Reason)
		}
		return nil, false, no
	}
	cmd, err := signed.Command()
	if err != nil {
		return nil, false, app.Refuse(app.Invalid, "command.unknown")
	}
	return cmd, false, nil
}

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
