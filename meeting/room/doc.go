// Package room carries what is live in a meeting and is no record: who leads
// everybody through the materials, at which page, where the pointer is, and who
// is connected. One [Relay] serves all meetings of a host, which is the
// provincial server or, while there is no line, the laptop of somebody who runs
// the meeting; the protocol is the same (PROTOCOL.md).
//
// [Conferences] carries the conferences of a host's meetings: who comes in, what
// the stations are told, what the media server lets through. The rules are
// [meeting.Conference]'s; what holds of both together is proved by
// TestWhatIsLetThrough and TestARestart.
//
// Only the newest state is ever sent: a point on 64 kbit/s that falls behind
// skips places, and never plays them back late.
package room
