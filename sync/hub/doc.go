// Package hub is the server's side of sync: it takes signed commands, decides
// each one for good, gives it its place in the order of all, and tells every
// laptop what changed for it.
//
// One writer decides (group commit). A command runs in a savepoint with the
// domain's own code; what it changed, who holds that now, the event in the
// hash chain (RFC 6962 trees, RFC 8032 signatures) and the result are written
// in the same transaction, so that sequence numbers and document numbers have
// no gaps (NĐ 30/2020, Điều 15 and 22). Pulls read snapshots and never wait
// for the writer. [Core] is steppable and has no goroutines; [Hub] drives it.
//
// sync/DESIGN.md says why, sync/PROTOCOL.md what goes over the wire. Proved by
// the tests here and by the simulation in sync/replica.
package hub
