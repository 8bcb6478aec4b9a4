package app

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

var reasonShape = regexp.MustCompile(`^[a-z]+(_[a-z]+)*\.[a-z]+(_[a-z]+)*$`)

// literals collects the texts in the package's source that are shaped like a
// reason, without the commands' names and the table itself.
func literals(t *testing.T) map[string]string {
	t.Helper()
	names, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]string{}
	for _, n := range names {
		if !strings.HasSuffix(n.Name(), ".go") || strings.HasSuffix(n.Name(), "_test.go") || strings.HasPrefix(n.Name(), "reasons") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), n.Name(), nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(node ast.Node) bool {
			lit, ok := node.(*ast.BasicLit)
			if !ok || lit.Kind != token.STRING {
				return true
			}
			s, err := strconv.Unquote(lit.Value)
			if err == nil && reasonShape.MatchString(s) && SpecOf(s+".1") == nil && !steps[s] {
				found[s] = n.Name()
			}
			return true
		})
	}
	return found
}

// steps are names of history lines and reading actions, not reasons.
var steps = map[string]bool{
	"document.arrive": true, "document.replied": true, "document.recalled": true,
	string(ActRead): true, string(ActDownload): true, string(ActTrust): true, string(ActMeetingRead): true, string(ActReadiness): true, string(ActPointReport): true,
	string(ActMeetingEnter): true, string(ActPointEnter): true, "holidays.json": true,
}

func TestReasonsAreListed(t *testing.T) {
	used := literals(t)
	for act, clauses := range policy {
		for _, c := range clauses {
			for _, verb := range []string{"can.as_", "can.needs_"} {
				if c.who.name != "server" || verb == "can.needs_" {
					used[verb+c.who.name] = string(act)
				}
			}
		}
	}
	for act, clauses := range meetingPolicy {
		for _, c := range clauses {
			used["can.as_"+c.who.name], used["can.needs_"+c.who.name] = string(act), string(act)
		}
	}
	for _, name := range []string{"clerk", "leader", "owner", "admin", "holder"} {
		used["can.as_"+name], used["can.needs_"+name] = "can_record.go", "can_record.go"
	}
	used["internal"] = "errors.go"
	for reason, file := range used {
		if _, ok := reasons[reason]; !ok {
			t.Errorf("%s: %q is in no list", file, reason)
		}
	}
	for _, reason := range Reasons() {
		if _, ok := used[reason]; !ok {
			t.Errorf("%q is listed and never given", reason)
		}
		if reasons[reason] == "" {
			t.Errorf("%q has no explanation", reason)
		}
	}
}
