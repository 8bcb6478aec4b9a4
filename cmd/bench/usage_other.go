//go:build !unix

package main

// cpu is not measured on this system.
func cpu() (seconds float64, rss int64) { return 0, 0 }
