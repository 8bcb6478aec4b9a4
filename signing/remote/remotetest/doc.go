// Package remotetest holds small servers of the protocols of signing/remote,
// for its tests: CSC (1.0.4.0, 2.0.0.2 and Viettel's form of the first), VNPT
// SmartCA and MSS (ETSI TS 102 204), with a telephone that the test answers. They
// keep what the real ones keep: tokens that end, authorizations that are for so
// many signatures over these digests, transactions that wait. A test can make any
// call fail as networks and gateways do, before or after the server has acted. The
// build/house rules keep the package out of the programs; the tests of
// signing/remote use it.
package remotetest
