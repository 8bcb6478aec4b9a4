package minutesdoc

import "strings"

// Harmless keeps a spreadsheet from taking the text of a cell for a formula.
func Harmless(cell string) string {
	if cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
		return "'" + cell
	}
	return cell
}
