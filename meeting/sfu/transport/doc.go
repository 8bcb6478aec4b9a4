// Package transport moves packets between a host and its stations: ICE (RFC 8445;
// the host is a lite agent), DTLS-SRTP (RFC 5764) and data channels (RFC 8831), all
// over one UDP port or, where the network lets nothing else through, a TCP
// connection (RFC 4571, RFC 6544). It knows nothing of who may hear whom.
//
// A [Mux] owns the port. Everything that a peer has agreed on over the signalling
// makes a [Link]: its credentials and the fingerprint of its certificate. Packets
// from addresses that no link has proved by its password are dropped unread.
//
// What is sent goes into a [Batch], which hands a whole read's worth of packets to
// the kernel in one call, and those to one peer as one train (UDP segmentation
// offload); for what a room sends is one packet to some hundred peers, and the
// kernel's work for each packet is what costs most.
package transport
