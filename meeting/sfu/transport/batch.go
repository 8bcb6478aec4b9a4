package transport

import (
	"errors"
	"net"
	"syscall"

	"golang.org/x/net/ipv4"
)

const (
	// maxPacket is the largest packet that is sent, before encryption: with what is
	// added to it and IPv4's headers it is as long as Ethernet allows.
	maxPacket = 1450
	// maxTaken is the largest that is taken from a peer, which passes it on without
	// its growing too long: by the transport-wide number, and as a retransmission.
	maxTaken   = maxPacket - 8 - 2
	maxTag     = 16 + 4 // what SRTP and SRTCP add, at most
	arenaSize  = 256 << 10
	maxTrain   = 32       // packets
	maxCar     = 1452     // bytes of a train's packet: longer ones are cut on their way by IPv6, which a train is not
	trainBytes = 60 << 10 // less than the kernel's limit
	maxTrains  = 512      // messages of one call
)

// Batch gathers what is sent, and hands it to the kernel at once. It belongs to one
// goroutine.
type Batch struct {
	mux    *Mux
	socket *socket
	arena  []byte
	used   int
	trains []train
	of     []int32 // by a link's index: its newest train's index + 1 in this round
	// messages and addresses are what the kernel is given, made once.
	messages []ipv4.Message
	addrs    []net.UDPAddr
	ips      [][16]byte
	plain    []byte // where packets are decrypted, and built
	scratch  []byte
}

// train is packets to one peer, all as long as the first, but for the last.
type train struct {
	link   *Link
	to     path
	bufs   [][]byte
	size   int // of the first
	bytes  int
	closed bool // the last was shorter, or the first too long
}

func (m *Mux) newBatch(s *socket) *Batch {
	return &Batch{mux: m, socket: s, arena: make([]byte, arenaSize), plain: make([]byte, maxDatagram), scratch: make([]byte, maxDatagram)}
}

// NewBatch is for a goroutine that sends without having read: a pacer's.
func (m *Mux) NewBatch() *Batch {
	if len(m.sockets) == 0 {
		return m.newBatch(nil)
	}
	return m.newBatch(m.sockets[0])
}

// Scratch is room in which a packet can be built.
func (b *Batch) Scratch() []byte { return b.scratch[:0] }

// Packet puts an RTP packet to a link into the batch, and reports whether it will be
// sent.
func (b *Batch) Packet(l *Link, packet []byte) bool { return b.put(l, packet, false) }

// Control puts an RTCP packet to a link into the batch.
func (b *Batch) Control(l *Link, packet []byte) bool { return b.put(l, packet, true) }

func (b *Batch) put(l *Link, packet []byte, control bool) bool {
	to := l.chosen.Load()
	if to == nil || !l.ready.Load() {
		return false
	}
	if len(packet) > maxPacket {
		b.mux.tooLong.Add(1)
		return false
	}
	if b.used+len(packet)+maxTag > len(b.arena) || len(b.trains) == maxTrains {
		b.Flush()
	}
	room := b.arena[b.used : b.used : b.used+len(packet)+maxTag]
	var data []byte
	var err error
	l.mu.Lock()
	if l.out == nil { // it has just ended
		l.mu.Unlock()
		return false
	}
	if control {
		data, err = l.out.EncryptRTCP(room, packet, nil)
	} else {
		data, err = l.out.EncryptRTP(room, packet, &l.header)
	}
	l.mu.Unlock()
	if err != nil {
		return false
	}
	b.used += len(data)
	l.sent.Add(1)
	l.bytes.Add(uint64(len(data)))
	if to.stream != nil {
		to.stream.write(data)
		return true
	}
	b.hitch(l, *to, data)
	return true
}

// hitch puts a packet behind those to the same peer.
func (b *Batch) hitch(l *Link, to path, data []byte) {
	for l.index >= len(b.of) {
		b.of = append(b.of, 0)
	}
	if i := b.of[l.index]; i > 0 && b.socket != nil && b.socket.trains && !l.single.Load() {
		t := &b.trains[i-1]
		if t.link == l && t.to == to && !t.closed && len(data) <= t.size && len(t.bufs) < maxTrain && t.bytes+len(data) <= trainBytes {
			t.bufs = append(t.bufs, data)
			t.bytes += len(data)
			t.closed = len(data) < t.size
			return
		}
	}
	n := len(b.trains)
	if n < cap(b.trains) {
		b.trains = b.trains[:n+1]
	} else {
		b.trains = append(b.trains, train{})
	}
	t := &b.trains[n]
	*t = train{link: l, to: to, bufs: append(t.bufs[:0], data), size: len(data), bytes: len(data), closed: len(data) > maxCar}
	b.of[l.index] = int32(n + 1)
}

// Flush sends what is in the batch.
func (b *Batch) Flush() {
	if len(b.trains) > 0 {
		b.send()
	}
	for i := range b.trains {
		if index := b.trains[i].link.index; index < len(b.of) {
			b.of[index] = 0
		}
		b.trains[i].link = nil
	}
	b.trains = b.trains[:0]
	b.used = 0
}

func (b *Batch) send() {
	if b.socket == nil || b.socket.batcher == nil {
		for i := range b.trains {
			for _, data := range b.trains[i].bufs {
				b.trains[i].to.write(data)
			}
		}
		return
	}
	b.prepare()
	for i := 0; i < len(b.messages); {
		n, err := b.socket.batcher.WriteBatch(b.messages[i:], 0)
		if err != nil && n <= 0 {
			n = 1 // the first cannot be sent: its address has gone, or its network, or it is no train there
			b.single(&b.trains[i], err)
		}
		i += n
	}
}

// single sends the packets of a train that could not be sent one by one. When the way is
// one on which none can, by its device or its length, the link has no more of them.
func (b *Batch) single(t *train, err error) {
	if len(t.bufs) == 1 {
		return
	}
	if noTrains(err) && !t.link.single.Swap(true) {
		b.mux.config.Log.Info("packets to a station are sent one by one", "err", err)
	}
	for _, data := range t.bufs {
		b.socket.writeTo(data, t.to.addr)
	}
}

func noTrains(err error) bool {
	for _, of := range []error{syscall.EIO, syscall.EINVAL, syscall.EMSGSIZE, syscall.EOPNOTSUPP} {
		if errors.Is(err, of) {
			return true
		}
	}
	return false
}

// prepare fills in the messages.
func (b *Batch) prepare() {
	for len(b.addrs) < len(b.trains) {
		b.addrs = append(b.addrs, net.UDPAddr{})
		b.ips = append(b.ips, [16]byte{})
	}
	for cap(b.messages) < len(b.trains) {
		b.messages = append(b.messages[:cap(b.messages)], ipv4.Message{})
	}
	b.messages = b.messages[:len(b.trains)]
	for i := range b.trains {
		t := &b.trains[i]
		b.ips[i] = t.to.addr.Addr().As16()
		ip := net.IP(b.ips[i][:])
		if t.to.addr.Addr().Is4() && !b.socket.wide {
			ip = ip[12:]
		}
		b.addrs[i] = net.UDPAddr{IP: ip, Port: int(t.to.addr.Port()), Zone: t.to.addr.Addr().Zone()}
		m := &b.messages[i]
		m.Buffers, m.Addr = t.bufs, &b.addrs[i]
		if len(t.bufs) > 1 {
			m.OOB = trainOOB(m.OOB, t.size)
		} else {
			m.OOB = m.OOB[:0]
		}
	}
}
