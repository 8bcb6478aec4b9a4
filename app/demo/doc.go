// Package demo invents a province on two levels (no real one: "tỉnh Minh
// Giang") with its offices, people, books and powers, and a year of documents
// that went through the real commands. It is what `make run` shows and what the
// tests of the whole story stand on.
//
// Everything follows from a seed and the present day, so that two runs on one
// day agree and deadlines are always fresh. It may never reach a real server or
// laptop: only the administrator's tool, the benchmarks and tests import it
// (build/house keeps that).
//
// Proved by TestProvince (the organisation keeps the domain's rules),
// TestHistory (every command was accepted, every state is there) and, with the
// real server and laptops, by the end-to-end tests in frontend/e2e.
package demo
