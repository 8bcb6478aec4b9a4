package api_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"fmt"
	"math/big"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"khonggiay/app"
	"khonggiay/app/api"
	"khonggiay/app/sqlite"
)

// voteKey is the server's own key of these tests.
var voteKey = sync.OnceValues(func() (*ecdsa.PrivateKey, []byte) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		panic(err)
	}
	c := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test"}, NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, c, c, key.Public(), key)
	if err != nil {
		panic(err)
	}
	return key, der
})

// proveVote signs as the server does for people at a browser.
func proveVote(text []byte) (app.Proof, error) {
	key, cert := voteKey()
	sum := sha256.Sum256(text)
	sig, err := ecdsa.SignASN1(rand.Reader, key, sum[:])
	return app.Proof{Device: app.HostServer, Certificate: cert, Signature: sig}, err
}

// live makes a meeting of commune x1 that goes on: its leader and deputy have a
// vote, its clerk is the secretary, the department's leader a guest.
func (p *province) live() string {
	p.t.Helper()
	id := string(app.NewID(p.clock()))
	p.order("x1.clerk", "meeting.create.1", app.ID(id), `{"unit":"x1","fields":{"title":"Phiên họp tháng 12","place":"Hội trường","start":1795000000000,"end":1795003600000},
		"people":[{"id":"x1.leader","role":"CHU_TRI","voting":true},{"id":"x1.deputy","role":"THANH_VIEN","voting":true},{"id":"x1.clerk","role":"THU_KY"},{"id":"so.leader","role":"KHACH_MOI"}]}`)
	p.order("x1.clerk", "meeting.submit.1", app.ID(id), `{}`)
	p.order("x1.leader", "meeting.publish.1", app.ID(id), `{}`)
	err := p.store.Write(context.Background(), func(tx *sqlite.Tx) error {
		r, err := tx.Get(app.Key{Kind: app.KindMeeting, ID: app.ID(id)})
		if err != nil {
			return err
		}
		r.(*app.Meeting).Status = app.MeetingLive
		return tx.Put(r)
	})
	if err != nil {
		p.t.Fatal(err)
	}
	return id
}

// order gives a command on whatever its name says, and fails the test on a refusal.
func (p *province) order(who, name string, id app.ID, args string) app.CommandID {
	p.t.Helper()
	w := p.try(who, name, app.SpecOf(name).Kind, id, args)
	var out api.CommandResult
	if err := json.Unmarshal(w.Body.Bytes(), &out); err != nil || w.Code != http.StatusOK {
		p.t.Fatalf("%s by %s: %d %s", name, who, w.Code, w.Body)
	}
	return out.ID
}

// TestVoteStory: who sees what of a vote, from the draft to the published result.
func TestVoteStory(t *testing.T) {
	p := newProvince(t, sqlite.Server)
	m := p.live()
	list := func(who string) map[string]any {
		votes := p.get(who, "/meetings/"+m+"/votes")["votes"].([]any)
		if len(votes) == 0 {
			return nil
		}
		return votes[0].(map[string]any)
	}
	session := app.SessionID(app.ID(m))
	key := p.order("x1.clerk", "session.draft_vote.1", session, `{"meeting":"`+m+`","title":"Thông qua","type":"NAMED","threshold":"QUA_NUA","base":"ELIGIBLE","abstain":true}`)
	ref := fmt.Sprintf(`{"meeting":%q,"vote":%d`, m, key)
	if v := list("x1.clerk"); fmt.Sprint(v["actions"]) != "[session.ready_vote session.open_vote session.void_vote]" {
		t.Errorf("the secretary may %v", v["actions"])
	}
	if v := list("x1.deputy"); fmt.Sprint(v["actions"]) != "[]" || v["mayVote"] != true || v["progress"] != nil {
		t.Errorf("a member sees %v", v)
	}
	p.order("x1.clerk", "session.ready_vote.1", session, ref+`}`)
	p.order("x1.deputy", "attendance.ready.1", app.AttendanceID(app.ID(m), "x1.deputy"), ref+`}`)
	if v := list("x1.clerk"); v["progress"].(map[string]any)["ready"] != 1.0 {
		t.Errorf("ready: %v", v["progress"])
	}
	p.order("x1.clerk", "session.open_vote.1", session, ref+`}`)
	p.order("x1.deputy", "ballot.cast.1", app.BallotID(app.ID(m), key, "x1.deputy"), ref+`,"epoch":1,"choice":"DONG_Y"}`)
	path := fmt.Sprintf("/meetings/%s/votes/%d", m, key)
	official := p.get("x1.clerk", path)
	if official["progress"].(map[string]any)["cast"] != 1.0 || official["result"] != nil || strings.Contains(fmt.Sprint(official["people"]), "DONG_Y") {
		t.Errorf("while it is open: %v", official)
	}
	if v := list("x1.deputy"); v["mine"].(map[string]any)["choice"] != "DONG_Y" {
		t.Errorf("my ballot: %v", v["mine"])
	}
	p.order("x1.leader", "ballot.cast.1", app.BallotID(app.ID(m), key, "x1.leader"), ref+`,"epoch":1,"choice":"DONG_Y"}`)
	p.order("x1.clerk", "session.close_vote.1", session, ref+`}`)
	if list("x1.deputy")["result"] != nil || list("x1.clerk")["result"] == nil {
		t.Error("a result is for who runs the meeting until it is published")
	}
	p.order("x1.clerk", "session.publish_vote.1", session, ref+`}`)
	guest := p.get("so.leader", path)
	if r := guest["result"].(map[string]any); r["passed"] != true || r["base"] != 2.0 || r["needed"] != 2.0 || !strings.Contains(fmt.Sprint(guest["people"]), "DONG_Y") {
		t.Errorf("published: %v", guest)
	}
	if w := p.do("x1.deputy", "GET", "/api"+path+"/protocol", nil, nil); w.Code != http.StatusNotFound || reason(w) != "request.not_here" {
		t.Errorf("protocol: %d %s", w.Code, w.Body)
	}
	if w := p.do("x2.clerk", "GET", "/api"+path, nil, nil); w.Code != http.StatusNotFound {
		t.Errorf("a stranger: %d %s", w.Code, w.Body)
	}
}

// TestSlipStory: an opinion slip outside a meeting, and who sees the answers.
func TestSlipStory(t *testing.T) {
	p := newProvince(t, sqlite.Server)
	id := string(app.NewID(p.clock()))
	due := p.clock() + 24*3600_000
	p.order("x1.officer", "slip.create.1", app.ID(id), fmt.Sprintf(`{"unit":"x1","title":"Chủ trương đầu tư","due":%d,"silence":"agree","threshold":"QUA_NUA","asked":["x1.leader","x1.deputy","x2.leader"]}`, due))
	if w := p.do("x1.deputy", "GET", "/api/slips/"+id, nil, nil); w.Code != http.StatusNotFound {
		t.Errorf("a draft: %d", w.Code)
	}
	p.order("x1.officer", "slip.send.1", app.ID(id), `{}`)
	mine := p.get("x1.deputy", "/slips/"+id)
	if mine["mayAnswer"] != true || mine["answer"] != string(app.SlipAnswerID(app.ID(id), "x1.deputy")) || mine["runs"] != nil {
		t.Errorf("asked: %v", mine)
	}
	p.order("x1.deputy", "slipanswer.give.1", app.SlipAnswerID(app.ID(id), "x1.deputy"), `{"slip":"`+id+`","answer":"KHONG_DONG_Y"}`)
	if v := p.get("x1.officer", "/slips/"+id); v["answered"] != 1.0 || !strings.Contains(fmt.Sprint(v["people"]), "KHONG_DONG_Y") {
		t.Errorf("who asks sees %v", v)
	}
	if v := p.get("x2.leader", "/slips/"+id); strings.Contains(fmt.Sprint(v["people"]), "KHONG_DONG_Y") {
		t.Errorf("who is asked sees others' answers: %v", v)
	}
	p.order("x1.officer", "slip.close.1", app.ID(id), `{}`)
	r := p.get("x1.deputy", "/slips/"+id)["result"].(map[string]any)
	if r["passed"] != true || r["silent"] != 2.0 || r["cast"] != 1.0 {
		t.Errorf("result: %v", r)
	}
}

// TestSlipFiles: who is asked reads the files of a slip, once it has been sent.
func TestSlipFiles(t *testing.T) {
	p := newProvince(t, sqlite.Server)
	id := app.NewID(p.clock())
	sum := p.stored("x1.officer", "Dự thảo Nghị quyết.pdf", []byte("%PDF-1.7\nDự thảo"))
	args := fmt.Sprintf(`{"unit":"x1","title":"Chủ trương","due":%d,"asked":["x2.leader"],"files":[{"name":"","sha256":%q}]}`, p.clock()+24*3600_000, sum)
	if w := p.try("x1.clerk", "slip.create.1", app.KindSlip, id, args); reason(w) != "upload.unknown" {
		t.Errorf("somebody else's upload: %d %s", w.Code, w.Body)
	}
	p.order("x1.officer", "slip.create.1", id, args)
	slip := p.get("x1.officer", "/slips/"+string(id))
	files := slip["files"].([]any)
	if len(files) != 1 || files[0].(map[string]any)["name"] != "Dự thảo Nghị quyết.pdf" || files[0].(map[string]any)["here"] != true || !strings.Contains(fmt.Sprint(slip["actions"]), "slip.edit") {
		t.Fatalf("%v", slip)
	}
	path := fmt.Sprintf("/api/slips/%s/files/%.0f", id, files[0].(map[string]any)["key"])
	read := func(who string) int { return p.do(who, "GET", path, nil, nil).Code }
	if got := read("x2.leader"); got != http.StatusNotFound {
		t.Errorf("before it is sent: %d", got)
	}
	p.order("x1.officer", "slip.send.1", id, `{}`)
	if w := p.do("x2.leader", "GET", path, nil, nil); w.Code != http.StatusOK || w.Body.String() != "%PDF-1.7\nDự thảo" {
		t.Errorf("who is asked: %d %s", w.Code, w.Body)
	}
	if read("x2.officer") != http.StatusNotFound || read("x1.officer") != http.StatusOK || p.do("x2.leader", "GET", path[:len(path)-2], nil, nil).Code != http.StatusNotFound {
		t.Error("a stranger, its creator, or another key")
	}
	if v := p.get("x2.leader", "/slips/"+string(id)); strings.Contains(fmt.Sprint(v["actions"]), "slip.edit") {
		t.Errorf("%v", v["actions"])
	}
}
