package mapping

import (
	"encoding/json"
	"net/netip"
	"slices"
	"strings"
	"unicode/utf8"
)

// A test compares one value, which is a string, a json.Number, a bool or nil.
type test func(value any) bool

// parseComparison parses an object with one operator.
func (l *leaf) parseComparison(object map[string]any) error {
	if len(object) != 1 {
		return errPattern
	}
	for operator, operand := range object {
		var t test
		var ok bool
		switch operator {
		case "exists":
			present, isBool := operand.(bool)
			l.present, l.absent, ok = l.present || present, l.absent || !present, isBool
		case "equals-ignore-case":
			t, ok = folded(operand, strings.EqualFold)
		case "prefix":
			t, ok = affix(operand, strings.HasPrefix, hasPrefixFold)
		case "suffix":
			t, ok = affix(operand, strings.HasSuffix, hasSuffixFold)
		case "numeric":
			t, ok = numeric(operand)
		case "anything-but":
			t, ok = anythingBut(operand)
		case "cidr":
			t, ok = block(operand)
		} // wildcard is EventBridge's alone
		if !ok {
			return errPattern
		}
		if t != nil {
			l.tests = append(l.tests, t)
		}
	}
	return nil
}

// folded returns a test of strings against a string.
func folded(operand any, compare func(value, operand string) bool) (test, bool) {
	want, ok := operand.(string)
	return func(value any) bool {
		s, isString := value.(string)
		return isString && compare(s, want)
	}, ok
}

// affix returns a test for a prefix or a suffix, with its case or, in an
// object, without.
func affix(operand any, exact, fold func(value, operand string) bool) (test, bool) {
	object, ok := operand.(map[string]any)
	if !ok {
		return folded(operand, exact)
	}
	inner, ok := object["equals-ignore-case"]
	if !ok || len(object) != 1 {
		return nil, false
	}
	return folded(inner, fold)
}

// hasPrefixFold and hasSuffixFold compare as many characters as the operand has:
// the two cases of one can differ in bytes.
func hasPrefixFold(value, prefix string) bool {
	n := utf8.RuneCountInString(prefix)
	for i := range value {
		if n == 0 {
			return strings.EqualFold(value[:i], prefix)
		}
		n--
	}
	return n == 0 && strings.EqualFold(value, prefix)
}

func hasSuffixFold(value, suffix string) bool {
	at := len(value)
	for range utf8.RuneCountInString(suffix) {
		_, size := utf8.DecodeLastRuneInString(value[:at])
		at -= size
	}
	return strings.EqualFold(value[at:], suffix)
}

// maxNumber bounds the numbers that are compared, from both sides.
const maxNumber = 5e9

// number returns the value of a JSON number that can be compared.
func number(value any) (f float64, ok bool) {
	n, isNumber := value.(json.Number)
	if !isNumber {
		return 0, false
	}
	f, err := n.Float64()
	return f, err == nil && -maxNumber <= f && f <= maxNumber
}

// A bound holds for the numbers on one side of a limit.
type bound struct {
	operator string // "=", or "<", "<=", ">", ">="
	limit    float64
}

func (b bound) holds(f float64) bool {
	switch b.operator {
	case "=":
		return f == b.limit
	case "<":
		return f < b.limit
	case "<=":
		return f <= b.limit
	case ">":
		return f > b.limit
	default:
		return f >= b.limit
	}
}

// numeric parses an operator and a number, or a bound from below and a larger one
// from above.
func numeric(operand any) (test, bool) {
	list, ok := operand.([]any)
	if !ok || len(list) != 2 && len(list) != 4 {
		return nil, false
	}
	var bounds []bound
	for i := 0; i < len(list); i += 2 {
		operator, _ := list[i].(string)
		limit, isNumber := number(list[i+1])
		if !isNumber || !slices.Contains([]string{"=", "<", "<=", ">", ">="}, operator) {
			return nil, false
		}
		bounds = append(bounds, bound{operator, limit})
	}
	if len(bounds) == 2 {
		low, high := bounds[0], bounds[1]
		if low.operator[0] != '>' || high.operator[0] != '<' || low.limit >= high.limit {
			return nil, false
		}
	}
	return func(value any) bool {
		f, ok := number(value)
		return ok && !slices.ContainsFunc(bounds, func(b bound) bool { return !b.holds(f) })
	}, true
}

// anythingBut parses a string, a number, or a list of strings or of numbers. Its
// test holds for every other value.
func anythingBut(operand any) (test, bool) {
	list, ok := operand.([]any)
	if !ok {
		list = []any{operand}
	}
	texts, numbers := map[string]bool{}, map[float64]bool{}
	for _, v := range list {
		if s, isString := v.(string); isString {
			texts[s] = true
			continue
		}
		f, isNumber := number(v)
		if !isNumber {
			return nil, false
		}
		numbers[f] = true
	}
	if (len(texts) == 0) == (len(numbers) == 0) {
		return nil, false
	}
	return func(value any) bool {
		if s, isString := value.(string); isString {
			return !texts[s]
		}
		f, isNumber := number(value)
		return !isNumber || !numbers[f]
	}, true
}

// block parses a range of addresses of IPv4 or IPv6, such as 10.0.0.0/24. It begins
// at the address that is written and ends at the end of the block. A range of one
// address is refused, as event-ruler does. Its test holds for texts that are
// addresses in it: zones and IPv4 in IPv6 are none.
func block(operand any) (test, bool) {
	text, _ := operand.(string)
	prefix, err := netip.ParsePrefix(text)
	if err != nil || prefix.IsSingleIP() || prefix.Addr().Is4In6() {
		return nil, false
	}
	return func(value any) bool {
		s, _ := value.(string)
		a, err := netip.ParseAddr(s)
		return err == nil && prefix.Contains(a) && !a.Less(prefix.Addr())
	}, true
}
