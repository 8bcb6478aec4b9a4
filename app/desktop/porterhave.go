package desktop

import (
	"bufio"
	"net"
	"os"
	"path/filepath"
	"strings"

	"khonggiay/app"
)

// The province is told of each segment that came by the courier, so that it knows
// how far a document has got. What it has not been told yet survives a restart.

// noteHave remembers to tell of a segment.
func (p *porter) noteHave(name app.Hash) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.have = append(p.have, name)
	f, err := os.OpenFile(filepath.Join(p.dir, haveFile), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err == nil {
		_, err = f.WriteString(name.String() + "\n")
		_ = f.Close() // what is lost is told of never, and harms nothing else
	}
	p.link.report("remembering what came by the courier", err)
}

// told forgets the first n names: the province has heard them.
func (p *porter) told(n int) {
	if n == 0 {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.have = p.have[n:]
	var rest strings.Builder
	for _, name := range p.have {
		rest.WriteString(name.String() + "\n")
	}
	path := filepath.Join(p.dir, haveFile)
	err := os.WriteFile(path+".new", []byte(rest.String()), 0o600)
	if err == nil {
		err = os.Rename(path+".new", path)
	}
	p.link.report("forgetting what the province was told", err)
}

// recallHave reads what an earlier start has not told.
func (p *porter) recallHave() {
	f, err := os.Open(filepath.Join(p.dir, haveFile))
	if err != nil {
		return
	}
	defer f.Close()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		var name app.Hash
		if name.UnmarshalText(lines.Bytes()) == nil { // the last line may be torn
			p.have = append(p.have, name)
		}
	}
}

// onLAN reports whether colleagues of the local network can reach the address: a
// courier that listens on this machine alone is not announced.
func onLAN(address string) bool {
	host, _, err := net.SplitHostPort(address)
	ip := net.ParseIP(host)
	return err == nil && (ip == nil || !ip.IsLoopback())
}
