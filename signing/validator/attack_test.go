package validator

import (
	"bytes"
	"crypto"
	"crypto/rand"
	"encoding/asn1"
	"fmt"
	"slices"
	"strings"
	"testing"

	"khonggiay/signing"
	"khonggiay/signing/cms"
	"khonggiay/signing/pdf"
	"khonggiay/signing/trust/trusttest"
)

// An attack is a file that somebody made of a signed one, and the finding that
// must name it.
type attack struct {
	make func(k *kit) []byte
	code Code
	kind ChangeKind // of a change that is not allowed, with ChangedAfter
}

// after is an update of the signed and sealed file.
func after(change func(k *kit, u *pdf.Update, v *pdf.View)) func(k *kit) []byte {
	return func(k *kit) []byte {
		return k.update(k.sealed(), func(u *pdf.Update, v *pdf.View) { change(k, u, v) })
	}
}

// set is an update that sets keys of one object.
func set(num uint32, keysAndValues ...pdf.Object) func(k *kit) []byte {
	return after(func(k *kit, u *pdf.Update, v *pdf.View) { k.edit(u, v, num, keysAndValues...) })
}

// certified is an update of a file that was certified so.
func certified(o order, change func(k *kit, u *pdf.Update, v *pdf.View)) func(k *kit) []byte {
	return func(k *kit) []byte {
		o.by, o.field = k.leader, 9
		return k.update(k.sign(base().close(1), o), func(u *pdf.Update, v *pdf.View) { change(k, u, v) })
	}
}

// text replaces bytes of the signed file by others of the same length.
func text(old, new string) func(k *kit) []byte {
	return func(k *kit) []byte {
		b := k.signed()
		if len(old) != len(new) || !bytes.Contains(b, []byte(old)) {
			k.Fatalf("%q is not in the file", old)
		}
		return bytes.Replace(b, []byte(old), []byte(new), 1)
	}
}

// withRange signs and then writes another /ByteRange of the same length.
func withRange(change func(r []int64) string) func(k *kit) []byte {
	return func(k *kit) []byte {
		b := k.signed()
		at := bytes.Index(b, []byte("/ByteRange")) + len("/ByteRange")
		end := at + bytes.IndexByte(b[at:], ']') + 1
		var r [4]int64
		text := strings.TrimSpace(string(b[at:end]))
		if _, err := fmt.Sscanf(text, "[%d %d %d %d", &r[0], &r[1], &r[2], &r[3]); err != nil {
			k.Fatal(text, err)
		}
		copy(b[at:end], fmt.Sprintf("%-*s", end-at, " "+change(r[:])))
		return b
	}
}

// contents signs and then replaces the value, with its brackets.
func contents(change func(hex []byte) []byte) func(k *kit) []byte {
	return func(k *kit) []byte {
		b := k.signed()
		at := bytes.Index(b, []byte("/Contents <")) + len("/Contents ")
		if at < 20 {
			at = bytes.Index(b, []byte("/Contents<")) + len("/Contents")
		}
		end := at + bytes.IndexByte(b[at:], '>') + 1
		new := change(slices.Clone(b[at:end]))
		copy(b[at:end], bytes.Repeat([]byte(" "), end-at))
		copy(b[at:end], new)
		return b
	}
}

func look(data string) *pdf.Stream {
	return pdf.NewStream(pdf.NewDict(pdf.Name("Type"), pdf.Name("XObject"), pdf.Name("Subtype"), pdf.Name("Form"),
		pdf.Name("BBox"), pdf.Array{pdf.Int(0), pdf.Int(0), pdf.Int(128), pdf.Int(20)}), []byte(data))
}

func rect(n ...int) pdf.Array {
	var a pdf.Array
	for _, x := range n {
		a = append(a, pdf.Int(x))
	}
	return a
}

// rangeAttacks are those on what is covered: universal signature forgery and
// signature wrapping.
var rangeAttacks = map[string]attack{
	"no range":              {make: text("/ByteRange", "/ByteRangf"), code: RangeMissing},
	"no value":              {make: text("/Contents <", "/Contentt <"), code: ContentsEmpty},
	"range of null":         {make: withRange(func([]int64) string { return "null" }), code: RangeMissing},
	"range of one pair":     {make: withRange(func(r []int64) string { return fmt.Sprintf("[0 %d]", r[1]) }), code: RangeMalformed},
	"negative":              {make: withRange(func([]int64) string { return "[0 9 -20 30]" }), code: RangeMalformed},
	"not from the start":    {make: withRange(func(r []int64) string { return fmt.Sprintf("[1 %d %d %d]", r[1], r[2], r[3]) }), code: RangeMalformed},
	"beyond the end":        {make: withRange(func(r []int64) string { return fmt.Sprintf("[0 %d %d %d]", r[1], r[2], r[3]+1) }), code: RangeMalformed},
	"not to the end":        {make: withRange(func(r []int64) string { return fmt.Sprintf("[0 %d %d %d]", r[1], r[2], r[3]-9) }), code: RangeEnd},
	"gap too wide":          {make: withRange(func(r []int64) string { return fmt.Sprintf("[0 %d %d %d]", r[1]-4, r[2], r[3]) }), code: RangeGap},
	"gap moved":             {make: withRange(func(r []int64) string { return fmt.Sprintf("[0 %d %d %d]", r[1], r[2]+20, r[3]-20) }), code: RangeGap},
	"numbers not whole":     {make: withRange(func([]int64) string { return "[0 9. 20 30]" }), code: RangeMalformed},
	"value of zeros":        {make: contents(func(h []byte) []byte { return append(append(h[:1], bytes.Repeat([]byte("0"), len(h)-2)...), '>') }), code: ContentsEmpty},
	"value of null":         {make: contents(func([]byte) []byte { return []byte("null") }), code: ContentsEmpty},
	"value empty":           {make: contents(func([]byte) []byte { return []byte("<>") }), code: ContentsEmpty},
	"value not hexadecimal": {make: contents(func([]byte) []byte { return []byte("(value)") }), code: ContentsForm},
	"value elsewhere":       {make: contents(func([]byte) []byte { return []byte("11 0 R") }), code: ContentsForm},
	"room in the value":     {make: contents(func(h []byte) []byte { h[len(h)-2] = ' '; h[len(h)-3] = ' '; return h }), code: ContentsForm},
	"bytes after the end":   {make: func(k *kit) []byte { return append(k.signed(), "junk"...) }, code: BytesAfterEOF},
	"content changed":       {make: text("100 dong", "900 dong"), code: CryptoWrong},
	"value changed":         {make: contents(func(h []byte) []byte { return flipped(h) }), code: CryptoWrong},
	"wrapped":               {make: func(k *kit) []byte { return wrap(k.signed()) }, code: RangeGap},
	"signature in no field": {make: set(9, pdf.Name("V"), pdf.Null{}), code: Unreached},
	"field taken out":       {make: set(7, pdf.Name("Fields"), pdf.Array{pdf.Ref{Num: 8}, pdf.Ref{Num: 10}}), code: Unreached},
	"form taken out":        {make: set(1, pdf.Name("AcroForm"), pdf.Null{}), code: Unreached},
	"value is a number":     {make: set(9, pdf.Name("V"), pdf.Int(5)), code: NotADictionary},
	"value is not there": {make: func(k *kit) []byte {
		return k.update(base().close(1), func(u *pdf.Update, v *pdf.View) { k.edit(u, v, 9, pdf.Name("V"), pdf.Ref{Num: 900}) })
	}, code: NotADictionary},
	"value is empty": {make: func(k *kit) []byte {
		return k.update(base().close(1), func(u *pdf.Update, v *pdf.View) { k.edit(u, v, 9, pdf.Name("V"), &pdf.Dict{}) })
	}, code: RangeMissing},
	"signature in two fields": {make: func(k *kit) []byte {
		return k.update(k.signed(), func(u *pdf.Update, v *pdf.View) {
			d, err := v.Dict(pdf.Ref{Num: 9})
			k.must(err)
			k.edit(u, v, 10, pdf.Name("V"), d.Get("V"))
		})
	}, code: SharedValue},
	"dictionary of two minds": {make: func(k *kit) []byte {
		return k.sign(base().close(1), order{by: k.leader, field: 9, dict: func(d *pdf.Dict) {
			d.Entries = append(d.Entries, pdf.Entry{Key: "Filter", Value: pdf.Name("Other")})
		}})
	}, code: OddDictionary},
	"covers an earlier revision only": {make: copiedRange, code: RangeGap},
	"three numbers":                   {make: withRange(func(r []int64) string { return fmt.Sprintf("[0 %d %d]", r[1], r[2]) }), code: RangeMalformed},
	"three pairs":                     {make: withRange(func([]int64) string { return "[0 9 12 9 30 9]" }), code: RangeMalformed},
	"empty range":                     {make: withRange(func([]int64) string { return "[]" }), code: RangeMalformed},
	"range that is a name":            {make: withRange(func([]int64) string { return "/Range" }), code: RangeMalformed},
	"range elsewhere":                 {make: withRange(func([]int64) string { return "11 0 R" }), code: RangeMalformed},
	"pairs that overlap":              {make: withRange(func(r []int64) string { return fmt.Sprintf("[0 %d %d %d]", r[1], r[1]-9, r[3]) }), code: RangeMalformed},
	"second pair twice":               {make: withRange(func(r []int64) string { return fmt.Sprintf("[0 %d 0 %d]", r[1], r[1]) }), code: RangeMalformed},
	"no gap":                          {make: withRange(func(r []int64) string { return fmt.Sprintf("[0 %d %d %d]", r[1], r[1], r[3]) }), code: RangeMalformed},
	"value that is a dictionary":      {make: contents(func([]byte) []byte { return []byte("<</A <00>>>") }), code: ContentsForm},
	"value of arrays":                 {make: contents(func([]byte) []byte { return []byte("[<3080>]") }), code: ContentsForm},
	"value twice": {make: func(k *kit) []byte {
		return k.sign(base().close(1), order{by: k.leader, field: 9, dict: func(d *pdf.Dict) {
			d.Entries = append(d.Entries, pdf.Entry{Key: "Contents", Value: pdf.String{Value: "0", Hex: true}})
		}})
	}, code: OddDictionary},
	"value moved behind": {make: moved, code: RangeGap},
}

func flipped(h []byte) []byte {
	const inSignature = 900 // well inside of the message
	if h[inSignature] == '0' {
		h[inSignature] = '1'
	} else {
		h[inSignature] = '0'
	}
	return h
}

// wrap makes the room wider and lays foreign bytes into it.
func wrap(b []byte) []byte {
	at := bytes.Index(b, []byte("/ByteRange")) + len("/ByteRange")
	end := at + bytes.IndexByte(b[at:], ']') + 1
	var r [4]int64
	fmt.Sscanf(strings.TrimSpace(string(b[at:end])), "[%d %d %d %d", &r[0], &r[1], &r[2], &r[3])
	foreign := []byte("/Malicious (text)  ")
	out := slices.Concat(b[:r[2]], foreign, b[r[2]:])
	copy(out[at:end], fmt.Sprintf("%-*s", end-at, fmt.Sprintf(" [0 %d %d %d]", r[1], r[2]+int64(len(foreign)), r[3])))
	// The table behind has moved as well.
	start := bytes.LastIndex(out, []byte("startxref\n")) + len("startxref\n")
	table := bytes.LastIndex(out, []byte("\nxref\n")) + 1
	return append(out[:start:start], fmt.Sprintf("%d\n%%%%EOF\n", table)...)
}

// moved lets the signed value stand where it is, under another key, and gives the
// dictionary a value of its own.
func moved(k *kit) []byte {
	b := k.sign(base().close(1), order{by: k.leader, field: 9, dict: func(d *pdf.Dict) {
		d.Entries = append([]pdf.Entry{{Key: "Contentt", Value: pdf.String{Value: "\x30\x80", Hex: true}}}, d.Entries...)
	}})
	copy(b[bytes.LastIndex(b, []byte("/Contents")):], "/Contentz")
	copy(b[bytes.Index(b, []byte("/Contentt")):], "/Contents")
	return b
}

// copiedRange repeats the leader's signature dictionary in a later revision.
func copiedRange(k *kit) []byte {
	return k.update(k.signed(), func(u *pdf.Update, v *pdf.View) {
		field, err := v.Dict(pdf.Ref{Num: 9})
		k.must(err)
		d, err := v.Dict(field.Get("V"))
		k.must(err)
		k.edit(u, v, 10, pdf.Name("V"), u.Add(d.Clone()))
	})
}

// valueAttacks are those on the message.
var valueAttacks = map[string]attack{
	"junk behind":                  {make: spoiled(func(k *kit, v []byte) []byte { return append(v, "junk"...) }), code: ContentsJunk},
	"not a message":                {make: spoiled(func(k *kit, v []byte) []byte { return []byte("not a message") }), code: CMSMalformed},
	"two signers":                  {make: spoiled(func(k *kit, v []byte) []byte { return twoSigners(k, v) }), code: CMSOdd},
	"of another file":              {make: spoiled(func(k *kit, v []byte) []byte { return k.message([]byte("other")) }), code: CryptoWrong},
	"time-stamp of something else": {make: spoiled(func(k *kit, v []byte) []byte { return foreignToken(k, v) }), code: TimestampWrong},
	"unknown form": {make: func(k *kit) []byte {
		return k.sign(base().close(1), order{by: k.leader, field: 9, subFilter: "Own.form"})
	}, code: SubFilterOdd},
	"unknown root": {make: func(k *kit) []byte {
		return k.sign(base().close(1), order{by: trusttest.NewRoot(k, "Other").Issue(k, "Stranger"), field: 9})
	}, code: ChainFailed},
	"time-stamp of a stranger": {make: func(k *kit) []byte {
		other := *k
		other.tsa = trusttest.NewRoot(k, "Other").IssueTSA(k, "Stranger")
		return other.stamp(k.signed())
	}, code: ChainFailed},
	"document time-stamp moved": {make: func(k *kit) []byte {
		b := k.stamp(base().close(1))
		return bytes.Replace(b, []byte("100 dong"), []byte("900 dong"), 1)
	}, code: CryptoWrong},
	"content in the message": {make: spoiled(func(k *kit, v []byte) []byte {
		value, err := cms.SignBytes(k.Context(), k.key(k.leader), []byte("other"), cms.Options{Content: []byte("other")})
		k.must(err)
		return value
	}), code: CMSOdd},
	"time-stamp in the place of a signature": {make: spoiled(func(k *kit, v []byte) []byte { return k.token(hashed(crypto.SHA256, v)) }), code: CryptoWrong},
	"signature in the place of a time-stamp": {make: func(k *kit) []byte {
		return k.sign(base().close(1), order{subFilter: subFilterTimestamp, value: func([]byte) []byte { return k.message([]byte("x")) }})
	}, code: CMSMalformed},
	"document time-stamp of another file": {make: func(k *kit) []byte {
		return k.sign(k.signed(), order{subFilter: subFilterTimestamp, value: func([]byte) []byte { return k.token(hashed(crypto.SHA256, []byte("other"))) }})
	}, code: CryptoWrong},
	"nobody signs": {make: spoiled(func(k *kit, v []byte) []byte { return signers(k, v, 0) }), code: CMSOdd},
	"no signed attributes": {make: func(k *kit) []byte {
		return k.sign(base().close(1), order{by: k.leader, field: 9, attrs: noAttributes})
	}, code: CMSOdd},
	"no signed attributes, older form": {make: func(k *kit) []byte {
		return k.sign(base().close(1), order{by: k.leader, field: 9, attrs: noAttributes, subFilter: subFilterPKCS7})
	}, code: NoSignedAttributes},
	"attributes signed out of order": {make: func(k *kit) []byte {
		return k.sign(base().close(1), order{by: k.leader, field: 9, attrs: reversed})
	}, code: ValueAsWritten},
	"form of two minds": {make: func(k *kit) []byte {
		return k.sign(base().close(1), order{by: k.leader, field: 9, dict: func(d *pdf.Dict) {
			d.Entries = append(d.Entries, pdf.Entry{Key: "SubFilter", Value: pdf.Name(subFilterPKCS7)})
		}})
	}, code: OddDictionary},
	"permission unreadable": {make: func(k *kit) []byte {
		return k.sign(base().close(1), order{by: k.leader, field: 9, p: 7})
	}, code: PermissionOdd},
}

func spoiled(spoil func(k *kit, value []byte) []byte) func(k *kit) []byte {
	return func(k *kit) []byte {
		return k.sign(base().close(1), order{by: k.leader, field: 9, value: func(v []byte) []byte { return spoil(k, v) }})
	}
}

func (k *kit) message(content []byte) []byte {
	value, err := cms.SignBytes(k.Context(), k.key(k.leader), content, cms.Options{})
	k.must(err)
	return value
}

// twoSigners repeats the signer's part.
func twoSigners(k *kit, v []byte) []byte { return signers(k, v, 2) }

// signers repeats the signer's part, the last element of SignedData.
func signers(k *kit, v []byte, n int) []byte {
	var info, data []asn1.RawValue
	_, err := asn1.Unmarshal(v, &info)
	k.must(err)
	_, err = asn1.Unmarshal(info[1].Bytes, &data)
	k.must(err)
	last := &data[len(data)-1]
	*last = asn1.RawValue{Tag: asn1.TagSet, IsCompound: true, Bytes: bytes.Repeat(last.Bytes, n)}
	inner, err := asn1.Marshal(data)
	k.must(err)
	info[1] = asn1.RawValue{Class: asn1.ClassContextSpecific, IsCompound: true, Bytes: inner}
	out, err := asn1.Marshal(info)
	k.must(err)
	return out
}

// withAttributes makes of a message one with other signed attributes, or with
// none, its value being over the document then.
func withAttributes(k *kit, v, digest []byte, o order) []byte {
	var info, data, signers, signer, attrs []asn1.RawValue
	open := func(b []byte, tag byte, into *[]asn1.RawValue) {
		_, err := asn1.Unmarshal(append([]byte{tag}, b[1:]...), into)
		k.must(err)
	}
	closed := func(parts []asn1.RawValue) []byte {
		b, err := asn1.Marshal(parts)
		k.must(err)
		return b
	}
	const sequence, set, attributes = 0x30, 0x31, 0xa0
	open(v, sequence, &info)
	open(info[1].Bytes, sequence, &data)
	last := &data[len(data)-1]
	open(last.FullBytes, sequence, &signers)
	open(signers[0].FullBytes, sequence, &signer)
	open(signer[3].FullBytes, sequence, &attrs)
	changed := signer[:3:3]
	if attrs = o.attrs(attrs); attrs != nil {
		signed := closed(attrs)
		signed[0] = set
		digest = hashed(crypto.SHA256, signed)
		signed[0] = attributes
		changed = append(changed, asn1.RawValue{FullBytes: signed})
	}
	value, err := o.by.Key.Sign(rand.Reader, digest, crypto.SHA256)
	k.must(err)
	changed = append(changed, signer[4], asn1.RawValue{Tag: asn1.TagOctetString, Bytes: value})
	*last = asn1.RawValue{Tag: asn1.TagSet, IsCompound: true, Bytes: closed(changed)}
	info[1] = asn1.RawValue{Class: asn1.ClassContextSpecific, IsCompound: true, Bytes: closed(data)}
	return closed(info)
}

func noAttributes([]asn1.RawValue) []asn1.RawValue { return nil }

func reversed(a []asn1.RawValue) []asn1.RawValue {
	slices.Reverse(a)
	return a
}

// unknownTwice adds an attribute that nobody knows, in its right places.
func unknownTwice(a []asn1.RawValue) []asn1.RawValue {
	own := asn1.RawValue{FullBytes: []byte{0x30, 9, 6, 2, 0x2a, 3, 0x31, 3, 2, 1, 1}}
	return append([]asn1.RawValue{own, own}, a...)
}

func foreignToken(k *kit, v []byte) []byte {
	other := k.message([]byte("other"))
	data, err := cms.Parse(other, cms.Limits{})
	k.must(err)
	right, err := cms.Parse(v, cms.Limits{})
	k.must(err)
	token := k.token(hashed(crypto.SHA256, right.Signers[0].Signature))
	signed, err := cms.AddTimestamp(v, token)
	k.must(err)
	wrong := k.token(hashed(crypto.SHA256, data.Signers[0].Signature))
	if len(wrong) != len(token) {
		return foreignToken(k, v) // values of ECDSA differ in length
	}
	return bytes.Replace(signed, token, wrong, 1)
}

func TestRangeAttacks(t *testing.T) { tryAll(t, rangeAttacks) }

func TestValueAttacks(t *testing.T) { tryAll(t, valueAttacks) }

func tryAll(t *testing.T, attacks map[string]attack) {
	k := newKit(t)
	for name, a := range attacks {
		t.Run(name, func(t *testing.T) {
			r := k.validate(a.make(k))
			if r.Indication == signing.TotalPassed {
				t.Fatal("TOTAL-PASSED")
			}
			if len(r.Signatures) == 0 && a.code != Malformed && a.code != StrayTrace {
				t.Errorf("no signature told: %s", codes(r))
			}
			if !strings.Contains(codes(r), string(a.code)) {
				t.Errorf("%s is not among: %s", a.code, codes(r))
			}
			if a.kind != "" && !slices.Contains(kindsOf(r.Signatures[0], false), a.kind) {
				t.Errorf("%s is not among %v", a.kind, kindsOf(r.Signatures[0], false))
			}
		})
	}
}
