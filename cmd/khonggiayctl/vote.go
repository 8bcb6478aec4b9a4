package main

import (
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"flag"
	"fmt"
	"slices"

	"khonggiay/app"
	"khonggiay/app/voteproof"
)

// Exit codes of verify-vote.
const (
	voteAltered    exit = 1
	voteUnreadable exit = 2
)

var voteAuthority string

func init() {
	register(&command{
		name: "verify-vote", args: "TỆP.json", min: 1, max: 1, misused: int(voteUnreadable),
		help:  words{"kiểm chứng biên bản biểu quyết, không cần kết nối (mã thoát 0 đúng, 1 bị sửa, 2 không đọc được)", "check the protocol of a vote, without a line (exit code 0 good, 1 altered, 2 unreadable)"},
		flags: func(f *flag.FlagSet) { f.StringVar(&voteAuthority, "ca", "", "PEM, DER: authority.pem") },
		run:   verifyVote,
	})
}

func verifyVote(c *call) error {
	unreadable := func(err error) error {
		fmt.Fprintf(c.err, "khonggiayctl: %s: %s\n", words{"không đọc được", "cannot be read"}.in(c.lang), printable(err.Error()))
		return voteUnreadable
	}
	file, err := readUpTo(c.args[0], voteproof.MaxFile)
	if err != nil {
		return unreadable(err)
	}
	var authority *x509.Certificate
	if voteAuthority != "" {
		if authority, err = readAuthority(voteAuthority); err != nil {
			return unreadable(err)
		}
	}
	r, err := voteproof.Check(file, authority)
	if err != nil {
		return unreadable(err)
	}
	if c.json {
		if err := json.NewEncoder(c.out).Encode(r); err != nil {
			return err
		}
	} else {
		c.showVote(r)
	}
	if !r.Good() {
		return voteAltered
	}
	return nil
}

// readAuthority reads one certificate, PEM or DER.
func readAuthority(name string) (*x509.Certificate, error) {
	b, err := readUpTo(name, 1<<20)
	if err != nil {
		return nil, err
	}
	if block, _ := pem.Decode(b); block != nil {
		b = block.Bytes
	}
	cert, err := x509.ParseCertificate(b)
	if err != nil {
		return nil, errors.New("--ca: " + err.Error())
	}
	return cert, nil
}

var voteChoices = map[app.Choice]words{
	app.ChoiceFor: {"Tán thành", "In favour"}, app.ChoiceAgainst: {"Không tán thành", "Against"},
	app.ChoiceOther: {"Ý kiến khác", "Another opinion"}, app.ChoiceAbstain: {"Không biểu quyết", "Abstains"}, "": {"–", "–"},
}

var voteFindings = map[voteproof.Code]words{
	voteproof.Unsigned:        {"chữ ký của máy chủ trên biên bản không đúng: nội dung đã bị sửa", "the server's signature is not right: the text was altered"},
	voteproof.Stranger:        {"biên bản không do máy chủ của tỉnh ký", "the protocol is not signed by the province's server"},
	voteproof.OtherAuthority:  {"cơ quan cấp chứng thư trong biên bản không phải là cơ quan đã chỉ định (--ca)", "the authority in the protocol is not the one given with --ca"},
	voteproof.BallotAltered:   {"phiếu đã bị sửa: chữ ký của máy người bỏ phiếu không đúng", "ballot altered: the signature of the voter's machine is not right"},
	voteproof.BallotTwice:     {"bỏ phiếu hai lần", "two ballots of one person"},
	voteproof.BallotMissing:   {"được tính nhưng không có phiếu", "counted, and has no ballot"},
	voteproof.BallotAdded:     {"có phiếu nhưng không được tính", "has a ballot, and is not counted"},
	voteproof.NotEligible:     {"không có quyền biểu quyết", "has no vote"},
	voteproof.WrongEpoch:      {"phiếu của lần mở khác", "ballot of another opening"},
	voteproof.LateCounted:     {"phiếu đến sau khi đóng mà vẫn được tính", "came after the closing, and is counted"},
	voteproof.CertificateBad:  {"chứng thư không do tỉnh cấp, hoặc không còn hiệu lực lúc bỏ phiếu", "certificate not of the province, or not in force"},
	voteproof.ForeignDevice:   {"phiếu được ký bằng máy của người khác", "signed by somebody else's machine"},
	voteproof.ResultDiffers:   {"kiểm lại ra kết quả khác với kết quả đã công bố", "counted again, the result is another one"},
	voteproof.RulesUnreadable: {"quy tắc biểu quyết không hợp lệ", "the rules of the vote are not valid"},
}

// showVote prints the table of ballots, the count and the verdict.
func (c *call) showVote(r *voteproof.Report) {
	p := r.Protocol
	c.say(words{"Cuộc họp:  %s", "Meeting:   %s"}, printable(p.Meeting.Title))
	c.say(words{"Biểu quyết: %s", "Vote:      %s"}, printable(p.Vote.Title))
	of := map[app.ID]voteproof.Ballot{}
	for _, b := range p.Ballots {
		of[b.Person] = b
	}
	fmt.Fprintln(c.out)
	for _, who := range p.People {
		b, has := of[who.ID]
		what := voteChoices[b.Choice].in(c.lang)
		if has && b.Late {
			what = words{"Gửi muộn, không tính", "Late, not counted"}.in(c.lang)
		}
		if what == "" {
			what = printable(string(b.Choice))
		}
		fmt.Fprintf(c.out, "  %-32s %s\n", printable(who.Name), what)
	}
	fmt.Fprintln(c.out)
	n := r.Counted
	c.say(words{"Kiểm lại: có quyền %d, có mặt %d, đã biểu quyết %d; tán thành %d", "Counted again: have a vote %d, present %d, voted %d; in favour %d"},
		n.Eligible, n.Present, n.Cast, n.Counts[app.ChoiceFor])
	passed := words{"Không đạt", "Not passed"}
	if n.Passed {
		passed = words{"Đạt", "Passed"}
	}
	c.say(words{"Kết quả: %s", "Result: %s"}, passed.in(c.lang))
	c.say(words{"Cơ quan cấp chứng thư (SHA-256): %s", "Authority (SHA-256): %s"}, r.Print)
	if !r.Given {
		c.say(words{"Hãy so vân tay này với chứng thư của tỉnh, hoặc chỉ định bằng --ca.", "Compare this with the province's certificate, or give it with --ca."})
	}
	if r.Good() {
		c.say(words{"KẾT LUẬN: biên bản đúng, không có gì bị sửa.", "VERDICT: good, nothing was altered."})
		return
	}
	c.say(words{"KẾT LUẬN: BIÊN BẢN KHÔNG ĐÚNG.", "VERDICT: NOT GOOD."})
	for _, f := range r.Findings {
		c.say(words{"  – %s%s", "  – %s%s"}, nameIn(p, f.Person), voteFindings[f.Code].in(c.lang))
	}
}

func nameIn(p *voteproof.Protocol, person app.ID) string {
	if person == "" {
		return ""
	}
	if i := slices.IndexFunc(p.People, func(w voteproof.Person) bool { return w.ID == person }); i >= 0 {
		return printable(p.People[i].Name) + ": "
	}
	return printable(string(person)) + ": "
}
