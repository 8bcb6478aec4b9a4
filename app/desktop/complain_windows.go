package desktop

import (
	"fmt"
	"os"

	"golang.org/x/sys/windows"
)

// complain tells the person why the program did not start: a program with a
// window has no console on Windows.
func complain(words string) {
	fmt.Fprintln(os.Stderr, words)
	text, err := windows.UTF16PtrFromString(words)
	if err != nil {
		return // a NUL inside; the log has it
	}
	title, _ := windows.UTF16PtrFromString("Không Giấy") // a constant without NUL
	_, _ = windows.MessageBox(0, text, title, windows.MB_OK|windows.MB_ICONERROR|windows.MB_SETFOREGROUND)
}
