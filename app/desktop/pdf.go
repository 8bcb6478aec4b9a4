package desktop

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"time"

	"khonggiay/app"
	"khonggiay/app/convert"
	"khonggiay/app/office"
)

// converter makes PDFs on this machine when LibreOffice is here, and has the
// server make them otherwise.
type converter struct{ *App }

// findOffice looks for LibreOffice, once a start; nil when it is not here.
func (a *App) findOffice() (*convert.Converter, error) {
	if a.cfg.noOffice {
		return nil, nil
	}
	return convert.Find(a.ctx, convert.Options{Folder: a.path(convertDir), Log: a.log})
}

// convertDir holds the plaintext of the one conversion that runs.
const convertDir = "convert"

// PDF implements api.Converter.
func (c converter) PDF(ctx context.Context, kind office.Kind, src io.Reader) ([]byte, error) {
	here, err := c.office()
	if err != nil {
		return nil, err
	}
	if here != nil {
		return here.PDF(ctx, kind, src)
	}
	l, err := c.enrolled()
	if err != nil {
		return nil, err
	}
	if !l.carrier.online() {
		return nil, convert.ErrNotInstalled
	}
	return l.askPDF(ctx, kind, src)
}

// askPDFFor is how long the server may take: its turn may come late.
const askPDFFor = 10 * time.Minute

// maxPDF is the most that is read of a PDF that the server made, in bytes.
const maxPDF = 256 << 20

func (l *link) askPDF(ctx context.Context, kind office.Kind, src io.Reader) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, askPDFFor)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, serverURL+"/api/pdf?kind="+url.QueryEscape(string(kind)), src)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/octet-stream")
	resp, err := l.client.Do(req)
	if err != nil {
		return nil, app.Errorf(app.Offline, "session.offline", "pdf: %w", err)
	}
	defer func() { _ = resp.Body.Close() }()
	var made bytes.Buffer
	if _, err := io.Copy(&made, io.LimitReader(resp.Body, maxPDF)); err != nil {
		return nil, app.Errorf(app.Offline, "session.offline", "pdf: %w", err)
	}
	if resp.StatusCode != http.StatusOK {
		return nil, refusalOf(made.Bytes(), resp)
	}
	if !bytes.HasPrefix(made.Bytes(), []byte("%PDF-")) {
		return nil, errors.New("what the server made is no PDF")
	}
	return made.Bytes(), nil
}
