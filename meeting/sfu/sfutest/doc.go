// Package sfutest has stations for benches and tests: many in one process, cheap
// enough that the server is what is measured. They speak the server's transport, not
// a browser's media; what a browser does with the server is tried with browsers.
package sfutest
