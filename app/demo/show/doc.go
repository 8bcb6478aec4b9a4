// Package show puts the demonstration on: it invents the province, starts the
// real server and one real laptop program for each of four people of the story,
// enrols them with real one-time codes, and prints where to look. The programs
// are children and end with this one.
//
// It is behind `khonggiayctl demo` and, with a small province and JSON on its
// output, behind the end-to-end tests in frontend/e2e, which prove it as a whole;
// show_test.go proves its parts.
package show
