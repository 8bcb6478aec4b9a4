package show

import (
	"fmt"
	"net"
	"slices"

	"khonggiay/app/demo"
)

// laptopKeys are the people who have a laptop; unowned is one that is nobody's
// yet, for the tests of the first run.
var laptopKeys = []string{demo.Chairman, demo.CommuneClerk, demo.DepartmentClerk, demo.Officer}

const unowned = "new"

func (s *stand) keys() []string {
	if s.JSON {
		return append(slices.Clone(laptopKeys), unowned)
	}
	return laptopKeys
}

// choosePorts keeps the ports of an earlier run where they are free, since a
// browser remembers by port, and takes others where they are not.
func (s *stand) choosePorts() error {
	taken := map[int]bool{}
	choose := func(wish int) (int, error) {
		for port := wish; port < wish+200; port++ {
			if !taken[port] && free(port) {
				taken[port] = true
				return port, nil
			}
		}
		return 0, fmt.Errorf(s.words.noPort, wish)
	}
	wish := s.state.Port
	if wish == 0 || s.Port != DefaultPort {
		wish = s.Port
	}
	var err error
	if s.state.Port, err = choose(wish); err != nil {
		return err
	}
	for i, key := range s.keys() {
		l := s.state.laptop(key)
		wish := l.Port
		if wish == 0 || s.Port != DefaultPort {
			wish = s.Port + 1 + i
		}
		if l.Port, err = choose(wish); err != nil {
			return err
		}
	}
	return nil
}

func free(port int) bool {
	l, err := net.Listen("tcp4", fmt.Sprintf("127.0.0.1:%d", port))
	if err != nil {
		return false
	}
	return l.Close() == nil
}
