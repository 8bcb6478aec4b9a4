package courier

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"
)

// One port carries HTTPS and the courier.
func TestOnePort(t *testing.T) {
	province := newMachine(t, newIdentity(t))
	inner := province.address()
	plain, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	door := Split(plain, func() string { return inner })
	web := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "giao diện") }))
	web.Listener.Close()
	web.Listener = door
	web.EnableHTTP2 = true
	web.StartTLS()
	t.Cleanup(web.Close)

	l := newMachine(t, newIdentity(t), func(o *Options) { o.Listen = nil })
	province.configure(Topology{Peers: []Peer{{ID: l.node.ID()}},
		Folders: []Folder{{ID: "xa1", Shelf: province.shelf("xa1"), Gives: true, Peers: []ID{l.node.ID()}}}})
	l.configure(Topology{Peers: []Peer{{ID: province.node.ID(), Addresses: []string{plain.Addr().String()}}},
		Folders: []Folder{{ID: "xa1", Shelf: l.shelf("xa1"), Peers: []ID{province.node.ID()}}}})
	name := province.put("xa1", 3_000_000)
	l.await("it comes through the port of HTTPS", func() bool { return l.whole("xa1", name) })

	resp, err := web.Client().Get(web.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if b, _ := io.ReadAll(resp.Body); string(b) != "giao diện" || resp.ProtoMajor != 2 {
		t.Errorf("HTTPS: %q over HTTP/%d", b, resp.ProtoMajor)
	}
}

// What is no TLS at all goes on to the others, who know what to say; one that
// says nothing disturbs nobody; and a closed door ends what it passed on.
func TestSplitOddities(t *testing.T) {
	plain, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	inner, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer inner.Close()
	door := Split(plain, func() string { return inner.Addr().String() })
	silent, err := net.Dial("tcp", plain.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	odd, err := net.Dial("tcp", plain.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer odd.Close()
	io.WriteString(odd, "GET / HTTP/1.1\r\n\r\n")
	c, err := door.Accept()
	if err != nil {
		t.Fatal(err)
	}
	first := make([]byte, 14)
	if _, err := io.ReadFull(c, first); err != nil || string(first) != "GET / HTTP/1.1" {
		t.Errorf("it came as %q, %v", first, err)
	}
	c.Close()

	ended := make(chan error, 1)
	go func() {
		dialer := tls.Dialer{Config: &tls.Config{NextProtos: []string{bepName}, InsecureSkipVerify: true}}
		_, err := dialer.DialContext(context.Background(), "tcp", plain.Addr().String())
		ended <- err
	}()
	passed, err := inner.Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer passed.Close()
	if err := door.Close(); err != nil {
		t.Fatal(err)
	}
	if err := <-ended; err == nil {
		t.Error("a passed connection lives on behind a closed door")
	}
	if _, err := silent.Read(first); err == nil {
		t.Error("a silent connection lives on behind a closed door")
	}
	if _, err := door.Accept(); !errors.Is(err, net.ErrClosed) {
		t.Errorf("accept: %v", err)
	}
}

func FuzzHello(f *testing.F) {
	f.Add([]byte{22, 3, 1, 0, 2, 1, 0})
	f.Add([]byte("GET / HTTP/1.1\r\n"))
	f.Add(recordedHello(f))
	f.Fuzz(func(t *testing.T, b []byte) {
		record, _ := firstRecord(bytes.NewReader(b))
		offered(record)
	})
}

func TestOffered(t *testing.T) {
	if got := offered(recordedHello(t)); len(got) != 1 || got[0] != bepName {
		t.Errorf("offered %q", got)
	}
}

// recordedHello is the first record of a real hello.
func recordedHello(t testing.TB) []byte {
	client, server := net.Pipe()
	defer server.Close()
	go tls.Client(client, &tls.Config{NextProtos: []string{bepName}, InsecureSkipVerify: true}).Handshake()
	record, err := firstRecord(server)
	if err != nil {
		t.Fatal(err)
	}
	return record
}
