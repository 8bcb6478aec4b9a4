package estimate

import (
	"encoding/binary"
	"testing"
	"time"
)

// reportOf is the body of a report on packets from a sequence number on, each of
// which came, or did not, at the same moment.
func reportOf(base uint16, at time.Duration, came ...bool) []byte {
	b := binary.BigEndian.AppendUint16(nil, base)
	b = binary.BigEndian.AppendUint16(b, uint16(len(came)))
	b = binary.BigEndian.AppendUint32(b, uint32(at/(64*time.Millisecond))<<8)
	var deltas []byte
	for i := 0; i < len(came); i += 14 {
		chunk := uint16(0x8000)
		for j, ok := range came[i:min(i+14, len(came))] {
			if ok {
				chunk |= 1 << (13 - j)
				deltas = append(deltas, 0)
			}
		}
		b = binary.BigEndian.AppendUint16(b, chunk)
	}
	return append(b, deltas...)
}

// TestLate: a packet that others have overtaken is missing in one report and there
// in the next: it was late. One that is missing in both is lost, once.
func TestLate(t *testing.T) {
	for name, c := range map[string]struct {
		comes bool
		least float64
		most  float64
	}{"late": {true, 0, 0.01}, "lost": {false, 0.08, 0.12}} {
		e, now := New(), time.Unix(1_800_000_000, 0)
		for n := uint16(0); n < 2000; n += 10 {
			now = now.Add(100 * time.Millisecond)
			for i := range uint16(10) {
				e.Sent(n+i, 500, now)
			}
			at := now.Sub(time.Unix(1_800_000_000, 0))
			e.Report(reportOf(n, at, true, true, true, true, true, true, true, true, false, true), now, 50*time.Millisecond)
			e.Report(reportOf(n+8, at, c.comes), now, 50*time.Millisecond)
		}
		if got := e.Loss(); got < c.least || got > c.most {
			t.Errorf("%s: %.3f are taken for lost", name, got)
		}
	}
}
