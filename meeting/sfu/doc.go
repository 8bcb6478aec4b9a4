// Package sfu forwards sound and pictures between the stations of a conference
// without decoding them (a selective forwarding unit, RFC 7667, section 3.7).
//
// A station offers once, with the tracks that it may send and a fixed number of
// slots in which it receives; what a slot carries changes without negotiation. Who
// comes in, what of whom is let through and what a station wants to see is decided
// outside; here it is carried out, in the path of the packets.
//
// DESIGN.md says why it is built as it is and what it costs.
package sfu
