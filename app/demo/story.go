package demo

// story adds the documents on which the first minutes stand.
func (s *script) story() {}
