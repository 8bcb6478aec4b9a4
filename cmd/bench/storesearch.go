package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"khonggiay/app"
)

// searches is how many are timed.
const searches = 400

// search times searches as they are typed at a browser: three words of a
// document that the searcher may see, the last one unfinished, with and without
// accents; answered by the first 20 hits with their count and highlights. The
// searchers take turns; every eighth search is of the large office.
func (b *storeBench) search(ctx context.Context) error {
	r := rand.New(rand.NewPCG(5, 6))
	type query struct {
		viewer app.Viewer
		text   string
	}
	var queries []query
	for i := range searches {
		who := 1 + i%(callers-1)
		if i%8 == 0 {
			who = 0
		}
		rows, err := b.newest(ctx, who, 500)
		if err != nil {
			return err
		}
		text := threeWords(r, rows[r.IntN(len(rows))].Subject)
		if i%2 == 0 {
			text = app.Fold(text)
		}
		queries = append(queries, query{b.viewer(who), text})
	}
	var took, used []time.Duration
	found, worst := 0, ""
	err := b.profiled("search", func() error {
		for _, q := range queries {
			began, before := time.Now(), cpuTime()
			page, err := b.store.Documents(ctx, q.viewer, app.DocumentQuery{Text: q.text, Limit: 20})
			if err != nil {
				return err
			}
			if page.Total == 0 {
				return fmt.Errorf("nothing found for %q", q.text)
			}
			used = append(used, cpuTime()-before)
			if took = append(took, time.Since(began)); took[len(took)-1] == slices.Max(took) {
				worst = q.text
			}
			found += page.Total
		}
		return nil
	})
	if err != nil {
		return err
	}
	return print(b.out, figure{Name: "store.search_ms_p95", Value: quantile(took, .95), Unit: "ms", N: b.n, More: map[string]any{
		"p50_ms": quantile(took, .5), "max_ms": quantile(took, 1), "cpu_p50_ms": quantile(used, .5), "cpu_p95_ms": quantile(used, .95), "slowest": worst, "searches": len(took), "mean_hits": found / len(took),
	}})
}

// threeWords picks three words of a text in their order and cuts the last to
// what might be typed so far.
func threeWords(r *rand.Rand, text string) string {
	words := slices.DeleteFunc(strings.Fields(text), func(w string) bool { return len([]rune(w)) < 2 || strings.ContainsAny(w, `-/,."`) })
	if len(words) < 3 {
		return text
	}
	at := r.Perm(len(words))[:3]
	slices.Sort(at)
	last := []rune(words[at[2]])
	return words[at[0]] + " " + words[at[1]] + " " + string(last[:1+r.IntN(len(last))])
}
