// Package turn relays media for stations whose network lets nothing but TCP, or
// nothing but TLS on port 443, through: TURN (RFC 8656) over TCP and over TLS.
//
// It is no open relay. A relay leads to the addresses of the host's own media
// server, address and port, and nowhere else: each is a socket inside the machine
// that is connected to the media server, so nothing has to be opened in a firewall,
// and the media server knows by [Server.Relays] which of its peers come this way.
//
// # Credentials
//
// [Server.Credentials] makes them for one station: the user name is "expiry:station",
// in seconds since 1970, and the password is its HMAC-SHA256 under the server's
// secret, in base64. To a browser that is TURN's long-term mechanism. They begin
// relays until they expire. A relay that has begun may be kept by them beyond that,
// as a conference lasts longer than credentials should, but for no longer than
// [Config.MaxAge].
//
// # Bounds
//
// A station has few relays, and all together are bounded, as are connections that
// have none yet, of one source and in all (the oldest has to go, not the newest), the
// time until they have one, and the requests and channels of each.
// What comes is cut into messages before the library that answers them sees it: a
// length that cannot be ends the connection. What a station reads too slowly is
// lost, as on any line, instead of being heaped up: its sound would be late for ever.
//
// # Sharing port 443
//
// [Split] takes one listener for HTTPS and TURN: what negotiates a protocol by ALPN
// is HTTPS; of the rest the first byte tells a TURN message from an HTTP request.
// Clients that use it are given the URL turns:host:443?transport=tcp.
package turn
