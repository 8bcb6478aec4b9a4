package apitest

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"khonggiay/app/api"
)

const (
	hugeFile = 2_000_000_000
	// hugeBegin is how much of it is sent: less than any connection holds.
	hugeBegin = 32 << 10
)

const hugeHead = "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"quá lớn.pdf\"\r\n\r\n%PDF-1.7 "

// RefusesHuge begins to upload 2 GB at a door, and sends no more until it has an
// answer. It must be refused for its size, in words that can name the bound. header
// is what lets the caller in.
func RefusesHuge(t *testing.T, client *http.Client, url string, header http.Header) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	body := &begun{io.MultiReader(strings.NewReader(hugeHead), io.LimitReader(zeros{}, hugeBegin)), ctx.Done()}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url, body)
	if err != nil {
		t.Fatal(err)
	}
	req.ContentLength = hugeFile
	req.Header = header.Clone()
	req.Header.Set("Content-Type", "multipart/form-data; boundary=b")
	resp, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		cancel() // HTTP/2 closes no answer while its request is being read
		_ = resp.Body.Close()
	}()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	var p struct {
		Reason string
		Data   struct{ MaxBytes int64 }
	}
	if err := json.Unmarshal(b, &p); err != nil || p.Reason != "upload.too_large" || p.Data.MaxBytes != api.MaxUpload {
		t.Errorf("%s %s %v", resp.Status, b, err)
	}
}

// begun is a body of which only the beginning comes, until it is let go. A client
// that went on sending could be cut off before it reads why: the other side waits
// for half a second, and a busy machine may take longer.
type begun struct {
	from io.Reader
	done <-chan struct{}
}

func (b *begun) Read(p []byte) (int, error) {
	n, err := b.from.Read(p)
	if n == 0 && errors.Is(err, io.EOF) {
		<-b.done
		return 0, io.ErrUnexpectedEOF
	}
	return n, nil
}

// zeros never end.
type zeros struct{}

func (zeros) Read(b []byte) (int, error) { clear(b); return len(b), nil }
