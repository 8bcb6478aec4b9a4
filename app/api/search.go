package api

import (
	"context"
	"strings"
	"time"

	"khonggiay/app"
)

// SearchResult is one page of what was found.
type SearchResult struct {
	Items       []SearchHit `json:"items"`
	Next        string      `json:"next,omitempty"`
	Total       int         `json:"total"`
	TotalCapped bool        `json:"totalCapped,omitempty"`
	Ms          int64       `json:"ms" doc:"time taken on this machine"`
}

// SearchHit is a document with the places where the words were found.
type SearchHit struct {
	DocRow
	SubjectSpans []Span `json:"subjectSpans,omitempty" doc:"the subject, cut where words were found"`
	Snippet      []Span `json:"snippet,omitempty"`
}

// Span is a piece of text that was searched for, or not.
type Span struct {
	Text string `json:"text"`
	Hit  bool   `json:"hit,omitempty"`
}

func (a *API) searchRoutes() {
	route(a, forPerson, get("/search", "search", "Search as one types, accents or none", "documents"), a.search)
}

func (a *API) search(ctx context.Context, in *listInput) (*body[SearchResult], error) {
	start := time.Now()
	l := a.look(viewerOf(ctx))
	q := in.query(l)
	out := SearchResult{Items: []SearchHit{}}
	if q.Text == "" && !in.narrows() {
		return &body[SearchResult]{out}, nil
	}
	page, err := a.page(ctx, l, q)
	if err != nil {
		return nil, err
	}
	rows, err := a.rows(ctx, l, page.Items)
	if err != nil {
		return nil, err
	}
	for i, item := range page.Items {
		out.Items = append(out.Items, SearchHit{DocRow: rows[i], SubjectSpans: spans(item.Hits), Snippet: spans(item.Snip)})
	}
	out.Next, out.Total, out.TotalCapped, out.Ms = page.Next, page.Total, page.More, time.Since(start).Milliseconds()
	return &body[SearchResult]{out}, nil
}

func spans(in []app.TextSpan) []Span {
	out := make([]Span, len(in))
	for i, s := range in {
		out[i] = Span(s)
	}
	return out
}

// splitSymbol cuts "12/QĐ-UBND" into number and notation.
func splitSymbol(symbol string) (number, notation string) {
	number, notation, _ = strings.Cut(symbol, "/")
	return strings.TrimSpace(number), strings.TrimSpace(notation)
}
