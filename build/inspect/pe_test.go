package inspect

import (
	"debug/pe"
	"encoding/binary"
	"fmt"
	"strings"
	"unicode/utf16"
)

// Kinds of resources (winuser.h).
const (
	resourceIcon     = 14 // RT_GROUP_ICON
	resourceVersion  = 16
	resourceManifest = 24
)

// image is what a Windows program says of itself.
type image struct {
	libraries []string
	gui       bool // opens no console
	relocates bool // may be loaded anywhere (ASLR)
	noExecute bool // data cannot be executed (DEP)
	signed    bool
	resources map[uint32][]byte
}

// readImage opens a 64-bit Windows program.
func readImage(path string) (*image, error) {
	f, err := pe.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	head, ok := f.OptionalHeader.(*pe.OptionalHeader64)
	if !ok || f.Machine != pe.IMAGE_FILE_MACHINE_AMD64 {
		return nil, fmt.Errorf("%s: not for 64-bit Windows", path)
	}
	im := &image{
		gui:       head.Subsystem == pe.IMAGE_SUBSYSTEM_WINDOWS_GUI,
		relocates: head.DllCharacteristics&pe.IMAGE_DLLCHARACTERISTICS_DYNAMIC_BASE != 0,
		noExecute: head.DllCharacteristics&pe.IMAGE_DLLCHARACTERISTICS_NX_COMPAT != 0,
		signed:    head.DataDirectory[pe.IMAGE_DIRECTORY_ENTRY_SECURITY].Size > 0,
		resources: map[uint32][]byte{},
	}
	if im.libraries, err = libraries(f); err != nil {
		return nil, err
	}
	section := f.Section(".rsrc")
	if section == nil {
		return im, nil
	}
	data, err := section.Data()
	if err != nil {
		return nil, err
	}
	r := resources{data: data, base: section.VirtualAddress}
	return im, r.walk(0, 0, 0, im.resources)
}

// libraries are the DLLs that Windows loads before the program runs.
func libraries(f *pe.File) ([]string, error) {
	symbols, err := f.ImportedSymbols() // "function:library"
	if err != nil {
		return nil, err
	}
	var names []string
	seen := map[string]bool{}
	for _, s := range symbols {
		_, name, _ := strings.Cut(s, ":")
		if name = strings.ToLower(name); !seen[name] {
			seen[name] = true
			names = append(names, name)
		}
	}
	return names, nil
}

// resources is a .rsrc section: a tree of three levels, kind, name, language.
type resources struct {
	data []byte
	base uint32 // address that leaves are given from
}

// walk collects the first leaf of each kind.
func (r resources) walk(at, level, kind uint32, into map[uint32][]byte) error {
	if level > 2 || uint64(at)+16 > uint64(len(r.data)) {
		return fmt.Errorf("resources: directory at %#x, level %d", at, level)
	}
	entries := uint32(binary.LittleEndian.Uint16(r.data[at+12:])) + uint32(binary.LittleEndian.Uint16(r.data[at+14:]))
	for i := range entries {
		e := at + 16 + 8*i
		if uint64(e)+8 > uint64(len(r.data)) {
			return fmt.Errorf("resources: entry at %#x", e)
		}
		id, to := binary.LittleEndian.Uint32(r.data[e:]), binary.LittleEndian.Uint32(r.data[e+4:])
		if level == 0 {
			kind = id
		}
		var err error
		if to&(1<<31) != 0 {
			err = r.walk(to&^(1<<31), level+1, kind, into)
		} else if into[kind] == nil {
			into[kind], err = r.leaf(to)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (r resources) leaf(at uint32) ([]byte, error) {
	if uint64(at)+16 > uint64(len(r.data)) {
		return nil, fmt.Errorf("resources: leaf at %#x", at)
	}
	from := binary.LittleEndian.Uint32(r.data[at:]) - r.base
	size := binary.LittleEndian.Uint32(r.data[at+4:])
	if uint64(from)+uint64(size) > uint64(len(r.data)) {
		return nil, fmt.Errorf("resources: %d bytes at %#x", size, from)
	}
	return r.data[from : from+size], nil
}

// numbers is the file's version in the fixed part of a version resource.
func numbers(versionInfo []byte) string {
	const signature = 0xFEEF04BD
	for i := 0; i+16 <= len(versionInfo); i += 4 {
		if binary.LittleEndian.Uint32(versionInfo[i:]) == signature {
			high, low := binary.LittleEndian.Uint32(versionInfo[i+8:]), binary.LittleEndian.Uint32(versionInfo[i+12:])
			return fmt.Sprintf("%d.%d.%d.%d", high>>16, high&0xffff, low>>16, low&0xffff)
		}
	}
	return ""
}

// says reports whether a version resource holds a name with a value.
func says(versionInfo []byte, name, value string) bool {
	units := make([]uint16, len(versionInfo)/2)
	for i := range units {
		units[i] = binary.LittleEndian.Uint16(versionInfo[2*i:])
	}
	text := string(utf16.Decode(units))
	_, rest, ok := strings.Cut(text, name+"\x00")
	return ok && strings.HasPrefix(strings.TrimLeft(rest, "\x00"), value+"\x00")
}
