package api

import (
	"strings"
	"testing"

	"khonggiay/app/minutesdoc"
)

// TestHarmlessCells: a name that a spreadsheet would take for a formula is a text.
func TestHarmlessCells(t *testing.T) {
	text, err := statisticsCSV(MeetingStatistics{People: []MeetingStat{{Name: `=HYPERLINK("http://a")`, Unit: "@x, y"}}})
	if err != nil || !strings.Contains(string(text), `"'=HYPERLINK(""http://a"")","'@x, y"`) {
		t.Errorf("%v %s", err, text)
	}
	for _, cell := range []string{"", "Nguyễn Văn A", "1-2"} {
		if minutesdoc.Harmless(cell) != cell {
			t.Errorf("%q becomes %q", cell, minutesdoc.Harmless(cell))
		}
	}
}
