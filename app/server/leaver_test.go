package server

import (
	"bytes"
	"encoding/json"
	"net/http"

	"khonggiay/app"
	"khonggiay/app/api"
	"khonggiay/app/enrol"
	"khonggiay/sync/content"
	"khonggiay/sync/feed"
)

// post sends one request of the hand-over and returns the reason of a refusal;
// an answer must be signed.
func (l *laptop) post(r *enrol.LeaveRequest) string {
	l.Helper()
	b, err := json.Marshal(r)
	if err != nil {
		l.Fatal(err)
	}
	resp, b := l.request(http.MethodPost, enrol.PathLeave, bytes.NewReader(b))
	if resp.StatusCode != http.StatusOK {
		return refusal(b)
	}
	var answer enrol.LeaveAnswer
	if json.Unmarshal(b, &answer) != nil || !answer.Verify(l.ServerPublicKey(), l.Device, r) {
		l.Errorf("not signed: %s", b)
	}
	return ""
}

// handOver seals the commands to the province and hands them over.
func (l *laptop) handOver(commands ...*feed.Command) {
	l.Helper()
	province, err := l.ProvincePublicKey()
	if err != nil {
		l.Fatal(err)
	}
	var left []enrol.LeftCommand
	for _, c := range commands {
		left = append(left, enrol.LeftCommand{Command: c.Marshal(), State: "waiting"})
	}
	sealed, err := enrol.SealOutbox(province, l.Device, 1, left)
	if err != nil {
		l.Fatal(err)
	}
	if reason := l.post(&enrol.LeaveRequest{Part: 1, Commands: len(left), Sealed: sealed}); reason != "" {
		l.Fatalf("handing over: %s", reason)
	}
}

func announcing(segments ...app.Segment) *enrol.LeaveRequest {
	r := &enrol.LeaveRequest{}
	for i, s := range segments {
		r.Contents = append(r.Contents, enrol.LeaveContent{Segment: s.Name, Size: s.Size, File: i + 1})
	}
	return r
}

// leaving is the uploader of a revoked laptop, which tries each content once.
func (l *laptop) leaving(store *content.Store) *content.Uploader {
	return &content.Uploader{HTTP: l.client, Base: "https://" + l.Addr() + enrol.PathLeave, Store: store, Retry: content.Retry{Attempts: 1}}
}

// bring announces a segment and brings it.
func (l *laptop) bring(store *content.Store, seg app.Segment) {
	l.Helper()
	if reason := l.post(announcing(seg)); reason != "" {
		l.Fatalf("announcing: %s", reason)
	}
	if err := l.leaving(store).Upload(l.Context(), seg.Name, nil); err != nil {
		l.Fatalf("bringing: %v", err)
	}
}

func (f *fixture) leaveOf(l *laptop) api.DeviceLeave {
	f.Helper()
	var d api.DeviceDetail
	f.do("device.show", DeviceRequest{l.Device}, &d)
	if d.Leave == nil {
		f.Fatalf("nothing is known of the leaving of %s", l.Device)
	}
	return *d.Leave
}
