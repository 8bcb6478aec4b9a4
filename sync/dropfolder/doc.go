// Package dropfolder brings files in from folders that other programs write:
// what a scanner puts on its share, and the working copies that an editor
// saves.
//
// [Watch] is the part that knows folders. It tells of files that are new or
// changed, in batches, and only once they are whole: a scanner writes for
// seconds, an editor saves in three steps, and a share goes away in between.
// Its rule is that events are hints and the folder itself is the truth; so a
// lost event, a share that sends none and a program that was not running cost
// a moment, never a file.
//
// DESIGN.md says how a file becomes a scan that waits to be registered. The
// promises are tried by TestWhole, TestEventsAreOnlyHints,
// TestFolderThatGoesAndComesBack and TestManyFiles.
package dropfolder
