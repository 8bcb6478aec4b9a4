package show

import (
	"bytes"
	"net"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"khonggiay/app/demo"
)

func TestBothLanguagesAreWhole(t *testing.T) {
	for _, w := range []words{inVietnamese, inEnglish} {
		v := reflect.ValueOf(w)
		for i := range v.NumField() {
			if v.Field(i).String() == "" {
				t.Errorf("%s is missing", v.Type().Field(i).Name)
			}
		}
	}
	vi, en := reflect.ValueOf(inVietnamese), reflect.ValueOf(inEnglish)
	for i := range vi.NumField() {
		if a, b := strings.Count(vi.Field(i).String(), "%"), strings.Count(en.Field(i).String(), "%"); a != b {
			t.Errorf("%s takes other data in English", vi.Type().Field(i).Name)
		}
	}
}

func TestPortsThatAreTakenAreLeftAlone(t *testing.T) {
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	taken := l.Addr().(*net.TCPAddr).Port
	s := &stand{Options: Options{Port: taken, JSON: true}, words: inEnglish, state: &state{}}
	if err := s.choosePorts(); err != nil {
		t.Fatal(err)
	}
	seen := map[int]bool{taken: true}
	ports := []int{s.state.Port}
	for _, k := range s.keys() {
		ports = append(ports, s.state.laptop(k).Port)
	}
	for _, p := range ports {
		if seen[p] {
			t.Errorf("port %d twice, or taken by another", p)
		}
		seen[p] = true
	}
}

func TestStateIsKeptPrivate(t *testing.T) {
	dir := t.TempDir()
	s := &state{Made: true, Port: 5}
	s.laptop(demo.Chairman).Port = 6
	if err := s.write(dir); err != nil {
		t.Fatal(err)
	}
	again, err := readState(dir)
	if err != nil || !reflect.DeepEqual(s, again) {
		t.Errorf("%+v, %v", again, err)
	}
	info, err := os.Stat(filepath.Join(dir, stateFile))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	if len(again.laptop(demo.Chairman).Ticket) < 20 {
		t.Error("the ticket can be guessed")
	}
}

// TestReaddress: an enrolled laptop is told the server's new port and keeps all else.
func TestReaddress(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "identity.json")
	if err := os.WriteFile(path, []byte(`{"addresses":["127.0.0.1:1"],"keys":{"tls":"AAAA"},"device":"d1"}`), 0o600); err != nil {
		t.Fatal(err)
	}
	s := &stand{state: &state{Port: 4321}}
	if err := s.readdress(dir); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`127.0.0.1:4321`, `"tls": "AAAA"`, `"device": "d1"`} {
		if !bytes.Contains(b, []byte(want)) {
			t.Errorf("%s lacks %s", b, want)
		}
	}
	if err := s.readdress(t.TempDir()); err != nil {
		t.Errorf("a laptop that is nobody's: %v", err)
	}
}
