package app

import (
	"cmp"
	"slices"
)

// QueueOrder lists who is to speak, in order: points of order first, then by
// priority, then who asked earlier. While members question and are answered it
// holds questions and answers only, at other times everything else. The order is
// total, so that every machine shows the same.
func QueueOrder(s *Session) []CommandID {
	return s.waiting(func(e Speech) bool { return e.Accepted != 0 && e.Kind.inQuestionTime() == s.QuestionTime })
}

// Wishes lists who has asked and waits for the secretary's yes, in the order in
// which they would speak.
func Wishes(s *Session) []CommandID {
	return s.waiting(func(e Speech) bool { return e.Accepted == 0 })
}

// LaterSpeeches lists who is in the queue for another part of the meeting:
// questions before it is their time, and the others while it is.
func LaterSpeeches(s *Session) []CommandID {
	return s.waiting(func(e Speech) bool { return e.Accepted != 0 && e.Kind.inQuestionTime() != s.QuestionTime })
}

func (s *Session) waiting(which func(Speech) bool) []CommandID {
	out := []CommandID{}
	for id, e := range s.Queue {
		if e.State == SpeechWaiting && which(e) {
			out = append(out, id)
		}
	}
	slices.SortFunc(out, func(a, b CommandID) int { return cmp.Or(before(s.Queue[a], s.Queue[b]), cmp.Compare(a, b)) })
	return out
}

// before compares two waiting speeches as the queue does.
func before(a, b Speech) int {
	return cmp.Or(-compareBool(a.Kind == SpeechOrder, b.Kind == SpeechOrder), -cmp.Compare(a.Priority, b.Priority), cmp.Compare(a.Asked, b.Asked))
}

func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}

// inQuestionTime reports whether it belongs to chất vấn.
func (k SpeechKind) inQuestionTime() bool { return k == SpeechQuestion || k == SpeechAnswer }

// InState is the first speech in the state, by key; 0 when there is none. No
// more than one is ever called, and no more than one speaking.
func (s *Session) InState(state SpeechState) CommandID {
	for _, id := range sortedKeys(s.Queue) {
		if s.Queue[id].State == state {
			return id
		}
	}
	return 0
}
