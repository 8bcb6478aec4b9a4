package main

import (
	"flag"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"

	"khonggiay/app/api"
	"khonggiay/app/server"
)

func init() {
	register(&command{name: "backup", args: "TỆP", min: 1, max: 1,
		help: words{"sao lưu khi máy chủ đang chạy, có mã hóa", "back up the running server, sealed"},
		flags: func(f *flag.FlagSet) {
			withoutContent = f.Bool("without-content", false, "chỉ cơ sở dữ liệu và khóa (database and keys only)")
			sealKeys = f.String("key", "", "tệp khóa công khai, hoặc chính khóa ấy (file of public keys, or a key)")
			passphraseFile = f.String("passphrase-file", "", "tệp chứa cụm mật khẩu, - là đầu vào (file with the passphrase, - = standard input)")
		}, run: backup})
	register(&command{name: "backup key", args: "TỆP", min: 1, max: 1,
		help: words{"tạo cặp khóa sao lưu: TỆP (bí mật) và TỆP.pub", "make a pair of backup keys: TỆP (secret) and TỆP.pub"}, run: backupKey})
	register(&command{name: "restore", args: "TỆP", min: 1, max: 1,
		help: words{"phục hồi vào thư mục dữ liệu còn trống; --check chỉ kiểm tra", "restore into an empty data directory; --check only verifies"},
		flags: func(f *flag.FlagSet) {
			onlyCheck = f.Bool("check", false, "đọc và kiểm tra cả tệp, không tạo máy chủ (read and verify all of it, make no server)")
			keyFile = f.String("key", "", "tệp khóa bí mật (file with the secret key)")
			passphraseFile = f.String("passphrase-file", "", "tệp chứa cụm mật khẩu, - là đầu vào (file with the passphrase, - = standard input)")
		}, run: restore})
}

// Flags of these commands.
var (
	withoutContent *bool
	onlyCheck      *bool
	sealKeys       *string
	keyFile        *string
	passphraseFile *string
)

// readPassphrase reads the first line of the file that was named, if one was.
func readPassphrase() (string, error) {
	var b []byte
	var err error
	switch *passphraseFile {
	case "":
		return "", nil
	case "-":
		b, err = io.ReadAll(io.LimitReader(os.Stdin, 4096))
	default:
		b, err = os.ReadFile(*passphraseFile)
	}
	line, _, _ := strings.Cut(string(b), "\n")
	return strings.TrimRight(line, "\r"), err
}

// publicKeys are those of a file, or the one that was typed.
func publicKeys(text string) ([]string, error) {
	if text == "" {
		return nil, nil
	}
	if !strings.HasPrefix(text, "age1") {
		b, err := os.ReadFile(text)
		if err != nil {
			return nil, err
		}
		text = string(b)
	}
	var out []string
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			out = append(out, line)
		}
	}
	return out, nil
}

func backup(c *call) error {
	path, err := filepath.Abs(c.args[0])
	if err != nil {
		return err
	}
	request := server.BackupRequest{Path: path, WithoutContent: *withoutContent}
	if request.Passphrase, err = readPassphrase(); err != nil {
		return err
	}
	if request.Keys, err = publicKeys(*sealKeys); err != nil {
		return err
	}
	var info server.BackupInfo
	if err := c.do("backup", request, &info); err != nil {
		return err
	}
	return c.show(info, func(io.Writer) {
		c.say(words{"Đã sao lưu, có mã hóa, vào %s: cơ sở dữ liệu %d byte, %d đoạn nội dung (%d byte), %d đoạn máy trạm chưa gửi.",
			"Backed up, sealed, to %s: database %d bytes, %d content segments (%d bytes), %d not yet sent by laptops."},
			path, info.Size, info.Segments, info.Bytes, info.Missing)
		if !info.Content {
			c.say(words{"Nội dung tệp KHÔNG nằm trong bản này; chép riêng thư mục content.", "Content is NOT in it; copy the directory content as well."})
		}
		c.say(words{"Thử ngay: khonggiayctl restore --check %s", "Try it now: khonggiayctl restore --check %s"}, path)
	})
}

func backupKey(c *call) error {
	secret, public, err := server.NewBackupKey()
	if err != nil {
		return err
	}
	if err := writeNew(c.args[0], []byte(secret)); err != nil {
		return err
	}
	if err := writeNew(c.args[0]+".pub", []byte(public+"\n")); err != nil {
		return err
	}
	c.say(words{"Khóa bí mật: %[1]s. Cất nó NGOÀI máy chủ, ít nhất hai nơi: mất nó là mất mọi bản sao lưu.\nKhóa công khai: %[1]s.pub. Sao lưu: khonggiayctl backup TỆP --key %[1]s.pub",
		"Secret key: %[1]s. Keep it AWAY from the server, in two places at least: without it every backup is lost.\nPublic key: %[1]s.pub. To back up: khonggiayctl backup FILE --key %[1]s.pub"}, c.args[0])
	return nil
}

func restore(c *call) error {
	config, err := server.LoadConfig(c.data)
	if err != nil {
		return err
	}
	config.Version = version
	config.Log = api.NewLogger(c.err, slog.LevelError)
	var with server.OpenWith
	if with.Passphrase, err = readPassphrase(); err != nil {
		return err
	}
	if *keyFile != "" {
		b, err := os.ReadFile(*keyFile)
		if err != nil {
			return err
		}
		with.Keys = string(b)
	}
	if *onlyCheck {
		return checkBackup(c, config, with)
	}
	info, err := server.Restore(c, config, c.args[0], with)
	if err != nil {
		return err
	}
	return c.show(info, func(io.Writer) {
		c.say(words{"Đã phục hồi bản sao lưu lúc %s vào %s: %d đoạn nội dung.", "Restored the backup of %s into %s: %d content segments."},
			when(info.Backup.At), config.Data, info.Segments)
		c.sayWhatLacks(info)
		c.say(words{"Các máy trạm tự gửi lại những việc của 30 ngày gần nhất mà bản sao lưu không có. Mọi sổ đang đóng: văn thư từng cơ quan xác nhận số cuối cùng rồi mở lại.",
			"Laptops send again by themselves what of the last 30 days the backup lacks. All registers are closed: each office's clerk confirms the last number and opens them."})
		c.say(words{"Những gì đã thu hồi sau bản sao lưu nay lại có hiệu lực: thu hồi lại máy, khóa lại tài khoản (xem docs/operations.md).",
			"What was taken away after the backup is back: revoke those devices and close those accounts again (see docs/operations.md)."})
	})
}

// checkBackup verifies a backup and makes no server.
func checkBackup(c *call, config server.Config, with server.OpenWith) error {
	info, err := server.CheckBackup(c, config, c.args[0], with)
	if err != nil {
		return err
	}
	return c.show(info, func(io.Writer) {
		c.say(words{"Bản sao lưu lúc %s nguyên vẹn: cơ sở dữ liệu, %d sự kiện, %d dòng nhật ký, %d đoạn nội dung.",
			"The backup of %s is whole: database, %d events, %d log rows, %d content segments."}, when(info.Backup.At), info.Events, info.Audit, info.Segments)
		if !info.Sealed {
			c.say(words{"CHƯA MÃ HÓA: bản này do phiên bản cũ tạo và chứa khóa của tỉnh.", "NOT SEALED: an older version made it, and it holds the province's keys."})
		}
		c.sayWhatLacks(info)
	})
}

func (c *call) sayWhatLacks(info server.RestoreInfo) {
	if info.Absent > 0 {
		c.say(words{"Thiếu %d đoạn nội dung: chép chúng vào thư mục content rồi chạy khonggiayctl check.",
			"%d content segments are absent: copy them into the directory content, then run khonggiayctl check."}, info.Absent)
	}
}

func init() {
	for reason, w := range map[string]words{
		"backup.damaged":          {"tệp này không phải bản sao lưu, hoặc đã hỏng", "this file is no backup, or it is damaged"},
		"backup.wrong_key":        {"sai cụm mật khẩu hoặc sai khóa", "the wrong passphrase or key"},
		"backup.needs_key":        {"bản sao lưu có mã hóa: cần --key hoặc --passphrase-file", "the backup is sealed: --key or --passphrase-file is needed"},
		"backup.no_key":           {"cần đúng một cách mã hóa: --key hoặc --passphrase-file", "exactly one of --key and --passphrase-file is needed"},
		"backup.short_passphrase": {"cụm mật khẩu quá ngắn", "the passphrase is too short"},
		"backup.bad_key":          {"không đọc được khóa công khai", "the public key cannot be read"},
		"backup.bad_key_file":     {"không đọc được tệp khóa bí mật", "the secret key file cannot be read"},
		"backup.newer":            {"bản sao lưu do phiên bản mới hơn tạo", "a newer version made the backup"},
	} {
		reasons[reason] = w
	}
}
