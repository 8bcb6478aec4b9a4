package app

import "reflect"

// NormalizeArgs puts every text in a command's arguments (a pointer) into its
// normal form, see [NormalText]. It is idempotent; the API calls it before a
// command is built and [Execute] again before it runs.
func NormalizeArgs(args any) {
	v := reflect.ValueOf(args)
	if v.Kind() == reflect.Pointer && !v.IsNil() {
		normalize(v.Elem())
	}
}

func normalize(v reflect.Value) {
	switch v.Kind() {
	case reflect.String:
		if s := v.String(); v.CanSet() {
			if n := NormalText(s); n != s {
				v.SetString(n)
			}
		}
	case reflect.Pointer:
		if !v.IsNil() {
			normalize(v.Elem())
		}
	case reflect.Struct:
		for i := range v.NumField() {
			normalize(v.Field(i))
		}
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			return
		}
		for i := range v.Len() {
			normalize(v.Index(i))
		}
	case reflect.Interface:
		if v.CanSet() && !v.IsNil() {
			c := reflect.New(v.Elem().Type()).Elem()
			c.Set(v.Elem())
			normalize(c)
			v.Set(c)
		}
	case reflect.Map:
		normalizeMap(v)
	}
}

func normalizeMap(v reflect.Value) {
	for _, k := range v.MapKeys() {
		c := reflect.New(v.Type().Elem()).Elem()
		c.Set(v.MapIndex(k))
		normalize(c)
		v.SetMapIndex(k, c)
	}
}
