// Package officetest writes small text documents for tests: whole packages
// that LibreOffice and Word open, one paragraph a line.
package officetest

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"io"
	"strings"
	"testing"
)

// Part is one more part of a package.
type Part struct{ Name, Text string }

const (
	wordTypes = `<?xml version="1.0" encoding="UTF-8"?>` +
		`<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">` +
		`<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>` +
		`<Default Extension="xml" ContentType="application/xml"/>` +
		`<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>`
	wordRels = `<?xml version="1.0" encoding="UTF-8"?>` +
		`<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">` +
		`<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>`
	wordSpace = `http://schemas.openxmlformats.org/wordprocessingml/2006/main`
	openMedia = `application/vnd.oasis.opendocument.text`
)

// Docx is a Word document; more parts may be put into it, and take the place of
// its own.
func Docx(t testing.TB, text string, more ...Part) []byte {
	t.Helper()
	return pack(t, append([]Part{
		{"[Content_Types].xml", wordTypes}, {"_rels/.rels", wordRels},
		{"word/document.xml", `<?xml version="1.0" encoding="UTF-8"?><w:document xmlns:w="` + wordSpace + `"><w:body>` +
			lines(text, "<w:p><w:r><w:t>", "</w:t></w:r></w:p>") + `</w:body></w:document>`},
	}, more...))
}

// Odt is an OpenDocument text.
func Odt(t testing.TB, text string, more ...Part) []byte {
	t.Helper()
	return pack(t, append([]Part{
		{"mimetype", openMedia},
		{"META-INF/manifest.xml", `<?xml version="1.0" encoding="UTF-8"?><manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.2">` +
			`<manifest:file-entry manifest:full-path="/" manifest:media-type="` + openMedia + `"/>` +
			`<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>`},
		{"content.xml", `<?xml version="1.0" encoding="UTF-8"?><office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" ` +
			`xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" office:version="1.2"><office:body><office:text>` +
			lines(text, "<text:p>", "</text:p>") + `</office:text></office:body></office:document-content>`},
	}, more...))
}

func lines(text, begin, end string) string {
	var b strings.Builder
	for line := range strings.SplitSeq(text, "\n") {
		b.WriteString(begin)
		_ = xml.EscapeText(&b, []byte(line)) // a Builder takes everything
		b.WriteString(end)
	}
	return b.String()
}

// pack writes the parts, of one name the last.
func pack(t testing.TB, parts []Part) []byte {
	t.Helper()
	last := map[string]string{}
	for _, p := range parts {
		last[p.Name] = p.Text
	}
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, p := range parts {
		text, left := last[p.Name]
		if !left {
			continue
		}
		delete(last, p.Name)
		w, err := z.CreateHeader(&zip.FileHeader{Name: p.Name}) // stored: the mimetype of OpenDocument must be
		if err == nil {
			_, err = io.WriteString(w, text)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
