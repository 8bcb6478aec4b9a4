package site

import (
	"slices"
	"sync"

	"khonggiay/app"
)

// Board is what a place's host has told of the meetings that sit there. The
// screens of a laptop see its records in the place of the laptop's own. Its
// methods may be called from any goroutine.
type Board struct {
	// mu guards meetings.
	mu       sync.Mutex
	meetings map[app.ID]map[app.Key][]byte
}

// Put notes what a host has told of a meeting.
func (b *Board) Put(meeting app.ID, states []State) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.meetings == nil {
		b.meetings = map[app.ID]map[app.Key][]byte{}
	}
	told := b.meetings[meeting]
	if told == nil {
		told = map[app.Key][]byte{}
		b.meetings[meeting] = told
	}
	for _, s := range states {
		told[s.Key()] = s.Body
	}
}

// Replace notes what another host tells first of a meeting; what one before it
// has told is over.
func (b *Board) Replace(meeting app.ID, states []State) {
	told := make(map[app.Key][]byte, len(states))
	for _, s := range states {
		told[s.Key()] = s.Body
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.meetings == nil {
		b.meetings = map[app.ID]map[app.Key][]byte{}
	}
	b.meetings[meeting] = told
}

// Tells reports whether a host has told anything of the meeting.
func (b *Board) Tells(meeting app.ID) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(b.meetings[meeting]) > 0
}

// Clear forgets a meeting: the line is back, or the sitting is over. It reports
// whether there was something to forget.
func (b *Board) Clear(meeting app.ID) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	_, was := b.meetings[meeting]
	delete(b.meetings, meeting)
	return was
}

// Body is a record's bytes as the place sees it, or nil.
func (b *Board) Body(key app.Key) []byte {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, told := range b.meetings {
		if body, ok := told[key]; ok {
			return body
		}
	}
	return nil
}

// Keys lists the records of a meeting that were told, in order.
func (b *Board) Keys(meeting app.ID) []app.Key {
	b.mu.Lock()
	defer b.mu.Unlock()
	out := make([]app.Key, 0, len(b.meetings[meeting]))
	for key := range b.meetings[meeting] {
		out = append(out, key)
	}
	slices.SortFunc(out, func(x, y app.Key) int { return compare(State{Kind: x.Kind, ID: x.ID}, State{Kind: y.Kind, ID: y.ID}) })
	return out
}
