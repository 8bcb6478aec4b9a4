package main

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"

	"khonggiay/app"
	"khonggiay/app/enrol"
	"khonggiay/app/server"
)

func init() {
	register(&command{name: "admin add", args: "TÀI-KHOẢN", min: 1, max: 1,
		help: words{"cho một người làm quản trị đơn vị, kèm tài khoản", "make somebody an office's administrator, with an account"},
		flags: func(f *flag.FlagSet) {
			adminName = f.String("name", "", "họ tên người mới (name of a new person)")
			adminPerson = f.String("person", "", "mã người đã có (id of a known person)")
			adminUnit = f.String("unit", "", "mã cơ quan; để trống là cơ quan cấp tỉnh (id of the office; empty is the province's)")
			readPassword = f.Bool("password-stdin", false, "đọc mật khẩu từ đầu vào (read the password from standard input)")
		}, run: addAdmin})
	register(&command{name: "account add", args: "TÀI-KHOẢN NGƯỜI", min: 2, max: 2,
		help:  words{"mở tài khoản trình duyệt cho một người", "open a person's account for browsers"},
		flags: passwordFlag, run: addAccount})
	register(&command{name: "account password", args: "TÀI-KHOẢN", min: 1, max: 1,
		help:  words{"đặt lại mật khẩu và kết thúc mọi phiên", "set a new password and end all sessions"},
		flags: passwordFlag, run: setPassword})
	register(&command{name: "account close", args: "TÀI-KHOẢN", min: 1, max: 1,
		help: words{"khóa tài khoản", "close an account"}, run: func(c *call) error {
			return c.do("account.close", server.AccountRequest{Account: c.args[0]}, nil)
		}})
	register(&command{name: "account list", help: words{"các tài khoản", "the accounts"}, run: listAccounts})
	register(&command{name: "person", args: "TÊN", min: 1, max: 20,
		help: words{"tìm người theo tên hoặc mã", "find people by name or id"}, run: findPerson})
	register(&command{name: "code", args: "NGƯỜI", min: 1, max: 1,
		help: words{"mã đăng ký máy cho một người, dùng một lần", "a one-time code for a person's laptop"},
		flags: func(f *flag.FlagSet) {
			codeFile = f.String("out", "", "ghi thư mời "+enrol.InvitationSuffix+" (write an invitation file)")
		}, run: makeCode})
	register(&command{name: "device list", help: words{"các máy đã đăng ký", "the enrolled devices"},
		flags: func(f *flag.FlagSet) {
			deviceOffice = f.String("office", "", "chỉ của cơ quan này (of this office only)")
		}, run: listDevices})
	register(&command{name: "device revoke", args: "MÁY", min: 1, max: 1,
		help: words{"thu hồi một máy: ngắt ngay, không vào lại được", "revoke a device: cut off at once, for good"}, run: revokeDevice})
	register(&command{name: "import", args: "TỆP.json", min: 1, max: 1,
		help: words{"nhập đơn vị, người, sổ, … từ tệp JSON", "import units, people, books, … from a JSON file"}, run: importDirectory})
}

// Flags of these commands.
var (
	adminName, adminPerson, adminUnit *string
	readPassword                      *bool
	codeFile, deviceOffice            *string
)

func passwordFlag(f *flag.FlagSet) {
	readPassword = f.Bool("password-stdin", false, "đọc mật khẩu từ đầu vào (read the password from standard input)")
}

// password is what was given on standard input; never on the command line,
// where every user of the machine could see it.
func password() (string, error) {
	if !*readPassword {
		return "", nil
	}
	line, err := bufio.NewReader(os.Stdin).ReadString('\n')
	if err != nil && err != io.EOF {
		return "", err
	}
	return strings.TrimRight(line, "\r\n"), nil
}

func addAdmin(c *call) error {
	pass, err := password()
	if err != nil {
		return err
	}
	r := server.AdminRequest{Account: c.args[0], Name: *adminName, Person: app.ID(*adminPerson), Unit: app.ID(*adminUnit), Password: pass}
	return c.made("admin.add", r)
}

func addAccount(c *call) error {
	pass, err := password()
	if err != nil {
		return err
	}
	return c.made("account.add", server.AccountRequest{Account: c.args[0], Person: app.ID(c.args[1]), Password: pass})
}

func setPassword(c *call) error {
	pass, err := password()
	if err != nil {
		return err
	}
	return c.made("account.password", server.AccountRequest{Account: c.args[0], Password: pass})
}

// made does an operation that may make a password up, and shows it once.
func (c *call) made(operation string, args any) error {
	var m server.AccountMade
	if err := c.do(operation, args, &m); err != nil {
		return err
	}
	return c.show(m, func(io.Writer) {
		c.say(words{"Tài khoản: %s", "Account: %s"}, m.Account)
		if m.Password != "" {
			c.say(words{"Mật khẩu: %s (chỉ hiện lần này; hãy đổi sau khi đăng nhập)", "Password: %s (shown only now; change it after signing in)"}, m.Password)
		}
	})
}

func listAccounts(c *call) error {
	var all []server.AccountInfo
	if err := c.do("account.list", struct{}{}, &all); err != nil {
		return err
	}
	return c.show(all, func(w io.Writer) {
		for _, a := range all {
			row(w, a.Account, a.Name, a.Person, when(a.Closed))
		}
	})
}

func findPerson(c *call) error {
	var found []server.PersonInfo
	if err := c.do("person.find", server.PersonQuery{Query: strings.Join(c.args, " ")}, &found); err != nil {
		return err
	}
	return c.show(found, func(w io.Writer) {
		for _, p := range found {
			row(w, p.ID, p.Name, p.Position, p.Unit)
		}
	})
}

func makeCode(c *call) error {
	var i enrol.Invitation
	if err := c.do("code.make", server.PersonRequest{Person: app.ID(c.args[0])}, &i); err != nil {
		return err
	}
	if *codeFile != "" {
		b, err := i.Encode()
		if err != nil {
			return err
		}
		if err := writeNew(*codeFile, b); err != nil {
			return err
		}
	}
	return c.show(i, func(io.Writer) {
		c.say(words{"%s, %s", "%s, %s"}, i.PersonName, i.OfficeName)
		c.say(words{"Địa chỉ máy chủ: %s", "Server: %s"}, strings.Join(i.Addresses, ", "))
		c.say(words{"Mã đăng ký: %s", "Code: %s"}, i.Code)
		c.say(words{"Dùng một lần, đến %s.", "Good once, until %s."}, when(i.Expires))
		if *codeFile != "" {
			c.say(words{"Thư mời: %s", "Invitation: %s"}, *codeFile)
		}
	})
}

func listDevices(c *call) error {
	var all []server.DeviceInfo
	if err := c.do("device.list", server.DeviceQuery{Office: app.ID(*deviceOffice)}, &all); err != nil {
		return err
	}
	return c.show(all, func(w io.Writer) {
		row(w, words{"Máy", "Device"}.in(c.lang), words{"Người", "Person"}.in(c.lang), words{"Tên máy", "Name"}.in(c.lang),
			words{"Phiên bản", "Version"}.in(c.lang), words{"Thấy lần cuối", "Last seen"}.in(c.lang), words{"Thu hồi", "Revoked"}.in(c.lang))
		for _, d := range all {
			row(w, d.ID, d.PersonName, d.Name, d.Version, when(d.Seen), when(d.Revoked))
		}
	})
}

func revokeDevice(c *call) error {
	if err := c.do("device.revoke", server.DeviceRequest{Device: app.ID(c.args[0])}, nil); err != nil {
		return err
	}
	c.say(words{"Đã thu hồi máy %s.", "Revoked device %s."}, c.args[0])
	return nil
}

func importDirectory(c *call) error {
	b, err := os.ReadFile(c.args[0])
	if err != nil {
		return err
	}
	var in server.Import
	if err := json.Unmarshal(b, &in); err != nil {
		return fmt.Errorf("%s: %w", c.args[0], err)
	}
	var done server.Imported
	if err := c.do("directory.import", in, &done); err != nil {
		return err
	}
	return c.show(done, func(w io.Writer) {
		row(w, words{"Đã nhập", "Imported"}.in(c.lang), done.Records)
		for _, a := range done.Accounts {
			row(w, words{"Tài khoản", "Account"}.in(c.lang), a.Account, a.Password)
		}
		for _, r := range done.Refused {
			row(w, words{"Bị từ chối", "Refused"}.in(c.lang), r.Kind, r.ID, explain(r.Reason, c.lang))
		}
	})
}
