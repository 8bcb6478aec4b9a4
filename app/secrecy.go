package app

// stub replaced below
func CheckSecrecy(args any) *Error { return nil }
