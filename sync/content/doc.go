// Package content keeps and moves the bytes of files: sealed, immutable and
// named by their hash.
//
// A file version is an ordered list of segments. A segment is AES-256-GCM in
// the STREAM construction (Hoang, Reyhanitabar, Rogaway, Vizár: "Online
// Authenticated-Encryption and its Nonce-Reuse Misuse-Resistance", 2015) in
// ciphertext chunks of 128 KiB under a random key of its own; its name is the
// SHA-256 of the ciphertext. Nothing is ever rewritten: a PDF signature, which
// only appends, adds one small segment, and two copies of a name are always
// the same bytes. Whoever carries a segment (this package over HTTPS, another
// carrier over the LAN) can check it without being able to read it.
//
// The parts, from the bytes outwards:
//
//   - the format: one segment, streaming in, random access out.
//   - [Store]: a directory of segments that survives power cuts and full
//     disks, with a part for each segment that is still arriving.
//   - [Store.Seal], [Store.Append], [Store.OpenVersion], [Store.Verify]:
//     whole files as [app.FileVersion].
//   - [Handler]: the server's GET, HEAD and PUT /content/{hash} (RFC 9110
//     ranges; PROTOCOL.md beside this file).
//   - [Fetcher] and [Uploader]: the laptop's side, resumable; [Queue] orders
//     their work so that "open now" goes first.
//
// DESIGN.md gives the format and the reasons. The format is proved by
// TestSealOpenAnySize, TestTampering and FuzzReader, crash safety by
// TestKilledWriter and TestDiskFull, resumption by TestFetchResumesAtEveryChunk
// and TestUploadResumesAtEveryChunk.
package content
