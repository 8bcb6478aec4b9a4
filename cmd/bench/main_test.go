package main

import (
	"bytes"
	"encoding/json"
	"io"
	"net"
	"os"
	"strings"
	"testing"
)

// TestMain lets the test binary be the parts that a bench starts.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && (strings.HasPrefix(os.Args[1], "sync-") || strings.HasPrefix(os.Args[1], "sfu-")) {
		if err := run(os.Args[1:], os.Stdin, os.Stdout); err != nil {
			os.Stderr.WriteString(err.Error() + "\n")
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// TestSync runs the whole bench small, and holds it to the bounds that do not
// depend on the machine.
func TestSync(t *testing.T) {
	var out bytes.Buffer
	if err := run([]string{"sync", "--n", "1000"}, nil, &out); err != nil {
		t.Fatal(err)
	}
	got := map[string]float64{}
	for dec := json.NewDecoder(&out); ; {
		var f figure
		if err := dec.Decode(&f); err == io.EOF {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		got[f.Name] = f.Value
	}
	for name, limit := range map[string]float64{
		"sync.first_load.bytes_per_record": 200, "sync.first_load.cpu_s": 1e9, "sync.first_load.wall_s": 1e9,
		"sync.changes100.bytes_per_record": 80, "sync.push1.bytes": 900, "sync.push100.bytes_per_record": 400, "sync.idle.bytes": 330,
	} {
		if v, ok := got[name]; !ok || v <= 0 || v > limit {
			t.Errorf("%s = %v, want at most %v", name, v, limit)
		}
	}
}

// TestSFU runs the whole bench small, and holds it to what does not depend on the
// machine.
func TestSFU(t *testing.T) {
	var out bytes.Buffer
	if err := run([]string{"sfu", "--pubs", "2", "--points", "6", "--full", "2", "--reports", "4", "--span", "300ms"}, nil, &out); err != nil {
		t.Fatal(err)
	}
	got := map[string]figure{}
	for dec := json.NewDecoder(&out); ; {
		var f figure
		if err := dec.Decode(&f); err == io.EOF {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		got[f.Name] = f
	}
	for _, name := range []string{"cpu_ms_per_join", "first_frame_all_s", "cpu_s_per_million", "delivered_pct", "seq_loss_pct", "rss_mib_per_point", "video_p50_ms", "video_p95_ms",
		"poor_links_effect_ratio", "open_mics_packets_per_s_per_subscriber", "renegotiations_on_join"} {
		if _, ok := got["sfu."+name]; !ok {
			t.Errorf("no sfu.%s", name)
		}
	}
	if f := got["sfu.first_frame_all_s"]; f.More["without"] != 0.0 {
		t.Errorf("stations without a picture: %v", f.More["without"])
	}
	if v := got["sfu.open_mics_packets_per_s_per_subscriber"].Value; v <= 0 || v > 300 {
		t.Errorf("%v packets a second with all microphones open", v)
	}
	if v := got["sfu.renegotiations_on_join"].Value; v != 0 {
		t.Errorf("%v negotiations when one more joins", v)
	}
}

func TestFurtherRecordsAreUnique(t *testing.T) {
	corpus := invent(200)
	ids, subjects := map[string]bool{}, map[string]bool{}
	for _, d := range documents(corpus, 1000) {
		ids[string(d.ID)] = true
		subjects[d.Subject] = true
		if len(d.Files) == 0 || d.Subject == "" || !d.ID.Valid() {
			t.Fatalf("%+v", d)
		}
	}
	if len(ids) != 1000 || len(subjects) < 950 {
		t.Errorf("%d ids, %d subjects", len(ids), len(subjects))
	}
}

func TestProxyCounts(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	go func() {
		if c, err := l.Accept(); err == nil {
			io.Copy(c, c)
			c.Close()
		}
	}()
	p, err := newProxy(l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	c, err := net.Dial("tcp", p.l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	c.Write([]byte("12345"))
	io.ReadFull(c, make([]byte, 5))
	c.Close()
	p.close()
	if p.up.Load() != 5 || p.down.Load() != 5 || p.connections.Load() != 1 {
		t.Errorf("up %d, down %d", p.up.Load(), p.down.Load())
	}
}
