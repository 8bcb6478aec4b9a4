// Package voteproof makes the protocol of a named vote, a file by which anybody
// can count it again without a line, and checks one.
//
// A protocol is JSON in the one form of RFC 8785. It holds what the meeting
// froze (who had a vote, who was there), every ballot with the signature that
// the voter's machine made under it, which machine is whose, the authority that
// gave the machines their certificates, and the result. The server signs the
// whole: without that signature nobody could tell that a ballot was taken out
// and the result rewritten.
//
// What [Check] finds is tried by voteproof_test.go, one alteration at a time;
// FuzzCheck feeds it bytes of any kind. What a protocol can prove and what it
// cannot is in docs/adr/0022-verifiable-votes.md.
package voteproof
