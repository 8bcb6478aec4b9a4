package content

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"khonggiay/app"
)

const (
	// chunkSize is the size of every ciphertext chunk of a segment but the
	// last, bytes. It is also the smallest block of the LAN carrier, so a
	// chunk never straddles two blocks.
	chunkSize = 128 << 10
	// overhead is what a chunk's authentication tag adds, bytes.
	overhead = 16
	// PlainChunk is the plaintext that fills one chunk, bytes.
	PlainChunk = chunkSize - overhead
	// maxSegment bounds the ciphertext of one segment, bytes. It keeps every
	// computation on sizes far from overflow and every key far below the
	// 2^32 messages that GCM allows.
	maxSegment = 1 << 40
)

// label is the associated data of every chunk: it ties the bytes to this
// format, so that a later format under the same key can never be confused.
var label = []byte("khonggiay content segment v1")

// chunks is how many chunks plain bytes take. Empty content takes one.
func chunks(plain int64) int64 {
	return max(1, (plain+PlainChunk-1)/PlainChunk)
}

// CipherSize is the ciphertext size of plain bytes of plaintext. It returns -1
// when no segment can hold that many.
func CipherSize(plain int64) int64 {
	if plain < 0 || plain > maxSegment {
		return -1
	}
	if size := plain + overhead*chunks(plain); size <= maxSegment {
		return size
	}
	return -1
}

// PlainSize is the plaintext size of a segment with cipher bytes of
// ciphertext. It returns -1 when no segment has that size.
func PlainSize(cipher int64) int64 {
	if cipher < overhead || cipher > maxSegment {
		return -1
	}
	full, rest := cipher/chunkSize, cipher%chunkSize
	switch {
	case rest == 0:
		return full * PlainChunk
	case rest < overhead, rest == overhead && full > 0:
		return -1 // a torn tag, or an empty last chunk after others
	}
	return full*PlainChunk + rest - overhead
}

// newAEAD returns AES-256-GCM under key.
func newAEAD(key app.SegmentKey) (cipher.AEAD, error) {
	block, err := aes.NewCipher(key[:])
	if err != nil {
		return nil, fmt.Errorf("segment cipher: %w", err)
	}
	return cipher.NewGCM(block)
}

// setNonce writes the nonce of a chunk: an 11-byte big-endian counter and a
// byte that is 1 for the last chunk only.
func setNonce(nonce *[12]byte, chunk int64, last bool) {
	binary.BigEndian.PutUint64(nonce[3:11], uint64(chunk))
	nonce[11] = 0
	if last {
		nonce[11] = 1
	}
}

// seal reads src to its end, writes it to dst as one segment under a new random
// key, and returns the segment's description. It holds two chunks in memory
// whatever the size. On an error, what reached dst is worthless.
// ErrTooLarge if src holds more than one segment may.
func seal(dst io.Writer, src io.Reader) (app.Segment, error) {
	var seg app.Segment
	if _, err := rand.Read(seg.Key[:]); err != nil {
		return seg, fmt.Errorf("segment key: %w", err)
	}
	sum := sha256.New()
	plain, size, err := sealUnder(io.MultiWriter(sum, dst), src, seg.Key)
	if err != nil {
		return app.Segment{}, err
	}
	seg.Plain, seg.Size = plain, size
	sum.Sum(seg.Name[:0])
	return seg, nil
}

// sealUnder is the STREAM loop. It reads one chunk ahead, because only the end of
// src tells which chunk is the last.
func sealUnder(dst io.Writer, src io.Reader, key app.SegmentKey) (plain, size int64, err error) {
	aead, err := newAEAD(key)
	if err != nil {
		return 0, 0, err
	}
	var nonce [12]byte
	cur, next := make([]byte, chunkSize), make([]byte, chunkSize)
	have, err := readChunk(src, cur)
	if err != nil {
		return 0, 0, err
	}
	for chunk := int64(0); ; chunk++ {
		ahead := 0
		if have == PlainChunk {
			if ahead, err = readChunk(src, next); err != nil {
				return 0, 0, err
			}
		}
		last := ahead == 0
		setNonce(&nonce, chunk, last)
		sealed := aead.Seal(cur[:0], nonce[:], cur[:have], label)
		if size+int64(len(sealed)) > maxSegment {
			return 0, 0, ErrTooLarge
		}
		if _, err := dst.Write(sealed); err != nil {
			return 0, 0, err
		}
		plain += int64(have)
		size += int64(len(sealed))
		if last {
			return plain, size, nil
		}
		cur, next, have = next, cur, ahead
	}
}

// readChunk fills buf with up to PlainChunk bytes; fewer only at the end.
func readChunk(src io.Reader, buf []byte) (int, error) {
	n, err := io.ReadFull(src, buf[:PlainChunk])
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		err = nil
	}
	return n, err
}
