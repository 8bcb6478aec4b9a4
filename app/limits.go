package app

import (
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// CheckLimits refuses arguments beyond the bounds in their field tags
// (maxLength counts characters, not bytes), the same ones the API publishes.
// Reasons: "field.too_long", "field.missing", "field.too_many", "field.too_few",
// "field.out_of_range", "field.not_allowed", each with field and bound.
func CheckLimits(args any) error {
	v := reflect.ValueOf(args)
	if v.Kind() != reflect.Pointer || v.IsNil() {
		return nil
	}
	if e := checkStruct(v.Elem()); e != nil {
		return e
	}
	return nil
}

func checkStruct(v reflect.Value) *Error {
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() {
			return nil
		}
		return checkStruct(v.Elem())
	case reflect.Slice:
		if v.Type().Elem().Kind() != reflect.Struct {
			return nil
		}
		for i := range v.Len() {
			if e := checkStruct(v.Index(i)); e != nil {
				return e
			}
		}
		return nil
	case reflect.Struct:
	default:
		return nil
	}
	for i := range v.NumField() {
		f := v.Type().Field(i)
		if e := checkValue(v.Field(i), f.Tag); e != nil {
			name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
			return e.With("field", name)
		}
		if e := checkStruct(v.Field(i)); e != nil {
			return e
		}
	}
	return nil
}

// Days and moments beyond these are mistakes, and no calendar shows them.
var (
	firstDay = DateOf(1900, 1, 1)
	lastDay  = DateOf(2199, 12, 31)
)

func checkValue(v reflect.Value, tag reflect.StructTag) *Error {
	switch t := v.Interface().(type) {
	case Date:
		return checkDay(t)
	case Time:
		if t != 0 && (t < firstDay.Start() || t >= lastDay.Start()) {
			return checkDay(lastDay + 1)
		}
		return nil
	}
	switch v.Kind() {
	case reflect.String:
		return checkString(v.String(), tag)
	case reflect.Slice:
		return checkBounds(v.Len(), tag, "minItems", "maxItems", "field.too_few", "field.too_many")
	case reflect.Int:
		return checkBounds(int(v.Int()), tag, "minimum", "maximum", "field.out_of_range", "field.out_of_range")
	case reflect.Uint8:
		return checkBounds(int(v.Uint()), tag, "minimum", "maximum", "field.out_of_range", "field.out_of_range")
	}
	return nil
}

func checkDay(d Date) *Error {
	if d != 0 && (d < firstDay || d > lastDay) {
		return Refuse(Invalid, "field.out_of_range").With("min", firstDay.String()).With("max", lastDay.String())
	}
	return nil
}

func checkString(s string, tag reflect.StructTag) *Error {
	if e := checkBounds(utf8.RuneCountInString(s), tag, "minLength", "maxLength", "field.missing", "field.too_long"); e != nil {
		return e
	}
	if list, ok := tag.Lookup("enum"); ok && !slices.Contains(strings.Split(list, ","), s) {
		return Refuse(Invalid, "field.not_allowed")
	}
	return nil
}

func checkBounds(n int, tag reflect.StructTag, least, most, below, above string) *Error {
	if b, ok := bound(tag, least); ok && n < b {
		return Refuse(Invalid, below).With("min", b)
	}
	if b, ok := bound(tag, most); ok && n > b {
		return Refuse(Invalid, above).With("max", b)
	}
	return nil
}

func bound(tag reflect.StructTag, name string) (int, bool) {
	s, ok := tag.Lookup(name)
	if !ok {
		return 0, false
	}
	n, err := strconv.Atoi(s)
	return n, err == nil
}
