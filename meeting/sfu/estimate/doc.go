// Package estimate finds out how much a line to a station bears, from what the
// station says of every packet's arrival (transport-wide congestion control,
// draft-holmer-rmcat-transport-wide-cc-extensions-01). The delay side follows
// draft-ietf-rmcat-gcc-02: a queue that builds up is seen before it overflows.
//
// Loss is judged differently. On a radio link a fifth of all packets may be lost at
// any rate, and sending less would not help: loss that stays the same when less is
// sent, or more, is the line's own, and only what comes on top of it is congestion.
//
// It reads no clock and sends nothing; [Estimator] is not safe for concurrent use.
package estimate
