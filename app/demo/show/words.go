package show

// words are what a person reads, in one language.
type words struct {
	other, about, unknown                                string
	running, reuse, stale, inventing, progress, invented string
	startServer, startLaptops, enrolled, noPort, closed  string
	ready, role, person, address                         string
	accounts, account, password, keys, guide             string
}

func speak(english bool) words {
	if english {
		return inEnglish
	}
	return inVietnamese
}

var inVietnamese = words{
	other:        "thư mục %s đã có dữ liệu trình diễn với %s văn bản, không phải %d. Thêm --reset để tạo mới (mất những gì đã làm trong đó), hoặc bỏ --documents để dùng lại, hoặc chọn thư mục khác bằng --dir",
	about:        "khoảng %d",
	unknown:      "một số không rõ",
	running:      "một buổi trình diễn khác đang chạy với thư mục %s",
	reuse:        "Dùng lại dữ liệu trình diễn tạo lúc %s (thêm --reset để tạo mới).",
	stale:        "  Dữ liệu đã %d ngày, nhiều hạn xử lý đã qua; --reset cho các hạn sát hôm nay.",
	inventing:    "Lần đầu: dựng một tỉnh giả định và khoảng %d văn bản qua đúng các lệnh của sản phẩm…",
	progress:     "  %3d%%",
	invented:     "  xong sau %.0f giây.",
	startServer:  "Mở máy chủ tỉnh ở cổng %d…",
	startLaptops: "Mở %d máy trạm, mỗi máy một bản dữ liệu riêng…",
	enrolled:     "  đã đăng ký máy của %s (%s)",
	noPort:       "không còn cổng trống từ %d trở đi; chọn cổng khác bằng --port",
	closed:       "%s đã đóng; các máy khác vẫn chạy. Ctrl+C để tắt tất cả.",
	ready:        "TỈNH MINH GIANG (giả định) ĐÃ SẴN SÀNG. Mở máy trạm của từng người trong trình duyệt:",
	role:         "Vai", person: "Người", address: "Địa chỉ",
	accounts: "Đăng nhập bằng trình duyệt, không cần máy trạm (trình duyệt sẽ hỏi về chứng thư tự cấp):",
	account:  "Tài khoản", password: "Mật khẩu lần đầu",
	keys: "Ký số: trên mỗi máy có sẵn khóa trình diễn trong tệp (văn thư có thêm khóa của cơ quan), không có giá trị pháp lý. Mật khẩu:",
	guide: `SÁU MƯƠI GIÂY ĐẦU TIÊN
  1. Mở máy của Chủ tịch UBND xã: Bàn làm việc, công điện hỏa tốc đứng đầu.
  2. Trên băng "Dữ liệu trình diễn" bấm Cắt mạng: trạng thái chuyển sang màu hổ phách.
  3. Enter mở văn bản; phím D viết ý kiến chỉ đạo, chọn chuyên viên, gửi: "1 việc chờ gửi".
  4. Bấm Nối mạng: "Đã gửi".
  5. Đổi vai sang Văn thư Sở, mở công điện vừa gửi đi: xã đã "Đã chuyển xử lý"; khi chuyên viên
     bắt đầu làm: "Đang xử lý".

Ctrl+C để tắt tất cả. Lần sau mở lại trong vài giây với đúng những gì đã làm.`,
}

var inEnglish = words{
	other:        "the folder %s has a demonstration with %s documents, not %d. Add --reset to begin anew (what was done in it is lost), leave out --documents to use it again, or name another folder with --dir",
	about:        "about %d",
	unknown:      "an unknown number of",
	running:      "another demonstration is running with the folder %s",
	reuse:        "Using the demonstration of %s again (--reset begins anew).",
	stale:        "  It is %d days old and many deadlines have passed; --reset brings them close to today.",
	inventing:    "First time: inventing a province and about %d documents through the product's own commands…",
	progress:     "  %3d%%",
	invented:     "  done after %.0f seconds.",
	startServer:  "Starting the provincial server on port %d…",
	startLaptops: "Starting %d laptops, each with its own replica…",
	enrolled:     "  enrolled the laptop of %s (%s)",
	noPort:       "no free port from %d onwards; choose another with --port",
	closed:       "%s was closed; the others go on. Ctrl+C stops everything.",
	ready:        "THE PROVINCE OF MINH GIANG (invented) IS READY. Open each person's laptop in a browser:",
	role:         "Role", person: "Person", address: "Address",
	accounts: "Sign in with a browser, without a laptop (it will ask about the province's own certificate):",
	account:  "Account", password: "First password",
	keys: "Signing: each laptop has a demonstration key in a file (the clerks also their agency's), without legal value. Password:",
	guide: `THE FIRST SIXTY SECONDS
  1. Open the chairman's laptop: his desk, with a telegram marked "hỏa tốc" (at once) on top.
  2. On the banner press "Cắt mạng" (cut the line): the state turns amber.
  3. Enter opens the document; the key D writes a directive; choose an officer, send: one thing waits.
  4. Press "Nối mạng" (mend the line): sent.
  5. Switch to the department's clerk and open the telegram: the commune has assigned it; once the
     officer begins, it is being handled.

Ctrl+C stops everything. Next time it opens within seconds, with all that you did.`,
}
