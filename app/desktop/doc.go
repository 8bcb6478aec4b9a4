// Package desktop is the laptop program: one person's replica, served to a
// window or a browser on this machine alone, and kept in step with the province
// whenever there is a line.
//
// The interface speaks HTTP to 127.0.0.1 (docs/adr/0004). A [App] holds a
// folder of data by its own lock; a second start of the same folder only brings
// the first one to the front. Before enrolment it answers the session and
// enrolment questions and nothing else. After it, everything works without a
// network; the link (records, contents, the certificate's renewal) runs beside
// and may come and go. Being killed at any time loses nothing: what a person
// gave is in the database before it is answered.
//
// Only files with the build tag "desktop" know Wails; without it the program
// opens the system's browser instead of a window.
//
// Proved by: TestGate (Host, Origin, ticket, cookie), TestSecondStart,
// TestRestartKeepsCommands and TestStoryOverServer.
package desktop
