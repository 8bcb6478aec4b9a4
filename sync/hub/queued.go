package hub

// Queued is how many requests wait for the one that writes.
func (h *Hub) Queued() int { return len(h.jobs) }
