package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"strconv"

	"khonggiay/app/demo/show"
)

func init() {
	var o show.Options
	register(&command{
		name: "demo",
		help: words{"dựng một tỉnh giả định với máy chủ và bốn máy trạm thật trên máy này", "an invented province with a real server and four real laptops on this machine"},
		flags: func(f *flag.FlagSet) {
			f.Func("documents", fmt.Sprintf("số văn bản, mặc định %d (how many documents)", show.DefaultDocuments), func(text string) (err error) {
				if o.Documents, err = strconv.Atoi(text); err == nil && o.Documents < 1 {
					err = strconv.ErrRange
				}
				return err
			})
			f.StringVar(&o.Dir, "dir", "", "thư mục của dữ liệu trình diễn (its folder)")
			f.BoolVar(&o.Reset, "reset", false, "bỏ dữ liệu cũ, tạo mới (begin anew)")
			f.BoolVar(&o.NoOpen, "no-open", false, "không mở trình duyệt hay cửa sổ (open nothing)")
			f.BoolVar(&o.Small, "small", false, "một sở và ba xã (one department, three communes)")
			f.IntVar(&o.Port, "port", show.DefaultPort, "cổng của máy chủ; máy trạm dùng các cổng kế tiếp (the server's port; the laptops take the next)")
		},
		run: func(c *call) error {
			o.Out, o.Log, o.JSON, o.English, o.Version = c.out, c.err, c.json, c.lang == "en", version
			ctx, stop := context.WithCancel(c)
			defer stop()
			if c.json { // whoever started us is gone when our input ends
				go func() {
					_, _ = io.Copy(io.Discard, os.Stdin)
					stop()
				}()
			}
			return show.Run(ctx, o)
		},
	})
}
