// Package connlimit bounds connections that have not proved yet whose they are, in all
// and from one source, so that nobody keeps others out by opening many.
package connlimit

import (
	"net"
	"net/netip"
	"slices"
)

// Bounds of a host. One source may be a whole network behind one address, all of whose
// stations come back at once.
const (
	All    = 1024
	Source = 256
)

// sourceBits6 is what a provider gives to one household or office.
const sourceBits6 = 64

// SourceOf is who counts as one: an address of IPv4, or a /64 of IPv6.
func SourceOf(remote net.Addr) netip.Prefix {
	tcp, ok := remote.(*net.TCPAddr)
	if !ok {
		return netip.Prefix{}
	}
	ip := tcp.AddrPort().Addr().Unmap().WithZone("")
	bits := ip.BitLen()
	if ip.Is6() {
		bits = sourceBits6
	}
	source, _ := ip.Prefix(bits) // of no address there is none, which is a source, too
	return source
}

// Strangers are those connections. Their owner guards them.
type Strangers[C comparable] struct {
	all, source int
	oldest      []stranger[C] // first
	from        map[netip.Prefix]int
}

type stranger[C comparable] struct {
	conn C
	from netip.Prefix
}

// New bounds connections in all and from one source.
func New[C comparable](all, source int) *Strangers[C] {
	return &Strangers[C]{all: all, source: source, from: map[netip.Prefix]int{}}
}

// Len is how many there are.
func (s *Strangers[C]) Len() int { return len(s.oldest) }

// Add takes a connection in. If that makes one too many, the oldest of the same source
// has to go, or, when it is too many in all, the oldest of the source that has most:
// who opens many, for whatever reason, takes his own places.
func (s *Strangers[C]) Add(conn C, from netip.Prefix) (out C, full bool) {
	s.Remove(conn)
	if s.from[from] >= s.source {
		out, full = s.evict(from), true
	} else if len(s.oldest) >= s.all {
		most := s.oldest[0].from
		for _, each := range s.oldest { // of equals the one with the oldest
			if s.from[each.from] > s.from[most] {
				most = each.from
			}
		}
		out, full = s.evict(most), true
	}
	s.oldest = append(s.oldest, stranger[C]{conn, from})
	s.from[from]++
	return out, full
}

func (s *Strangers[C]) evict(from netip.Prefix) C {
	at := slices.IndexFunc(s.oldest, func(each stranger[C]) bool { return each.from == from })
	return s.take(at)
}

// Remove lets a connection go that has proved itself, or has ended.
func (s *Strangers[C]) Remove(conn C) {
	if at := slices.IndexFunc(s.oldest, func(each stranger[C]) bool { return each.conn == conn }); at >= 0 {
		s.take(at)
	}
}

func (s *Strangers[C]) take(at int) C {
	of := s.oldest[at]
	s.oldest = slices.Delete(s.oldest, at, at+1)
	if s.from[of.from]--; s.from[of.from] == 0 {
		delete(s.from, of.from)
	}
	return of.conn
}
