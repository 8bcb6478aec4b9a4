package feed

import (
	"encoding/binary"
	"hash/crc32"

	"github.com/klauspost/compress/zstd"
)

// A pack is how every body travels:
//
//	flags      1 byte: bit 0 = main is a zstd frame, bit 1 = a dictionary id follows
//	dictionary 8 bytes, only with bit 1 (none is in use yet)
//	crc        4 bytes, CRC-32C of main (uncompressed) and noise
//	raw        LEB128, bytes of main when uncompressed
//	packed     LEB128, bytes of the zstd frame; only with bit 0
//	main, noise
const (
	packZstd       = 1
	packDictionary = 2
)

// Limits on packs.
const (
	MaxPack = 8 << 20  // bytes as they travel
	maxRaw  = 32 << 20 // bytes of a page's main, uncompressed
	maxAsk  = 8 << 20  // of a request's
)

// worthPacking is the size below which zstd only adds its frame.
const worthPacking = 96

var (
	castagnoli = crc32.MakeTable(crc32.Castagnoli)
	encoder    = newEncoder()
	decoder    = must(zstd.NewReader(nil, zstd.WithDecoderConcurrency(0), zstd.WithDecoderMaxMemory(maxRaw), zstd.WithDecodeAllCapLimit(true)))
)

// newEncoder makes the encoder that all share; it has a few states inside, one
// for each processor. It is used once, so that none of its channels is first
// made inside a test's bubble.
func newEncoder() *zstd.Encoder {
	e := must(zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedBetterCompression), zstd.WithEncoderCRC(false),
		zstd.WithSingleSegment(true), zstd.WithWindowSize(1<<20)))
	e.EncodeAll([]byte{0}, nil)
	return e
}

func pack(main, noise []byte) []byte {
	crc := crc32.Update(crc32.Checksum(main, castagnoli), castagnoli, noise)
	if len(main) >= worthPacking {
		z := encoder.EncodeAll(main, nil)
		if len(z)+2 < len(main) {
			b := make([]byte, 0, len(z)+len(noise)+16)
			b = binary.BigEndian.AppendUint32(append(b, packZstd), crc)
			b = binary.AppendUvarint(b, uint64(len(main)))
			b = binary.AppendUvarint(b, uint64(len(z)))
			return append(append(b, z...), noise...)
		}
	}
	b := make([]byte, 0, len(main)+len(noise)+16)
	b = binary.BigEndian.AppendUint32(append(b, 0), crc)
	b = binary.AppendUvarint(b, uint64(len(main)))
	return append(append(b, main...), noise...)
}

// unpack undoes pack; main may have at most limit bytes.
func unpack(b []byte, limit uint64) (main, noise []byte, err error) {
	if len(b) < 6 || len(b) > MaxPack {
		return nil, nil, malformed("pack of %d bytes", len(b))
	}
	flags, crc := b[0], binary.BigEndian.Uint32(b[1:])
	if flags&^packZstd != 0 {
		return nil, nil, malformed("flags %#x of the pack are not known", flags)
	}
	b = b[5:]
	raw, n := binary.Uvarint(b)
	if n <= 0 || raw > limit {
		return nil, nil, malformed("bad length of the pack")
	}
	b = b[n:]
	if flags&packZstd == 0 {
		if raw > uint64(len(b)) {
			return nil, nil, malformed("pack cut short")
		}
		main, noise = b[:raw:raw], b[raw:]
	} else if main, noise, err = inflate(b, int(raw)); err != nil {
		return nil, nil, err
	}
	if crc32.Update(crc32.Checksum(main, castagnoli), castagnoli, noise) != crc {
		return nil, nil, malformed("the pack's checksum differs")
	}
	return main, noise, nil
}

func inflate(b []byte, raw int) (main, noise []byte, err error) {
	packed, n := binary.Uvarint(b)
	if n <= 0 || packed > uint64(len(b)-n) {
		return nil, nil, malformed("pack cut short")
	}
	if uint64(raw) > packed*4096+64 { // more than any honest text gives
		return nil, nil, malformed("pack unfolds to too much")
	}
	main, err = decoder.DecodeAll(b[n:n+int(packed)], make([]byte, 0, raw))
	if err != nil {
		return nil, nil, malformed("zstd: %v", err)
	}
	if len(main) != raw {
		return nil, nil, malformed("pack unfolds to %d bytes, not %d", len(main), raw)
	}
	return main, b[n+int(packed):], nil
}
