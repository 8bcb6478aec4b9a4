package main

import (
	"cmp"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	judging "khonggiay/app/verify"
	"khonggiay/signing"
	"khonggiay/signing/pades"
	"khonggiay/signing/pdf"
	"khonggiay/signing/softkey"
	"khonggiay/signing/trust"
)

// maxKeyFile bounds a PKCS #12 file.
const maxKeyFile = 1 << 20

func init() {
	register(&command{name: "sign", args: "TỆP", min: 1, max: 1, run: sign, misused: verifyMisused,
		help: words{"ký số một tệp PDF (PAdES) hay bản ghi JSON (CAdES, chữ ký nằm bên cạnh) bằng khóa trong tệp PKCS #12; không cần máy chủ",
			"sign a PDF (PAdES) or a JSON record (CAdES, beside it) with a key in a PKCS #12 file; needs no server"},
		flags: func(f *flag.FlagSet) {
			passwordFlag(f)
			signWith = signFlags{
				key:     f.String("key", "", "tệp khóa .p12 hoặc .pfx (key file)"),
				out:     f.String("out", "", "tệp kết quả; mặc định thêm .signed vào tên (result; default: .signed is put into the name)"),
				field:   f.String("field", "", "ô chữ ký có sẵn hoặc tên ô mới (signature field that is there, or a new one's name)"),
				reason:  f.String("reason", "", "lý do ký (reason)"),
				certify: f.Int("certify", 0, "1, 2, 3: chữ ký đầu tiên quy định được sửa gì về sau (first signature says what may change: DocMDP)"),
				tsa:     f.String("tsa", "", "địa chỉ máy chủ dấu thời gian (address of a time-stamp server, RFC 3161)"),
				looks:   newLookFlags(f),
			}
		}})
}

// signFlags are the flags of sign.
type signFlags struct {
	key, out, field, reason, tsa *string
	certify                      *int
	looks                        lookFlags
}

var signWith signFlags

func sign(c *call) error {
	key, err := loadKey(*signWith.key)
	if err != nil {
		return err
	}
	in := c.args[0]
	out := cmp.Or(*signWith.out, strings.TrimSuffix(in, filepath.Ext(in))+".signed"+filepath.Ext(in))
	write := signFile
	if isRecord(in) {
		write = signRecord
	}
	if err := write(c, in, out, key); err != nil {
		return err
	}
	c.say(words{"Đã ký: %s", "Signed: %s"}, out)
	return nil
}

func loadKey(name string) (*softkey.Key, error) {
	if name == "" {
		return nil, errNoKey
	}
	text, err := readUpTo(name, maxKeyFile)
	if err != nil {
		return nil, err
	}
	pass, err := password()
	if err != nil {
		return nil, err
	}
	return softkey.Load(text, pass)
}

// errNoKey and what the packages below signing answer get words in explain.
var (
	errNoKey    = errors.New("sign: no key was named")
	errTooLarge = errors.New("the file is too large")
)

// signFile signs into a new file. What is not whole does not stay.
func signFile(c *call, in, out string, key *softkey.Key) (err error) {
	src, err := os.Open(in)
	if err != nil {
		return err
	}
	defer src.Close()
	info, err := src.Stat()
	if err != nil {
		return err
	}
	o := pades.Options{Field: *signWith.field, Reason: *signWith.reason, Time: time.Now(), Certify: pades.Permission(*signWith.certify)}
	if o.Field == "" {
		o.Field = fmt.Sprintf("Signature-%d", o.Time.UnixMilli())
	}
	if err := signWith.looks.dress(src, info.Size(), &o); err != nil {
		return err
	}
	if *signWith.tsa == "" {
		return create(out, func(w io.Writer) error { return pades.Sign(c, src, info.Size(), w, o, key) })
	}
	plain := out + ".unstamped"
	defer os.Remove(plain)
	if err := create(plain, func(w io.Writer) error { return pades.Sign(c, src, info.Size(), w, o, key) }); err != nil {
		return err
	}
	return stampFile(c, plain, out)
}

// stampFile puts a time-stamp into the last signature.
func stampFile(c *call, in, out string) error {
	src, err := os.Open(in)
	if err != nil {
		return err
	}
	defer src.Close()
	info, err := src.Stat()
	if err != nil {
		return err
	}
	policy := trust.DefaultPolicy().TSA
	policy.URLs = []string{*signWith.tsa}
	client := trust.NewTSAClient(policy, nil)
	defer client.Close()
	return create(out, func(w io.Writer) error { return pades.AddTimestamp(c, src, info.Size(), w, judging.Stamper(client)) })
}

// create writes a file that must not be there yet.
func create(name string, write func(io.Writer) error) error {
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	err = write(f)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		os.Remove(name)
	}
	return err
}

// whyNotPDF says in words what the packages below signing refuse.
func whyNotPDF(err error) (words, bool) {
	var refused *pades.RefusedError
	var room *pdf.RoomError
	var format *pdf.FormatError
	var limit *pdf.LimitError
	var tsa *trust.TSAError
	var notJSON *signing.JSONError
	if w, ok := whyNotDrawn(err); ok {
		return w, true
	}
	switch {
	case errors.Is(err, errNoKey):
		return words{"cần --key: tệp khóa .p12 hoặc .pfx", "--key is needed: a .p12 or .pfx file"}, true
	case errors.Is(err, errTooLarge):
		return words{"tệp quá lớn", errTooLarge.Error()}, true
	case errors.As(err, &notJSON):
		return words{"bản ghi không phải JSON ký được: " + notJSON.Error(), "the record is no JSON that can be signed: " + notJSON.Error()}, true
	case errors.Is(err, softkey.ErrPassword):
		return words{"sai mật khẩu của tệp khóa (đưa vào bằng --password-stdin)", "wrong password of the key file (give it by --password-stdin)"}, true
	case errors.Is(err, softkey.ErrFile), errors.Is(err, softkey.ErrMismatch):
		return words{"tệp khóa không đọc được hoặc không có khóa cùng chứng thư", "the key file cannot be read, or has no key with its certificate"}, true
	case errors.Is(err, pdf.ErrEncrypted):
		return words{"tệp PDF đang khóa bằng mật khẩu, không ký được", "the PDF is encrypted and cannot be signed"}, true
	case errors.Is(err, fs.ErrExist):
		return reasons["backup.exists"], true
	case errors.As(err, &format):
		return words{"tệp PDF sai cấu trúc: " + format.Error(), "the PDF is malformed: " + format.Error()}, true
	case errors.As(err, &limit):
		return words{"tệp PDF đòi hỏi quá mức: " + limit.Error(), "the PDF demands too much: " + limit.Error()}, true
	case errors.As(err, &refused):
		return words{"không ký được tệp này: " + refused.Error(), "this file cannot be signed: " + refused.Error()}, true
	case errors.As(err, &room):
		return words{"chữ ký lớn hơn chỗ dành sẵn", "the signature is larger than the room kept for it"}, true
	case errors.As(err, &tsa):
		return words{"chưa lấy được dấu thời gian: " + tsa.Error(), "no time-stamp could be had: " + tsa.Error()}, true
	}
	return words{}, false
}
