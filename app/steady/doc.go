// Package steady is a wall clock for decisions that destroy something: what is
// removed "after thirty days" must not go because a machine's clock has jumped a
// year ahead for ten minutes, or began there because its battery is dead.
//
// A jump is what the wall clock does beyond what the process's own, monotonic
// clock says has passed. It is believed after [Settle]; until then time goes on
// from the earlier reading. TestJumps plays jumps ahead and back, a start with a
// wrong clock, and a machine that has slept.
package steady
