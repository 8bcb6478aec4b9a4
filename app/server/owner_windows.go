package server

// ownedByUs: Windows guards files by access lists, not by owner.
func ownedByUs(string) error { return nil }
