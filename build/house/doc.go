// Package house holds the house rules as tests: who may import whom and why,
// that every package says what it is, that time comes from an injected clock,
// that tests neither skip nor sleep, and the same order for the interface.
//
// It has tests only. They parse sources and run no tool, so they take about a
// second and need no network. A rule that stands in the way is changed here,
// together with its reason, never worked round. docs/architecture.md shows the
// picture that the import rules keep true.
package house
