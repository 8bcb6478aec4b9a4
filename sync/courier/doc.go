// Package courier carries sealed segments between the province and its laptops,
// and between the laptops of one office, by an embedded Syncthing node (v1.30.0:
// lib/model, lib/connections and lib/discover, put together here without its web
// interface, relays, global discovery, reports and upgrades).
//
// The province is the middle of a star. There is a folder for each office, which
// the province gives and the office's laptops take, and an outbox folder for each
// laptop, which the laptop gives and the province takes. A folder holds segments
// and nothing else: immutable files named by the SHA-256 of their bytes, which
// nobody can read without the keys in the records. So two copies of a name are
// the same bytes or one of them is false, a conflict cannot arise, and whoever
// carries a segment need not be trusted: what comes out of a folder is taken only
// when its bytes are its name.
//
//   - [Identity]: a node's certificate, and the device id made of it.
//   - [Node]: the embedded node. Its whole configuration is a [Topology], given
//     by [Node.Configure] and held in memory only.
//   - [Shelf]: the directory behind a folder, filled and emptied by hard links.
//   - [Split]: BEP and HTTPS on one TCP port, told apart by ALPN.
//
// Nothing here knows documents, people or keys. DESIGN.md beside this file gives
// the reasons and figures.
package courier
