package server

import (
	"sync"
	"time"

	"khonggiay/app"
	"khonggiay/app/api"
)

// leastUpload is what the smallest upload counts against a device's quota: a
// file costs a disk more than its bytes.
const leastUpload = 64 << 10

// begun knows the uploads that devices have announced and not brought to their
// end, of content that no document names yet. Without it, what is never finished
// would count against nobody's quota.
type begun struct {
	now func() time.Time
	// kept tells how much of an unfinished segment stands on the disk.
	kept func(name app.Hash) int64

	mu      sync.Mutex // guards devices
	devices map[app.ID]*begunBy
}

// begunBy is one device's share.
type begunBy struct {
	uploads map[app.Hash]begunUpload
	sum     int64
	looked  time.Time // for uploads that came to nothing
}

type begunUpload struct {
	size int64
	at   time.Time // of the last try
}

func newBegun(now func() time.Time, kept func(app.Hash) int64) *begun {
	return &begun{now: now, kept: kept, devices: map[app.ID]*begunBy{}}
}

// add notes an upload, unless the device's would then be more than room bytes.
func (b *begun) add(device app.ID, name app.Hash, size, room int64) bool {
	now := b.now()
	size = max(size, leastUpload)
	b.mu.Lock()
	defer b.mu.Unlock()
	by := b.devices[device]
	if by == nil {
		by = &begunBy{uploads: map[app.Hash]begunUpload{}}
		b.devices[device] = by
	}
	before := by.uploads[name].size
	if by.sum-before+size > room && now.Sub(by.looked) > api.StillFor {
		by.looked = now
		b.forgetLocked(by, now)
		before = by.uploads[name].size
	}
	if by.sum-before+size > room {
		return false
	}
	by.uploads[name] = begunUpload{size, now}
	by.sum += size - before
	return true
}

// forgetLocked drops the uploads of which nothing stands on the disk and nobody
// is sending any more: they were refused, or removed for their age.
func (b *begun) forgetLocked(by *begunBy, now time.Time) {
	for name, u := range by.uploads {
		if now.Sub(u.at) > api.StillFor && b.kept(name) == 0 {
			by.sum -= u.size
			delete(by.uploads, name)
		}
	}
}

// done notes that the upload has come to its end.
func (b *begun) done(device app.ID, name app.Hash) {
	b.mu.Lock()
	defer b.mu.Unlock()
	by := b.devices[device]
	if by == nil {
		return
	}
	by.sum -= by.uploads[name].size
	delete(by.uploads, name)
	if len(by.uploads) == 0 {
		delete(b.devices, device)
	}
}
