package main

import (
	"os"
	"testing"
)

func TestResident(t *testing.T) {
	now, most, err := residentOf(os.Getpid())
	if err != nil || now <= 0 || most < now {
		t.Errorf("%d of %d bytes, %v", now, most, err)
	}
}
