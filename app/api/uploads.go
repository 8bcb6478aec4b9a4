package api

import (
	"bufio"
	"context"
	"errors"
	"io"
	"mime/multipart"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"khonggiay/app"
	"khonggiay/app/office"
)

// UploadResult names a sealed upload for use in a command.
type UploadResult struct {
	SHA256 app.Hash `json:"sha256"`
	Name   string   `json:"name"`
	Size   int64    `json:"size"`
	Media  string   `json:"media"`
	Pages  int      `json:"pages,omitempty" doc:"of a PDF, when it is easily seen"`
}

// MaxUpload is the largest file taken, in bytes: what the exchange axis
// carries in one document (QCVN 102:2016 allows less; scans of annexes need more).
const MaxUpload = 300 << 20

func (a *API) uploadRoutes() {
	op := post("/uploads", "upload", "Seal a file for use in a command", "content")
	route(a, forPerson, op, a.upload)
	// Described after it is registered: a route with a described body has its
	// body read before the handler runs.
	a.huma.OpenAPI().Paths[op.Path].Post.RequestBody = &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{
		"multipart/form-data": {Schema: &huma.Schema{
			Type:       huma.TypeObject,
			Properties: map[string]*huma.Schema{"file": {Type: huma.TypeString, Format: "binary"}},
			Required:   []string{"file"},
		}},
	}}
}

// formRoom is what a form may take besides its file.
const formRoom = 1 << 20

// CheckUpload refuses a body that says itself that it is too large, before any of
// it has come. length is the request's ContentLength.
func CheckUpload(length int64) error {
	if length > MaxUpload+formRoom {
		return errUploadTooLarge
	}
	return nil
}

// upload streams the one part named "file" into the sealed store. The body is
// read by hand: a form parser would put the plaintext into a temporary file.
func (a *API) upload(ctx context.Context, _ *none) (*body[UploadResult], error) {
	x := exchangeOf(ctx)
	if err := CheckUpload(x.r.ContentLength); err != nil {
		return nil, err
	}
	x.r.Body = http.MaxBytesReader(x.w, x.r.Body, MaxUpload+formRoom)
	part, err := filePart(x.r)
	if err != nil {
		return nil, err
	}
	defer func() { _ = part.Close() }()
	up, err := a.keep(ctx, x.viewer, part.FileName(), part)
	if err != nil {
		return nil, err
	}
	return &body[UploadResult]{up}, nil
}

// keep seals what src gives and remembers it as the person's.
func (a *API) keep(ctx context.Context, v Viewer, name string, src io.Reader) (UploadResult, error) {
	up, err := a.seal(ctx, name, src)
	if err != nil {
		return UploadResult{}, err
	}
	up.Person, up.At = v.Person, a.Now()
	if err := a.Uploads.SaveUpload(ctx, up); err != nil {
		return UploadResult{}, err
	}
	return UploadResult{SHA256: up.Content.SHA256, Name: up.Name, Size: up.Content.Size, Media: up.Media, Pages: up.Pages}, nil
}

func filePart(r *http.Request) (*multipart.Part, error) {
	form, err := r.MultipartReader()
	if err != nil {
		return nil, errMalformed
	}
	for {
		part, err := form.NextPart()
		if err != nil {
			return nil, bodyError(err, errMalformed)
		}
		if part.FormName() == "file" && part.FileName() != "" {
			return part, nil
		}
	}
}

func (a *API) seal(ctx context.Context, given string, body io.Reader) (Upload, error) {
	name, ok := FileName(given)
	if !ok {
		return Upload{}, app.Refuse(app.Invalid, "upload.bad_name")
	}
	if err := checkName(name); err != nil {
		return Upload{}, err
	}
	src := bufio.NewReaderSize(body, 4096)
	head, err := src.Peek(1024)
	if err != nil && !errors.Is(err, io.EOF) {
		return Upload{}, bodyError(err, errMalformed)
	}
	if len(head) == 0 {
		return Upload{}, app.Refuse(app.Invalid, "upload.empty").With("name", name)
	}
	media, err := mediaOf(name, head)
	if err != nil {
		return Upload{}, err
	}
	pages := &pageCounter{}
	in := io.Reader(&maxReader{src: src, left: MaxUpload})
	if media == "application/pdf" {
		in = io.TeeReader(in, pages)
	}
	v, err := a.Contents.Seal(ctx, in)
	if err != nil {
		return Upload{}, bodyError(err, err)
	}
	if err := a.inspect(ctx, name, v); err != nil {
		return Upload{}, err
	}
	return Upload{Name: name, Media: media, Pages: pages.n, Content: v}, nil
}

// inspect looks into a text document once it is sealed: only the end of a
// package tells what is in it. One that is refused stays noise that nothing
// names, and is swept.
func (a *API) inspect(ctx context.Context, name string, v app.FileVersion) error {
	kind, text := office.KindOf(name)
	if !text {
		return nil
	}
	src, err := a.Contents.Open(ctx, v)
	if err != nil {
		return err
	}
	defer func() { _ = src.Close() }()
	return office.Inspect(readerAt{src}, v.Size, kind)
}

// readerAt reads at any place of what can seek; for one goroutine.
type readerAt struct{ src io.ReadSeeker }

// ReadAt implements io.ReaderAt.
func (r readerAt) ReadAt(p []byte, off int64) (int, error) {
	if _, err := r.src.Seek(off, io.SeekStart); err != nil {
		return 0, err
	}
	n, err := io.ReadFull(r.src, p)
	if errors.Is(err, io.ErrUnexpectedEOF) {
		err = io.EOF
	}
	return n, err
}

// bodyError names the one thing that goes wrong with a body through no fault
// of ours; anything else is what the caller says.
func bodyError(err, other error) error {
	var big *http.MaxBytesError
	if errors.As(err, &big) || errors.Is(err, errUploadTooLarge) {
		return errUploadTooLarge
	}
	return other
}

var errUploadTooLarge = app.Refuse(app.Invalid, "upload.too_large").With("maxBytes", int64(MaxUpload))

// maxReader fails once more than left bytes were read.
type maxReader struct {
	src  io.Reader
	left int64
}

func (m *maxReader) Read(p []byte) (int, error) {
	n, err := m.src.Read(p)
	if m.left -= int64(n); m.left < 0 {
		return 0, errUploadTooLarge
	}
	return n, err
}

// pageCounter counts the page objects of a PDF as its bytes go by. Files that
// keep them in compressed object streams count 0: not known.
type pageCounter struct {
	n    int
	tail []byte
}

func (c *pageCounter) Write(p []byte) (int, error) {
	buf := append(c.tail, p...)
	const keep = 16
	end := len(buf) - keep
	for i := 0; i < end; i++ {
		if buf[i] == '/' && isPageType(buf[i:min(i+keep, len(buf))]) {
			c.n++
		}
	}
	c.tail = append([]byte(nil), buf[max(end, 0):]...)
	return len(p), nil
}

// isPageType matches "/Type /Page" with any blanks, but not "/Type /Pages".
func isPageType(b []byte) bool {
	const first, second = "/Type", "/Page"
	if len(b) < len(first)+len(second)+1 || string(b[:len(first)]) != first {
		return false
	}
	b = b[len(first):]
	for len(b) > 0 && (b[0] == ' ' || b[0] == '\n' || b[0] == '\r' || b[0] == '\t') {
		b = b[1:]
	}
	if len(b) <= len(second) || string(b[:len(second)]) != second {
		return false
	}
	c := b[len(second)]
	return c < 'a' || c > 'z'
}
