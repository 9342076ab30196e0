package attribute

// Size returns the bytes that AWS bills for the item: its names and its values
// (docs/aws/units.md#item-sizes).
func (it Item) Size() int64 {
	var n int64
	for _, a := range it {
		n += int64(len(a.Name)) + a.Value.Size()
	}
	return n
}

// Size returns the bytes that AWS bills for the value. A list or map counts 3
// bytes, and 1 for each member besides the member itself. A cut value is larger
// than any item.
func (v Value) Size() int64 {
	if v.cut {
		return MaxItemSize + 1
	}
	switch v.kind {
	case S, B:
		return int64(len(v.text))
	case N:
		return v.Number().Size()
	case BOOL, NULL:
		return 1
	case L:
		n := int64(3)
		for _, e := range v.elems {
			n += 1 + e.Size()
		}
		return n
	case M:
		return 3 + int64(len(v.attrs)) + v.attrs.Size()
	case SS, NS, BS:
		// Assumed: no overhead per member; AWS documents none.
		var n int64
		for _, e := range v.elems {
			n += e.Size()
		}
		return n
	case Invalid:
	}
	return 0
}
