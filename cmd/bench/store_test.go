package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"testing"
)

// TestStore runs the bench of the store small: every figure is there.
func TestStore(t *testing.T) {
	var out bytes.Buffer
	if err := run([]string{"store", "--records", "2000", "--each", "3"}, nil, &out); err != nil {
		t.Fatal(err)
	}
	got := map[string]figure{}
	for dec := json.NewDecoder(&out); ; {
		var f figure
		if err := dec.Decode(&f); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		got[f.Name] = f
	}
	for _, name := range []string{"store.commands_per_s", "store.bare_loop_per_s", "store.pull_ms", "store.bare_pull_ms", "store.search_ms_p95"} {
		if f, ok := got[name]; !ok || f.Value <= 0 || f.N != 2000 {
			t.Errorf("%s = %+v", name, f)
		}
	}
	if bare, given := got["store.bare_loop_per_s"].More["commands"], got["store.commands_per_s"].More["commands"]; bare != given || given != float64(callers*3) {
		t.Errorf("%v commands were given, the bare loop wrote the rows of %v", given, bare)
	}
}

func TestQuantile(t *testing.T) {
	of := []float64{5, 1, 4, 2, 3}
	if quantileOf(of, .5) != 3 || quantileOf(of, .95) != 5 || quantileOf(of, 0) != 1 || of[0] != 5 {
		t.Errorf("%v", of)
	}
}
