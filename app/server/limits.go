package server

import (
	"net"
	"net/http"
	"net/netip"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// limiter allows each key so many events, and forgets keys that have been
// quiet long enough to be full again.
type limiter struct {
	limit rate.Limit
	burst int
	now   func() time.Time

	mu   sync.Mutex // guards keys and swept
	keys map[string]*bucket
	// swept is when the quiet keys were last forgotten.
	swept time.Time
}

type bucket struct {
	*rate.Limiter
	used time.Time
}

// maxKeys bounds the memory that a flood of addresses can take.
const maxKeys = 100_000

func newLimiter(limit rate.Limit, burst int, now func() time.Time) *limiter {
	return &limiter{limit: limit, burst: burst, now: now, keys: map[string]*bucket{}}
}

// allow takes one event of the key, if there is one.
func (l *limiter) allow(key string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.now()
	l.sweepLocked(now)
	b := l.keys[key]
	if b == nil {
		if len(l.keys) >= maxKeys {
			return false
		}
		b = &bucket{Limiter: rate.NewLimiter(l.limit, l.burst)}
		l.keys[key] = b
	}
	b.used = now
	return b.AllowN(now, 1)
}

func (l *limiter) sweepLocked(now time.Time) {
	full := time.Duration(float64(l.burst) / float64(l.limit) * float64(time.Second))
	if now.Sub(l.swept) < full {
		return
	}
	l.swept = now
	for k, b := range l.keys {
		if now.Sub(b.used) >= full {
			delete(l.keys, k)
		}
	}
}

// source is the key of whoever sent a request: the address, or for IPv6 the
// /64 that one machine can move in.
func source(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	ip, err := netip.ParseAddr(host)
	if err != nil {
		return host
	}
	ip = ip.Unmap()
	if ip.Is6() {
		if p, err := ip.WithZone("").Prefix(64); err == nil {
			return p.String()
		}
	}
	return ip.String()
}
