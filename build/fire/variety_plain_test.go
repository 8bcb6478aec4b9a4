//go:build !race

package fire

// variety are the flags of the tests' own build: nothing is compiled twice.
var variety []string
