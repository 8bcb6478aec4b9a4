package show

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"khonggiay/app"
	"khonggiay/app/demo"
	"khonggiay/app/verify"
	"khonggiay/signing/demopki"
	"khonggiay/signing/softkey"
	"khonggiay/signing/trust"
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
	s := &state{Made: true, Documents: 90, Port: 5}
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

// TestAnotherSizeIsRefused: data of another size than was asked for is neither
// shown nor thrown away.
func TestAnotherSizeIsRefused(t *testing.T) {
	for _, c := range []struct {
		name       string
		made, asks int
		says       string // "" = the data is used
	}{
		{"the same", 5000, 5000, ""},
		{"nobody asked", 700, 0, ""},
		{"more", 5000, 50_000, "about 5000 documents, not 50000. Add --reset"},
		{"fewer", 5000, 90, "about 5000 documents, not 90. Add --reset"},
		{"of an older version", 0, 5000, "an unknown number of documents, not 5000"},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			work := filepath.Join(dir, laptopsDir, "work")
			if err := errors.Join((&state{Made: true, Documents: c.made, At: time.Now()}).write(dir),
				os.Mkdir(filepath.Dir(work), 0o700), os.WriteFile(work, nil, 0o600)); err != nil {
				t.Fatal(err)
			}
			s := &stand{Options: Options{Dir: dir, Documents: c.asks, Log: io.Discard}, words: inEnglish}
			err := s.province(t.Context())
			if c.says == "" && (err != nil || s.prov == nil) || c.says != "" && (err == nil || !strings.Contains(err.Error(), c.says)) {
				t.Errorf("%v", err)
			}
			if _, err := os.Stat(work); err != nil {
				t.Errorf("what was done is lost: %v", err)
			}
			if again, err := readState(dir); err != nil || again.Documents != c.made {
				t.Errorf("%+v, %v", again, err)
			}
		})
	}
}

// TestResetMakesAnotherSize: --reset takes the number that was asked for, and
// the folder remembers it.
func TestResetMakesAnotherSize(t *testing.T) {
	dir := t.TempDir()
	if err := (&state{Made: true, Documents: 5000, At: time.Now()}).write(dir); err != nil {
		t.Fatal(err)
	}
	s := &stand{Options: Options{Dir: dir, Documents: 30, Small: true, Reset: true, Log: io.Discard}, words: inEnglish}
	if err := s.province(t.Context()); err != nil {
		t.Fatal(err)
	}
	if again, err := readState(dir); err != nil || again.Documents != 30 || !again.Made {
		t.Errorf("%+v, %v", again, err)
	}
}

// TestSigningOfTheDemonstration: the authority is the same in the next run, also
// at another port, the server's folder trusts it and knows its lists, and each
// laptop has its keys, văn thư with the agency's.
func TestSigningOfTheDemonstration(t *testing.T) {
	dir := t.TempDir()
	prov := demo.SmallProvince(seed, app.TimeOf(time.Now()))
	run := func(st *state) (files map[string][]byte, tsa string) {
		t.Helper()
		s := &stand{Options: Options{Dir: dir}, words: inEnglish, state: st, prov: prov}
		if err := s.openSigning(); err != nil {
			t.Fatal(err)
		}
		defer func() {
			if err := s.signing.close(); err != nil {
				t.Error(err)
			}
		}()
		files = map[string][]byte{}
		for _, key := range append(laptopKeys, unowned) {
			if err := s.giveKeys(key); err != nil {
				t.Fatal(err)
			}
			found, err := filepath.Glob(filepath.Join(s.laptopData(key), "signing", "keys", "*"))
			if err != nil {
				t.Fatal(err)
			}
			for _, path := range found {
				if files[key+" "+filepath.Base(path)], err = os.ReadFile(path); err != nil {
					t.Fatal(err)
				}
			}
		}
		judge := verify.New(filepath.Join(s.serverData(), trustFolder), time.Now)
		roots, err := judge.Roots()
		if err != nil || len(roots) != 1 || roots[0].Kind != trust.KindTest {
			t.Errorf("roots %+v %v", roots, err)
		}
		resp, err := http.Get(s.signing.tsa[:len(s.signing.tsa)-len(demopki.PathTSA)] + demopki.PathList)
		if err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close()
		if resp.StatusCode != http.StatusOK || !strings.Contains(s.serverConfig(), "signing_tsa = "+s.signing.tsa+"\n") {
			t.Errorf("%s, %s", resp.Status, s.serverConfig())
		}
		return files, s.signing.tsa
	}
	st := &state{Port: 1}
	first, _ := run(st)
	if len(first) != 12 || first[demo.CommuneClerk+" "+sealKey] == nil || first[demo.Chairman+" "+ownKey] == nil || first[demo.Chairman+" "+sealKey] != nil {
		t.Errorf("%d files of keys", len(first))
	}
	k, err := softkey.Load(first[demo.DepartmentClerk+" "+sealKey], KeyPassword)
	if err != nil || k.Certificate().Subject.CommonName != prov.Part(demo.DepartmentClerk).Office.Unit.Name {
		t.Errorf("%v", err)
	}
	port := st.Authority
	taken, err := net.Listen("tcp4", fmt.Sprintf("127.0.0.1:%d", port))
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	again, tsa := run(st)
	if !reflect.DeepEqual(first, again) {
		t.Error("the keys are others")
	}
	if st.Authority != port || strings.Contains(tsa, fmt.Sprint(port)) {
		t.Errorf("a port that is taken: %d, %s", st.Authority, tsa)
	}
}
