package feed

import "bytes"

// Diff returns the patch that turns the map old into the map new.
func Diff(old, new []byte) ([]byte, error) {
	return diff(old, new, maxDepth)
}

func diff(old, new []byte, depth int) ([]byte, error) {
	if depth <= 0 {
		return nil, malformed("nested too deep")
	}
	var es []entry
	err := walk(old, new, func(key, a, b []byte) error {
		switch {
		case b == nil:
			es = append(es, entry{key, []byte{undefined}})
		case a == nil:
			es = append(es, entry{key, b})
		case bytes.Equal(a, b):
		case isMap(a) && isMap(b):
			p, err := diff(a, b, depth-1)
			if err != nil {
				return err
			}
			es = append(es, entry{key, p})
		default:
			es = append(es, entry{key, b})
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return appendMap(nil, es), nil
}

// walk visits the keys of two maps in order; the side that lacks a key is nil.
func walk(left, right []byte, visit func(key, l, r []byte) error) error {
	ls, err := entries(left)
	if err != nil {
		return err
	}
	rs, err := entries(right)
	if err != nil {
		return err
	}
	for len(ls) > 0 || len(rs) > 0 {
		c := 0
		switch {
		case len(ls) == 0:
			c = 1
		case len(rs) == 0:
			c = -1
		default:
			c = bytes.Compare(ls[0].key, rs[0].key)
		}
		switch {
		case c < 0:
			err = visit(ls[0].key, ls[0].val, nil)
			ls = ls[1:]
		case c > 0:
			err = visit(rs[0].key, nil, rs[0].val)
			rs = rs[1:]
		default:
			err = visit(ls[0].key, ls[0].val, rs[0].val)
			ls, rs = ls[1:], rs[1:]
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// Apply returns the map old with the patch merged into it. A patch that leads
// from version v to w may be applied to any version between the two.
func Apply(old, patch []byte) ([]byte, error) {
	return apply(old, patch, maxDepth)
}

func apply(old, patch []byte, depth int) ([]byte, error) {
	if depth <= 0 {
		return nil, malformed("nested too deep")
	}
	var es []entry
	err := walk(old, patch, func(key, a, p []byte) error {
		switch {
		case p == nil:
			es = append(es, entry{key, a})
		case isUndefined(p):
		case isMap(p):
			if !isMap(a) {
				a = emptyMap
			}
			v, err := apply(a, p, depth-1)
			if err != nil {
				return err
			}
			es = append(es, entry{key, v})
		default:
			es = append(es, entry{key, p})
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return appendMap(nil, es), nil
}

// Compose joins two patches into one that does the same as first and then
// second. ok is false when no single patch can say it (a key was replaced by
// something else and then became a map again): send the whole record then.
func Compose(first, second []byte) (patch []byte, ok bool, err error) {
	return compose(first, second, maxDepth)
}

func compose(first, second []byte, depth int) (patch []byte, ok bool, err error) {
	if depth <= 0 {
		return nil, false, malformed("nested too deep")
	}
	var es []entry
	ok = true
	err = walk(first, second, func(key, a, b []byte) error {
		switch {
		case b == nil:
			es = append(es, entry{key, a})
		case a == nil || !isMap(b):
			es = append(es, entry{key, b})
		case !isMap(a):
			ok = false
		default:
			v, fine, err := compose(a, b, depth-1)
			ok = ok && fine
			es = append(es, entry{key, v})
			return err
		}
		return nil
	})
	if err != nil || !ok {
		return nil, false, err
	}
	return appendMap(nil, es), true, nil
}
