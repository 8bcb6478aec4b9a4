package main

import (
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
)

//go:embed page.mjs
var pageScript []byte

// pageFigures is what page.mjs prints, in milliseconds.
type pageFigures struct {
	Start  float64   `json:"start"`  // from the process's start until rows are on the screen
	Opens  []float64 `json:"opens"`  // from Enter on a row until its document is shown
	Keys   []float64 `json:"keys"`   // from a key in the search until the frame with its answer
	Frames []float64 `json:"frames"` // between two frames while the list scrolls
	Work   []float64 `json:"work"`   // of the main thread, for each of them
	Rows   int       `json:"rows"`   // the list held by the end
}

// page measures the real page in Chromium, where there is one: it starts the
// program once more, cold, with the browser open already, as a window is.
// Painting is done by the processor there, so the main thread's own work for a
// frame stands beside the time between frames.
func (b *appBench) page(ctx context.Context, subjects []string) error {
	browser := chromium()
	node, err := exec.LookPath("node")
	if b.noPage || browser == "" || err != nil {
		fmt.Fprintln(os.Stderr, "bench: no Chromium and node: the page is not measured")
		return nil
	}
	modules, err := filepath.Abs(b.modules)
	if err != nil {
		return err
	}
	r := rand.New(rand.NewPCG(11, 12))
	var texts []string
	for range 4 {
		texts = append(texts, threeWords(r, subjects[r.IntN(len(subjects))]))
	}
	order, err := json.Marshal(map[string]any{
		"browser": browser, "modules": modules, "program": filepath.Join(b.programs, "khonggiay"), "data": filepath.Join(b.dir, "laptop"),
		"listen": fmt.Sprintf("127.0.0.1:%d", b.Port+1), "texts": texts,
	})
	if err != nil {
		return err
	}
	script := filepath.Join(b.dir, "page.mjs")
	if err := os.WriteFile(script, pageScript, 0o600); err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, node, script, string(order))
	cmd.Stderr = os.Stderr
	text, err := cmd.Output()
	if err != nil {
		return fmt.Errorf("page: %w", err)
	}
	var got pageFigures
	if err := json.Unmarshal(text, &got); err != nil {
		return err
	}
	return b.printPage(&got)
}

func (b *appBench) printPage(got *pageFigures) error {
	if len(got.Frames) == 0 || len(got.Opens) == 0 || len(got.Keys) == 0 {
		return errors.New("the page was not measured")
	}
	mean := 0.0
	for _, ms := range got.Frames {
		mean += ms / float64(len(got.Frames))
	}
	for _, f := range []figure{
		{Name: "app.page_start_ms", Value: got.Start, Unit: "ms"},
		{Name: "app.page_open_ms_p95", Value: quantileOf(got.Opens, .95), Unit: "ms", More: map[string]any{"p50_ms": quantileOf(got.Opens, .5), "opened": len(got.Opens)}},
		{Name: "app.page_search_ms_p95", Value: quantileOf(got.Keys, .95), Unit: "ms", More: map[string]any{"p50_ms": quantileOf(got.Keys, .5), "keys": len(got.Keys)}},
		{Name: "app.scroll_fps", Value: 1000 / mean, Unit: "/s", More: map[string]any{"frames": len(got.Frames), "rows": got.Rows}},
		{Name: "app.scroll_frame_ms_p95", Value: quantileOf(got.Frames, .95), Unit: "ms", More: map[string]any{
			"p50_ms": quantileOf(got.Frames, .5), "work_ms_p50": quantileOf(got.Work, .5), "work_ms_p95": quantileOf(got.Work, .95),
		}},
	} {
		f.N = b.n
		if err := print(b.out, f); err != nil {
			return err
		}
	}
	return nil
}

// chromium is the browser's program: CHROMIUM says which, else one that is
// installed; "" for none.
func chromium() string {
	for _, name := range []string{os.Getenv("CHROMIUM"), "chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); name != "" && err == nil {
			return path
		}
	}
	return ""
}
