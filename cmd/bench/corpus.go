package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"time"

	"khonggiay/app"
)

// line is one record of a corpus file.
type line struct {
	ID       string `json:"id"`
	Kind     string `json:"kind"` // đến, đi, nội bộ
	Symbol   string `json:"symbol"`
	Number   int    `json:"number"`
	Issued   string `json:"issued"`
	Arrived  string `json:"arrived"`
	Issuer   string `json:"issuer"`
	Title    string `json:"title"`
	Summary  string `json:"summary"`
	Field    string `json:"field"`
	Urgency  string `json:"urgency"`
	Signer   string `json:"signer"`
	Position string `json:"position"`
	Status   string `json:"status"`
	Assignee string `json:"assignee"`
	Unit     string `json:"unit"`
	Due      string `json:"due"`
	Remarks  []struct {
		By   string `json:"by"`
		At   string `json:"at"`
		Text string `json:"text"`
	} `json:"remarks"`
	Files []struct {
		Name   string `json:"name"`
		Size   int64  `json:"size"`
		SHA256 string `json:"sha256"`
	} `json:"files"`
}

// readCorpus reads a corpus file; without one it writes records itself.
func readCorpus(path string, n int) ([]line, error) {
	if path == "" {
		return invent(min(n, 4000)), nil
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var out []line
	dec := json.NewDecoder(bufio.NewReader(f))
	for {
		var l line
		if err := dec.Decode(&l); err == io.EOF {
			break
		} else if err != nil {
			return nil, fmt.Errorf("%s, record %d: %w", path, len(out)+1, err)
		}
		out = append(out, l)
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("%s holds no records", path)
	}
	return out, nil
}

// maker makes documents one after the other: those of a corpus, and then
// further unique ones, whose texts join the halves of two others and whose ids,
// hashes, sizes, numbers and dates are new.
type maker struct {
	corpus []line
	r      *rand.Rand
	made   int
}

func newMaker(corpus []line) *maker { return &maker{corpus: corpus, r: rand.New(rand.NewPCG(1, 2))} }

func (m *maker) next() *app.Document {
	i := m.made
	m.made++
	l := m.corpus[i%len(m.corpus)]
	if i >= len(m.corpus) {
		l = further(m.r, m.corpus, i)
	}
	return document(&l, i)
}

// documents makes the first n documents.
func documents(corpus []line, n int) []*app.Document {
	m := newMaker(corpus)
	out := make([]*app.Document, n)
	for i := range out {
		out[i] = m.next()
	}
	return out
}

func further(r *rand.Rand, corpus []line, i int) line {
	any := func() *line { return &corpus[r.IntN(len(corpus))] }
	l := *any()
	at := time.Date(2025, 7, 1, 7, 0, i*97, 0, time.UTC)
	l.ID = fmt.Sprintf("%012x%08x", at.UnixMilli(), r.Uint32())
	l.Number = i + 1
	l.Issued, l.Arrived = at.AddDate(0, 0, -r.IntN(5)).Format(time.DateOnly), at.Format(time.RFC3339)
	l.Due = at.AddDate(0, 0, 5+r.IntN(20)).Format(time.DateOnly)
	_, kind, _ := strings.Cut(l.Symbol, "/")
	number := strconv.Itoa(1 + r.IntN(6000))
	l.Symbol = number + "/" + kind
	l.Title, l.Summary = splice(r, l.Title, any().Title), splice(r, l.Summary, any().Summary)
	l.Signer, l.Assignee, l.Unit, l.Issuer = any().Signer, any().Assignee, any().Unit, any().Issuer
	l.Remarks = append(l.Remarks[:0:0], l.Remarks...)
	for k := range l.Remarks {
		other := any()
		if len(other.Remarks) > 0 {
			l.Remarks[k].Text = splice(r, l.Remarks[k].Text, other.Remarks[0].Text)
			l.Remarks[k].By = other.Remarks[0].By
		}
		l.Remarks[k].At = at.Add(time.Duration(r.IntN(86400)) * time.Second).Format(time.RFC3339)
	}
	l.Files = append(l.Files[:0:0], l.Files...)
	for k := range l.Files {
		l.Files[k].Name = number + l.Files[k].Name[max(0, strings.IndexByte(l.Files[k].Name, '_')):]
		l.Files[k].Size = 20_000 + r.Int64N(4_000_000)
		l.Files[k].SHA256 = fmt.Sprintf("%016x%016x%016x%016x", r.Uint64(), r.Uint64(), r.Uint64(), r.Uint64())
	}
	return l
}

// splice joins the first words of one text to the last ones of another.
func splice(r *rand.Rand, a, b string) string {
	as, bs := strings.Fields(a), strings.Fields(b)
	if len(as) < 4 || len(bs) < 4 {
		return a
	}
	return strings.Join(append(as[:len(as)/4+r.IntN(len(as)/2):len(as)], bs[len(bs)/2:]...), " ")
}

var (
	urgencies = map[string]app.Urgency{"thường": 0, "khẩn": 1, "thượng khẩn": 2, "hỏa tốc": 3}
	states    = map[string]app.State{
		"mới đến": app.InWaiting, "chờ phân công": app.InSubmitted, "đang xử lý": app.InHandling, "chờ trình ký": app.OutToSign,
		"đã ký": app.OutSigned, "đã phát hành": app.OutIssued, "đã hoàn thành": app.InDone, "trả lại": app.InReturned,
	}
)

// offices is how many offices the measured person works in.
const offices = 4

func office(i int) app.ID { return app.ID(fmt.Sprintf("cq%d", i)) }

// document maps a line of the corpus; nothing of it is lost but what the
// product does not keep (secrecy, always "thường").
func document(l *line, i int) *app.Document {
	number, notation, _ := strings.Cut(l.Symbol, "/")
	kind, _, _ := strings.Cut(notation, "-")
	d := &app.Document{
		ID: app.ID(l.ID), Direction: app.Outgoing, Unit: office(i % offices), DraftUnit: app.ID(l.Unit), State: states[l.Status],
		Type: app.TypeCode(kind), CodeNumber: number, Notation: notation, IssuedDate: day(l.Issued), OrganName: l.Issuer,
		Subject: l.Title, Summary: l.Summary, Signer: app.Signer{Name: l.Signer, Position: l.Position},
		Urgency: urgencies[l.Urgency], DueDate: day(l.Due), Field: l.Field, Created: moment(l.Arrived),
		BookNumber: uint32(l.Number), BookYear: 2025, Submitted: app.ID(l.Assignee), Drafter: benchPerson,
	}
	if l.Kind == "đến" {
		d.Direction, d.Arrived = app.Incoming, d.Created
	}
	counter := uint32(i * 8)
	next := func() app.CommandID { counter++; return app.NewCommandID(uint32(100+i%30), counter) }
	for _, m := range l.Remarks {
		if d.Remarks == nil {
			d.Remarks = map[app.CommandID]app.Remark{}
		}
		d.Remarks[next()] = app.Remark{By: app.ID(m.By), At: moment(m.At), Text: m.Text}
	}
	for _, f := range l.Files {
		if d.Files == nil {
			d.Files = map[app.CommandID]app.File{}
		}
		var h app.Hash
		_ = h.UnmarshalText([]byte(f.SHA256)) // anything else stays zero
		d.Files[next()] = app.File{Name: f.Name, Content: app.FileVersion{SHA256: h, Size: f.Size}}
	}
	return d
}

func day(s string) (d app.Date) {
	_ = d.UnmarshalText([]byte(s)) // empty or unreadable: not set
	return d
}

func moment(s string) app.Time {
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		return 0
	}
	return app.TimeOf(t)
}
