// Package replica is the laptop's side of sync: it runs commands at once on
// what the laptop holds, keeps them in the outbox until the server has
// answered, and follows the server's pages.
//
// A page is applied in one transaction with its cursor: results settle
// commands, records that pending commands have changed go back to the server's
// state, the page's items are applied, and the commands still pending run
// again with the same domain code as on the server. What has left the person's
// scopes is wiped in that transaction too. [Replica] is steppable and has no
// goroutines; [Driver] keeps it in touch with the server.
//
// sync/DESIGN.md says why, sync/PROTOCOL.md what goes over the wire. Proved by
// the simulation in simulation_test.go: laptops and a server over a transport
// that loses, doubles, reorders and cuts, with crashes on both sides.
package replica
