package courier

import (
	"bytes"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// stock is a Syncthing as it is installed from Debian: an independent judge of
// whether our node speaks the protocol.
type stock struct {
	home string
	id   ID
}

func newStock(t *testing.T) *stock {
	t.Helper()
	if _, err := exec.LookPath("syncthing"); err != nil {
		t.Fatal("Syncthing is not installed; build/setup.sh test installs it")
	}
	s := &stock{home: t.TempDir()}
	if out, err := exec.Command("syncthing", "generate", "--no-default-folder", "--home", s.home).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	out, err := exec.Command("syncthing", "--device-id", "--home", s.home).Output()
	if err != nil {
		t.Fatal(err)
	}
	if s.id, err = ParseID(strings.TrimSpace(string(out))); err != nil {
		t.Fatal(err)
	}
	return s
}

// run starts it with folders that it would like to share with the peer.
func (s *stock) run(t *testing.T, peer ID, address string, folders ...string) {
	t.Helper()
	var shared strings.Builder
	for _, f := range folders {
		dir := s.dir(f)
		if err := os.MkdirAll(filepath.Join(dir, ".stfolder"), 0o700); err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&shared, `<folder id=%q path=%q type="receiveonly" rescanIntervalS="3600" fsWatcherEnabled="false">
			<device id=%q></device><device id=%q></device></folder>`, f, dir, s.id, peer)
	}
	config := fmt.Sprintf(`<configuration version="35">%s
		<device id=%q name="stock"><address>dynamic</address></device>
		<device id=%q name="province"><address>tcp://%s</address></device>
		<gui enabled="true" tls="false"><address>%s</address><apikey>k</apikey></gui>
		<options><listenAddress>tcp://127.0.0.1:0</listenAddress>
		<globalAnnounceEnabled>false</globalAnnounceEnabled><localAnnounceEnabled>false</localAnnounceEnabled>
		<relaysEnabled>false</relaysEnabled><natEnabled>false</natEnabled><startBrowser>false</startBrowser>
		<reconnectionIntervalS>1</reconnectionIntervalS><urAccepted>-1</urAccepted><autoUpgradeIntervalH>0</autoUpgradeIntervalH>
		<crashReportingEnabled>false</crashReportingEnabled><stunServer></stunServer></options></configuration>`,
		shared.String(), s.id, peer, address, freeAddress(t))
	if err := os.WriteFile(filepath.Join(s.home, "config.xml"), []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	var said bytes.Buffer
	cmd := exec.Command("syncthing", "serve", "--no-browser", "--no-restart", "--no-upgrade", "--home", s.home)
	cmd.Env = append(os.Environ(), "STMONITORED=yes", "STNODEFAULTFOLDER=1", "STNOUPGRADE=1", "HOME="+s.home) // monitored: the one process, not one that starts another
	cmd.Stdout, cmd.Stderr = &said, &said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cmd.Process.Kill()
		cmd.Wait()
		if t.Failed() {
			t.Logf("Syncthing said:\n%s", said.Bytes())
		}
	})
}

func (s *stock) dir(folder string) string { return filepath.Join(s.home, "shared", folder) }

func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// A stock Syncthing syncs the folder that it is invited to and is refused every
// other; one that nobody invited does not get in.
func TestStockSyncthing(t *testing.T) {
	invited, uninvited := newStock(t), newStock(t)
	province := newMachine(t, newIdentity(t))
	province.configure(Topology{
		Peers: []Peer{{ID: invited.id}},
		Folders: []Folder{
			{ID: "xa1", Shelf: province.shelf("xa1"), Gives: true, Peers: []ID{invited.id}},
			{ID: "xa2", Shelf: province.shelf("xa2"), Gives: true},
		},
	})
	large, small, other := province.put("xa1", 5_000_000), province.put("xa1", 0), province.put("xa2", 1000)
	invited.run(t, province.node.ID(), province.address(), "xa1", "xa2")
	uninvited.run(t, province.node.ID(), province.address(), "xa1", "xa2")
	got := &machine{t: t, dir: filepath.Join(invited.home, "shared"), poke: province.poke}
	got.await("it has what it is invited to", func() bool { return got.whole("xa1", large) && got.whole("xa1", small) })
	late := province.put("xa1", 200_000)
	got.await("it has what came later", func() bool { return got.whole("xa1", late) })
	province.await("it says that it lacks nothing", func() bool {
		need, err := province.node.PeerNeeds("xa1", invited.id)
		return err == nil && need == Need{}
	})
	if got.shelf("xa2").Has(other) {
		t.Error("it got a folder that it was not invited to")
	}
	if NewShelf(uninvited.dir("xa1")).Has(large) || province.node.Connected(uninvited.id) {
		t.Error("who was not invited got in")
	}
	if len(province.foreign) > 0 {
		t.Errorf("alarms: %v", province.foreign)
	}
}
