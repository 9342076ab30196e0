package dynamo_test

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"lullaby/attribute"
)

// A modelTable is a table as a map. Its indexes are not kept but worked out
// from its items whenever they are looked at.
type modelTable struct {
	name    string
	kinds   map[string]string // of the parts of keys
	hash    []string          // "h"
	sort    []string          // "r", or none
	indexes []*modelIndex

	items map[string]modelItem // by the text of the key
}

// A modelIndex describes an index, or the table itself.
type modelIndex struct {
	name       string // empty: the table
	local      bool
	hash, sort []string
	all        bool
	include    []string // nil: KEYS_ONLY
}

func (ix *modelIndex) parts() []string { return slices.Concat(ix.hash, ix.sort) }

func (t *modelTable) parts() []string { return slices.Concat(t.hash, t.sort) }

// primary is the table seen as an index of everything.
func (t *modelTable) primary() *modelIndex { return &modelIndex{hash: t.hash, sort: t.sort, all: true} }

func (it modelItem) only(names []string) modelItem {
	kept := modelItem{}
	for _, n := range names {
		if v, found := it[n]; found {
			kept[n] = v
		}
	}
	return kept
}

func (t *modelTable) keyText(it modelItem) string { return it.only(t.parts()).String() }

// projects are the names that an index holds; nil: all.
func (t *modelTable) projects(ix *modelIndex) []string {
	if ix.all {
		return nil
	}
	return slices.Concat(ix.parts(), t.parts(), ix.include)
}

// entry is what an index holds of an item, or nil.
func (t *modelTable) entry(ix *modelIndex, it modelItem) modelItem {
	for _, part := range ix.parts() {
		if _, found := it[part]; !found || it == nil {
			return nil
		}
	}
	if ix.all {
		return it
	}
	return it.only(t.projects(ix))
}

// entries are the whole of an index in the order of a scan: by the place of the
// partition key in the hash space, the partition key, the sort key, and for
// indexes the place of the table's key and that key.
func (t *modelTable) entries(ix *modelIndex) []modelEntry {
	var found []modelEntry
	for _, it := range t.items {
		if e := t.entry(ix, it); e != nil {
			m := modelEntry{entry: e, whole: it, place: t.place(ix.hash, e)}
			if ix.name != "" {
				m.tie = t.place(t.parts(), e)
			}
			found = append(found, m)
		}
	}
	compare := func(parts []string, a, b modelItem) int {
		for _, p := range parts {
			if order := a[p].compare(b[p]); order != 0 {
				return order
			}
		}
		return 0
	}
	slices.SortFunc(found, func(a, b modelEntry) int {
		return cmp.Or(cmp.Compare(a.place, b.place), compare(ix.parts(), a.entry, b.entry),
			cmp.Compare(a.tie, b.tie), compare(t.parts(), a.entry, b.entry))
	})
	return found
}

// A modelEntry is an entry of an index with the item that it is of.
type modelEntry struct {
	entry, whole modelItem
	place, tie   uint64 // of the partition key, and of the table's key
}

// place is the beginning of the place of a key in the hash space, which package
// attribute's tests hold against real tables.
func (t *modelTable) place(parts []string, it modelItem) uint64 {
	vs := make([]attribute.Value, len(parts))
	for i, p := range parts {
		switch v := it[p]; v.kind {
		case "S":
			vs[i] = attribute.String(v.text)
		case "B":
			vs[i] = attribute.Binary(v.text)
		default:
			n, _ := attribute.ParseNumber(v.text) // a number of the model
			vs[i] = attribute.Num(n)
		}
	}
	place := vs[0].Placement(vs[1:]...)
	return binary.BigEndian.Uint64(place[:8])
}

// checkIndexKeys refuses an item that has a wrong or too long value for a key of
// an index: errMismatch if the first fault is a type, errEmptied if it is an empty
// value, errModel otherwise. Global
// indexes come before local ones.
func (t *modelTable) checkIndexKeys(it modelItem) error {
	for _, local := range []bool{false, true} {
		for _, ix := range t.indexes {
			if ix.local != local {
				continue
			}
			if err := t.checkIndexKey(ix, it); err != nil {
				return err
			}
		}
	}
	return nil
}

func (t *modelTable) checkIndexKey(ix *modelIndex, it modelItem) error {
	for _, part := range ix.parts() {
		switch v, found := it[part]; {
		case found && v.kind != t.kinds[part]:
			return errMismatch
		case found && v.text == "":
			return errEmptied
		}
	}
	if bytesOf(it, ix.hash) > 2_048 || bytesOf(it, ix.sort) > 1_024 {
		return errModel
	}
	return nil
}

func bytesOf(it modelItem, parts []string) int {
	n := 0
	for _, p := range parts {
		n += it[p].size()
	}
	return n
}

// createText is the request that makes the table.
func (t *modelTable) createText() string {
	schema := func(hash, sort []string) string {
		parts := slices.Concat(hash, sort)
		texts := make([]string, len(parts))
		for i, p := range parts {
			role := "HASH"
			if i >= len(hash) {
				role = "RANGE"
			}
			texts[i] = fmt.Sprintf(`{"AttributeName":%q,"KeyType":%q}`, p, role)
		}
		return `"KeySchema":[` + strings.Join(texts, ",") + "]"
	}
	used := t.parts()
	indexes := map[bool][]string{}
	for _, ix := range t.indexes {
		used = append(used, ix.parts()...)
		projection := `{"ProjectionType":"KEYS_ONLY"}`
		if ix.all {
			projection = `{"ProjectionType":"ALL"}`
		} else if ix.include != nil {
			projection = `{"ProjectionType":"INCLUDE","NonKeyAttributes":["` + strings.Join(ix.include, `","`) + `"]}`
		}
		indexes[ix.local] = append(indexes[ix.local], fmt.Sprintf(`{"IndexName":%q,%s,"Projection":%s}`, ix.name, schema(ix.hash, ix.sort), projection))
	}
	slices.Sort(used)
	used = slices.Compact(used)
	defined := make([]string, len(used))
	for i, name := range used {
		defined[i] = fmt.Sprintf(`{"AttributeName":%q,"AttributeType":%q}`, name, t.kinds[name])
	}
	text := fmt.Sprintf(`{"TableName":%q,"BillingMode":"PAY_PER_REQUEST","AttributeDefinitions":[%s],%s`,
		t.name, strings.Join(defined, ","), schema(t.hash, t.sort))
	if global := indexes[false]; global != nil {
		text += `,"GlobalSecondaryIndexes":[` + strings.Join(global, ",") + "]"
	}
	if local := indexes[true]; local != nil {
		text += `,"LocalSecondaryIndexes":[` + strings.Join(local, ",") + "]"
	}
	return text + "}"
}

// randomTable makes a table with up to four indexes.
func randomTable(rng *rand.Rand, name string) *modelTable {
	t := &modelTable{name: name, kinds: map[string]string{}, hash: []string{"h"}, items: map[string]modelItem{}}
	for _, part := range keyParts {
		t.kinds[part] = modelKinds[part]
	}
	t.kinds["h"] = pick(rng, "S", "N", "B")
	if rng.IntN(3) > 0 {
		t.sort, t.kinds["r"] = []string{"r"}, pick(rng, "S", "N", "B")
	}
	for i := range rng.IntN(5) {
		ix := &modelIndex{name: fmt.Sprintf("index%d", i)}
		names := append(slices.Clone(keyParts), t.parts()...)
		rng.Shuffle(len(names), func(i, j int) { names[i], names[j] = names[j], names[i] })
		switch most := 1; {
		case t.sort != nil && rng.IntN(3) == 0:
			ix.local, ix.hash, ix.sort = true, t.hash, []string{pick(rng, keyParts...)}
		default:
			if rng.IntN(2) == 0 {
				most = 4
			}
			n := 1 + rng.IntN(most)
			ix.hash = names[:n]
			ix.sort = names[n:min(n+rng.IntN(most+1), len(names))]
		}
		switch rng.IntN(3) {
		case 0:
			ix.all = true
		case 1:
			ix.include = []string{"n", "payload", pick(rng, "v", "mm", "ss")}
		}
		t.indexes = append(t.indexes, ix)
	}
	return t
}

// randomKey makes one of few keys of the table.
func (t *modelTable) randomKey(rng *rand.Rand) modelItem {
	key := modelItem{}
	pool := func(kind string, most int) modelValue {
		switch kind {
		case "S":
			return str(modelTexts[rng.IntN(most)])
		case "N":
			return num(modelNumbers[rng.IntN(most)])
		}
		return bin(modelBytes[rng.IntN(most)])
	}
	if t.sort == nil {
		key["h"] = pool(t.kinds["h"], 9)
		return key
	}
	key["h"], key["r"] = pool(t.kinds["h"], 3), pool(t.kinds["r"], 9)
	return key
}
