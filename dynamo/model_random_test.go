package dynamo_test

import (
	"maps"
	"math/rand/v2"
	"strings"
)

// The attributes of the model's items and their usual types. Those of one
// letter from a to f are also parts of keys of indexes.
var modelKinds = map[string]string{
	"a": "S", "b": "N", "c": "B", "d": "S", "e": "N", "f": "B",
	"v": "S", "n": "N", "l": "L", "mm": "M", "ss": "SS", "ns": "NS", "bs": "BS", "payload": "S", "yes": "BOOL",
}

var (
	keyParts  = []string{"a", "b", "c", "d", "e", "f"}
	freeNames = []string{"v", "n", "l", "mm", "ss", "ns", "bs", "yes"}
	allNames  = append(append([]string{"payload"}, keyParts...), freeNames...)
)

var (
	modelTexts   = []string{"a", "aa", "ab", "b", "a\x00", "a\x00b", "é", "😀", "ü\U0010ffff"}
	modelNumbers = []string{
		"0", "1", "-1", "2", "9", "10", "11", "99", "100", "-10", "-9.5", "1.5", "-1.5", "0.01", "-0.01", "0.000001",
		"12345678901234567890", "-12345678901234567890", "12345678901234567891",
	}
	modelBytes = []string{"\x00", "\x00\x00", "\x00\x01", "\x01", "\x00\xff", "\xff", "\xff\xff", "\xff\x00", "a"}
)

// randomValue makes a value of a kind. No S or B is empty, so that all can be
// keys.
func randomValue(rng *rand.Rand, kind string) modelValue {
	switch kind {
	case "S":
		return str(pick(rng, modelTexts...))
	case "N":
		return num(pick(rng, modelNumbers...))
	case "B":
		return bin(pick(rng, modelBytes...))
	case "BOOL":
		return modelValue{kind: kind, truth: rng.IntN(2) == 0}
	case "SS", "NS", "BS":
		elems := make([]modelValue, 1+rng.IntN(3))
		for i := range elems {
			elems[i] = randomValue(rng, kind[:1])
		}
		return modelSet(kind, elems...)
	case "L":
		v := modelValue{kind: kind}
		for range rng.IntN(4) {
			v.elems = append(v.elems, randomValue(rng, pick(rng, "S", "N", "B", "BOOL", "NULL")))
		}
		return v
	case "M":
		v := modelValue{kind: kind, attrs: modelItem{}}
		for _, name := range []string{"x", "yy", "z"} {
			if rng.IntN(2) == 0 {
				v.attrs[name] = randomValue(rng, pick(rng, "S", "N", "L"))
			}
		}
		return v
	}
	return modelValue{kind: "NULL"}
}

// randomOf makes a value for the attribute of that name.
func randomOf(rng *rand.Rand, name string) modelValue {
	switch {
	case name == "payload":
		return str(strings.Repeat("x", rng.IntN(2)*rng.IntN(5_000)))
	case name == "v" && rng.IntN(4) == 0:
		return str("")
	}
	return randomValue(rng, modelKinds[name])
}

// scalarKind is a kind to compare an attribute with: most often its own.
func scalarKind(rng *rand.Rand, name string) string {
	if k := modelKinds[name]; len(k) == 1 && k != "L" && k != "M" && rng.IntN(10) > 0 {
		return k
	}
	return pick(rng, "S", "N", "B")
}

// randomPath makes a path to one of the attributes or into it.
func randomPath(rng *rand.Rand, names []string) modelPath {
	p := top(pick(rng, names...))
	switch {
	case p.head == "mm" && rng.IntN(2) == 0:
		p.member = pick(rng, "x", "yy", "z")
	case p.head == "l" && rng.IntN(2) == 0:
		p.index = rng.IntN(4)
	}
	return p
}

// randomItem makes an item of that key.
func randomItem(rng *rand.Rand, key modelItem) modelItem {
	it := modelItem{}
	for _, name := range allNames {
		if rng.IntN(3) > 0 {
			it[name] = randomOf(rng, name)
		}
	}
	if rng.IntN(40) == 0 {
		it[pick(rng, keyParts...)] = randomValue(rng, pick(rng, "S", "N", "B", "L", "NULL"))
	}
	maps.Copy(it, key)
	return it
}
