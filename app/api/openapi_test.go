package api

import (
	"bytes"
	"flag"
	"os"
	"testing"
)

var update = flag.Bool("update", false, "write golden files and frontend/openapi.json anew")

// TestOpenAPIIsCommitted: the UI's types are generated from the committed
// description, so it must be the one that this code makes.
func TestOpenAPIIsCommitted(t *testing.T) {
	const path = "../../frontend/openapi.json"
	made := OpenAPI()
	if *update {
		if err := os.WriteFile(path, made, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	committed, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(made, committed) {
		t.Error("frontend/openapi.json is not what the code makes: run go generate ./frontend")
	}
}
