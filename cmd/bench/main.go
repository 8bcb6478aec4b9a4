// Command bench measures the product and prints one JSON object a line:
//
//	{"name":"sync.first_load.bytes_per_record","value":171,"unit":"B","n":50000}
//
// Each area is a subcommand: "bench sync --corpus FILE.ndjson --n 50000". CPU
// figures are those of the measured processes alone (getrusage); the load
// generator and the counting proxy run apart from them. Inputs may be given, so
// that other systems can be given the same work. Proved by main_test.go, which
// runs every area small.
package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
)

// figure is one measured value.
type figure struct {
	Name  string         `json:"name"`
	Value float64        `json:"value"`
	Unit  string         `json:"unit"`
	N     int            `json:"n"`
	More  map[string]any `json:"more,omitempty"`
}

// areas are the subcommands; those with a dash are parts of another one, run
// in processes of their own.
var areas = map[string]func(args []string, in io.Reader, out io.Writer) error{
	"app":         benchApp,
	"content":     benchContent,
	"crowd":       benchCrowd,
	"meeting":     benchMeeting,
	"sfu":         benchSFU,
	"sfu-server":  sfuServer,
	"sign":        benchSign,
	"store":       benchStore,
	"sync":        benchSync,
	"sync-server": syncServer,
	"sync-client": syncClient,
}

func main() {
	if err := run(os.Args[1:], os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(args []string, in io.Reader, out io.Writer) error {
	if len(args) == 0 || areas[args[0]] == nil {
		return fmt.Errorf("usage: bench sync [--corpus FILE.ndjson] [--n N] | bench store [--records N] | bench app [--n N] | bench content [--mib N] [--offices N] | bench sign [--n N] [--mib N] | bench meeting [--n N] | bench sfu [--pubs N] [--points N]")
	}
	return areas[args[0]](args[1:], in, out)
}

func rounded(v float64) float64 { return float64(int64(v*1000+0.5)) / 1000 }

func print(out io.Writer, f figure) error {
	f.Value = rounded(f.Value)
	for name, v := range f.More {
		if v, ok := v.(float64); ok {
			f.More[name] = rounded(v)
		}
	}
	return json.NewEncoder(out).Encode(f)
}
