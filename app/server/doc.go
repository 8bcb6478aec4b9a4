// Package server is the provincial server: the authority over all records, the
// keeper of all content, and the door for everybody who comes with a laptop or
// only a browser.
//
// One address answers on TLS 1.3 alone, and the host name that a client asks
// for (SNI, RFC 6066) decides who it is talking to: [enrol.SyncHost] wants the
// certificate of an enrolled device and looks the device up at every request,
// so a revocation acts at once; [enrol.EnrolHost] takes one-time codes; every
// other name is for browsers, which are never asked for a certificate. The
// parts are:
//
//   - accounts.go, password.go: sign-in with argon2id (RFC 9106), lockout, and
//     opaque sessions;
//   - enrolment.go, devices.go, streams.go, leave.go: codes, certificates,
//     revocation, and what a revoked laptop hands over;
//   - contents.go, keeper.go: sealed segments, who may fetch them, and when a
//     file is complete;
//   - judging.go, judgedoc.go, stamping.go, completing.go: verdicts on digital
//     signatures, their time-stamps, and the evidence that is put into files;
//   - roots.go, trustdoor.go, lists.go: whom the province trusts, how laptops
//     hear of it, and revocation lists kept fresh;
//   - control.go, opaccounts.go, opleave.go, check.go, backup.go, restore.go,
//     directory.go: what the operator's tool khonggiayctl asks for, over a socket
//     in the data directory or in process;
//   - health.go, metrics.go, logging.go: what the operator watches. Logs carry
//     no secret, which TestLogsHoldNoSecret proves on everything that the other
//     tests do.
//
// [Open] makes a server in a data directory, [Server.Run] serves until its
// context ends, [Server.Close] leaves everything on the disk. The whole server
// runs inside its tests, over real TLS.
package server
