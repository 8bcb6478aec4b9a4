// Package inspect looks into what is shipped: the Windows installer and the
// Debian packages, and the scripts that make them.
//
// It has tests only. Without flags they check the scripts, which takes a second
// or two: makensis, where it is, compiles the installer around a small file, the shell parses
// the packages' scripts, and every file that they lay out exists. `make windows`
// and `make deb` end by running them with -packages, and then each package found
// there is opened: its files and their modes, the libraries and symbols that its
// programs need, its versions, and the rules that it sets.
package inspect
