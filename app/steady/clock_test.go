package steady

import (
	"testing"
	"time"
)

// machine has both clocks in hand.
type machine struct {
	*testing.T
	*Clock
	wrong, up time.Duration
}

var right = time.Date(2026, 11, 30, 8, 0, 0, 0, time.UTC)

func start(t *testing.T, wrong time.Duration) *machine { return startAt(t, wrong, 0) }

func startAt(t *testing.T, wrong, up time.Duration) *machine {
	m := &machine{T: t, wrong: wrong, up: up}
	m.Clock = New(func() time.Time { return right.Add(m.up + m.wrong) }, func() time.Duration { return m.up })
	return m
}

// passes lets time pass, and looks each minute as a program does.
func (m *machine) passes(d time.Duration) {
	for end := m.up + d; m.up < end; {
		m.up += time.Minute
		m.Now()
	}
}

// says expects a time by how much it is wrong.
func (m *machine) says(when string, wrong time.Duration, sure bool) {
	m.Helper()
	now, is := m.Now()
	if off := now.Sub(right.Add(m.up)); off != wrong || is != sure {
		m.Errorf("%s: wrong by %s, sure %v; want %s, %v", when, off, is, wrong, sure)
	}
}

const year = 365 * 24 * time.Hour

func TestJumps(t *testing.T) {
	m := start(t, 0)
	m.says("at the start", 0, false)
	m.passes(Settle)
	m.says("after an hour", 0, true)
	for _, jump := range []time.Duration{year, -year, 10 * year, -3 * 24 * time.Hour} {
		m.wrong = jump
		m.says("jumped", 0, false)
		m.passes(Settle - time.Minute)
		m.says("jumped for a while", 0, false)
		m.wrong = 0
		m.says("back", 0, true)
	}
	m.wrong = year
	m.passes(2 * Settle)
	m.says("it stays so", year, true)
}

// TestUptimeOfBefore: an uptime that counts from before the clock is no jump, which
// the first look would find.
func TestUptimeOfBefore(t *testing.T) {
	m := startAt(t, 0, 40*24*time.Hour)
	m.up += Settle
	m.says("after an hour", 0, true)
}

// TestWrongFromTheStart: a reading that nothing has confirmed yet gives way at
// once, and until an hour has gone well nothing is destroyed.
func TestWrongFromTheStart(t *testing.T) {
	m := start(t, -16*year)
	m.says("a dead battery", -16*year, false)
	m.passes(10 * time.Minute)
	m.wrong = 0
	m.says("put right", 0, false)
	m.passes(Settle - time.Minute)
	m.says("for almost an hour", 0, false)
	m.passes(time.Minute)
	m.says("for an hour", 0, true)
}

// TestSlow: network time let in slowly, and a look seldom, are no jump.
func TestSlow(t *testing.T) {
	m := start(t, 0)
	m.passes(Settle)
	for range 100 {
		m.up += 6 * time.Hour
		m.wrong += 10 * time.Second
		if !m.Sure() {
			t.Fatalf("not sure, wrong by %s", m.wrong)
		}
	}
}

// TestSlept: what a machine sleeps its monotonic clock may not count.
func TestSlept(t *testing.T) {
	m := start(t, 0)
	m.passes(Settle)
	m.wrong = 9 * time.Hour
	m.says("woken", 0, false)
	m.passes(Settle + time.Minute)
	m.says("awake for an hour", 9*time.Hour, true)
}

func TestOwnUptime(t *testing.T) {
	now, sure := New(time.Now, nil).Now()
	if sure || time.Since(now).Abs() > tolerance {
		t.Errorf("%s, sure %v", now, sure)
	}
}
