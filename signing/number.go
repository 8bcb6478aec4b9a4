package signing

import (
	"math"
	"math/big"
	"regexp"
	"strconv"
	"strings"
)

var jsonNumber = regexp.MustCompile(`^-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?`)

// maxNumber is longer than any number that says something a double can hold.
const maxNumber = 1200

func (p *jsonParser) number(out []byte) ([]byte, error) {
	at := jsonNumber.FindSubmatchIndex(p.in[p.pos:min(len(p.in), p.pos+maxNumber+1)])
	if at == nil || at[1] > maxNumber {
		return nil, p.fail("not a number")
	}
	literal := string(p.in[p.pos : p.pos+at[1]])
	f, err := strconv.ParseFloat(literal, 64)
	if err != nil {
		return nil, p.fail("a number that no double holds")
	}
	text := ecmaNumber(f)
	if whole := at[2] < 0 && at[4] < 0; whole && changes(literal, f, text) {
		return nil, p.fail("a whole number that a double changes")
	}
	p.pos += at[1]
	return append(out, text...), nil
}

// changes reports whether the double is another number than the literal. What
// Canonical itself wrote is let through, so that it can be read again.
func changes(literal string, f float64, text string) bool {
	if math.Abs(f) <= 1<<53-1 || literal == text {
		return false
	}
	want, ok := new(big.Int).SetString(literal, 10)
	got, _ := new(big.Float).SetFloat64(f).Int(nil)
	return !ok || want.Cmp(got) != 0
}

// ecmaNumber writes a finite double as Number::toString of ECMAScript does
// (ECMA-262, 6.1.6.1.20): the shortest digits that mean this double, without an
// exponent from 1e-6 up to below 1e21.
func ecmaNumber(f float64) string {
	if f == 0 {
		return "0"
	}
	if f < 0 {
		return "-" + ecmaNumber(-f)
	}
	mantissa, exponent, _ := strings.Cut(strconv.FormatFloat(f, 'e', -1, 64), "e")
	digits := strings.Replace(mantissa, ".", "", 1)
	e, _ := strconv.Atoi(exponent) // always a number: FormatFloat wrote it
	k, n := len(digits), e+1       // f = 0.digits × 10ⁿ
	switch {
	case k <= n && n <= 21:
		return digits + strings.Repeat("0", n-k)
	case 0 < n && n <= 21:
		return digits[:n] + "." + digits[n:]
	case -6 < n && n <= 0:
		return "0." + strings.Repeat("0", -n) + digits
	}
	if k > 1 {
		digits = digits[:1] + "." + digits[1:]
	}
	sign := "+"
	if n-1 < 0 {
		sign = "-"
	}
	return digits + "e" + sign + strconv.Itoa(max(n-1, 1-n))
}
