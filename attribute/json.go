package attribute

import (
	"encoding/base64"

	"github.com/go-json-experiment/json/jsontext"

	"lullaby/internal/awsjson"
)

// An input reads one item, or one value that is in none. It keeps as many members
// as a value of MaxItemSize can have, since each takes a byte at least, and reads
// the others for their faults alone. So what a request takes in memory is bounded
// by what an item may have, not by the length of its body.
type input struct {
	dec  *jsontext.Decoder
	left int  // how many members may still be kept
	cut  bool // members were not kept
}

func newInput(dec *jsontext.Decoder) input { return input{dec: dec, left: MaxItemSize} }

// reserve reports whether the next member is to be kept.
func (in *input) reserve() bool {
	if in.left == 0 {
		return false
	}
	in.left--
	return true
}

// roomUntil is the offset in a body up to which items are read into room for
// several attributes, which makes one allocation of most items. Behind it, room
// grows from nothing: a large body can have very many small items.
const roomUntil = 64 << 10 // bytes

func (in *input) room() []Attribute {
	if in.dec.InputOffset() < roomUntil {
		return make([]Attribute, 0, 8)
	}
	return []Attribute{}
}

// UnmarshalJSONFrom reads an item in DynamoDB's JSON, {"name":{"S":"text"}}. It
// does not fail for a value that DynamoDB refuses, since DynamoDB reads the whole
// request first; Err returns that refusal. Of two attributes with one name the
// later stays. If the item is cut, see Value.Cut, its first value says so.
func (it *Item) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	in := newInput(dec)
	err := awsjson.Outer(dec, func() error { return it.read(&in, 1) })
	if in.cut && len(*it) > 0 {
		(*it)[0].Value.cut = true
	}
	return err
}

func (it *Item) read(in *input, depth int) error {
	attrs := in.room()
	refused := false // an attribute that was not kept otherwise
	ok, err := awsjson.ReadMap(in.dec, "AttributeValue", func(name string) error {
		kept := in.reserve()
		attrs = append(attrs, Attribute{Name: name})
		last := len(attrs) - 1
		v := &attrs[last].Value
		err := v.read(in, depth)
		switch {
		case v.absent():
			attrs = attrs[:last]
			if kept {
				in.left++
			}
		case !kept:
			in.cut = true
			if refused || v.Err() == nil {
				attrs = attrs[:last]
			} else {
				refused = true
			}
		}
		return err
	})
	if err != nil || !ok {
		return err
	}
	*it = NewItem(attrs...)
	return nil
}

// absent reports whether v was null in the request: it counts as not sent.
func (v Value) absent() bool { return v.kind == Invalid && v.fault == noFault }

// UnmarshalJSONFrom reads a value in DynamoDB's JSON, {"S":"text"}. As for items,
// Err returns the refusal of a value that DynamoDB refuses.
func (v *Value) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	in := newInput(dec)
	err := awsjson.Outer(dec, func() error { return v.read(&in, 1) })
	v.cut = in.cut
	return err
}

func (v *Value) read(in *input, depth int) error {
	if depth > maxReadDepth {
		return v.skip(in.dec, depth)
	}
	types := 0
	ok, err := awsjson.ReadStruct(in.dec, "AttributeValue", func(name string) error {
		kind := ParseKind(name)
		if kind == Invalid {
			return in.dec.SkipValue()
		}
		found, err := v.readKind(in, kind, depth)
		if found {
			types++
		}
		return err
	})
	switch {
	case err != nil || !ok:
		return err
	case types == 0:
		*v = invalid(faultNone)
	case types > 1 && v.Err() == nil:
		*v = invalid(faultSeveral)
	}
	return nil
}

// skip passes over a value at a depth that no request may have, and keeps how deep
// it is.
func (v *Value) skip(dec *jsontext.Decoder, depth int) error {
	outer, deepest := dec.StackDepth(), dec.StackDepth()
	for {
		t, err := dec.ReadToken()
		if err != nil {
			return err
		}
		deepest = max(deepest, dec.StackDepth())
		if k := t.Kind(); k != '{' && k != '[' && dec.StackDepth() == outer {
			break
		}
	}
	*v = invalid(faultNesting)
	if depth+(deepest-outer-1)/2 > DeepNesting { // a level is two of JSON
		*v = invalid(faultDeepNesting)
	}
	return nil
}

// readKind reads the member of a value that is named kind.
func (v *Value) readKind(in *input, kind Kind, depth int) (found bool, err error) {
	dec := in.dec
	switch kind {
	case S:
		s, ok, err := awsjson.ReadString(dec)
		return v.set(String(s), ok), err
	case N:
		s, ok, err := awsjson.ReadString(dec)
		return v.set(parseValue(s), ok), err
	case B:
		b, ok, err := awsjson.ReadBlob(dec)
		return v.set(Binary(b), ok), err
	case BOOL:
		b, ok, err := awsjson.ReadBool(dec)
		return v.set(Bool(b), ok), err
	case NULL:
		b, ok, err := awsjson.ReadBool(dec)
		null := Null()
		if !b {
			null = invalid(faultNull)
		}
		return v.set(null, ok), err
	case M:
		var attrs Item
		if err := attrs.read(in, depth+1); err != nil {
			return false, err
		}
		return v.set(Map(attrs), attrs != nil), nil
	case L, SS, NS, BS:
		elems, ok, err := readElems(in, kind, depth)
		return v.set(collection(kind, elems), ok), err
	case Invalid:
	}
	return false, nil
}

// set sets v to w, unless w was absent or an earlier member is already refused.
func (v *Value) set(w Value, ok bool) bool {
	if ok && (v.absent() || v.kind != Invalid) {
		*v = w
	}
	return ok
}

func parseValue(s string) Value {
	n, fault := parseNumber(s)
	if fault != noFault {
		return Value{fault: fault, text: s}
	}
	return Num(n)
}

// readElems reads the members of a list or set.
func readElems(in *input, kind Kind, depth int) (elems []Value, ok bool, err error) {
	refused := false // a member that was not kept otherwise
	ok, err = awsjson.ReadList(in.dec, func() error {
		kept := in.reserve()
		e, err := readElem(in, kind, depth)
		if !kept {
			in.cut = true
			if refused || e.Err() == nil {
				return err
			}
			refused = true
		}
		elems = append(elems, e)
		return err
	})
	return elems, ok, err
}

// readElem reads a member of a list or set.
func readElem(in *input, kind Kind, depth int) (e Value, err error) {
	var text string
	switch kind {
	case SS:
		text, _, err = awsjson.ReadString(in.dec)
		return String(text), err
	case NS:
		text, _, err = awsjson.ReadString(in.dec)
		return parseValue(text), err
	case BS:
		text, _, err = awsjson.ReadBlob(in.dec)
		return Binary(text), err
	default:
		err = e.read(in, depth+1)
		if err == nil && e.absent() {
			e = invalid(faultNone)
		}
		return e, err
	}
}

// collection returns a list, or a set. A set without members, or with two equal
// ones, is a refusal.
func collection(kind Kind, elems []Value) Value {
	v := Value{kind: kind, elems: elems}
	if kind == L {
		return v
	}
	f := setFaults[kind]
	switch {
	case len(elems) == 0:
		return invalid(f.empty)
	case v.Err() == nil && duplicates(elems):
		return Value{fault: f.same, elems: elems}
	case v.Err() == nil:
		sortSet(elems)
	}
	return v
}

// setFaults are the faults of sets without members, and with two equal ones.
var setFaults = map[Kind]struct{ empty, same fault }{
	SS: {faultEmptySS, faultSameSS}, NS: {faultEmptyNS, faultSameNS}, BS: {faultEmptyBS, faultSameBS},
}

func duplicates(elems []Value) bool {
	if len(elems) < 2 {
		return false
	}
	seen := make(map[string]bool, len(elems))
	for _, e := range elems {
		if seen[e.text] {
			return true
		}
		seen[e.text] = true
	}
	return false
}

// MarshalJSONTo writes the item in DynamoDB's JSON.
func (it Item) MarshalJSONTo(enc *jsontext.Encoder) error {
	if err := enc.WriteToken(jsontext.BeginObject); err != nil {
		return err
	}
	for _, a := range it {
		if err := enc.WriteToken(jsontext.String(a.Name)); err != nil {
			return err
		}
		if err := a.Value.MarshalJSONTo(enc); err != nil {
			return err
		}
	}
	return enc.WriteToken(jsontext.EndObject)
}

// MarshalJSONTo writes the value in DynamoDB's JSON.
func (v Value) MarshalJSONTo(enc *jsontext.Encoder) error {
	if err := enc.WriteToken(jsontext.BeginObject); err != nil {
		return err
	}
	if err := enc.WriteToken(jsontext.String(v.kind.String())); err != nil {
		return err
	}
	var err error
	switch v.kind {
	case BOOL:
		err = enc.WriteToken(jsontext.Bool(v.truth))
	case NULL:
		err = enc.WriteToken(jsontext.True)
	case M:
		err = v.attrs.MarshalJSONTo(enc)
	case L:
		err = writeList(enc, v.elems, Value.MarshalJSONTo)
	case SS, NS, BS:
		err = writeList(enc, v.elems, Value.writeText)
	case S, N, B, Invalid:
		err = v.writeText(enc)
	}
	if err != nil {
		return err
	}
	return enc.WriteToken(jsontext.EndObject)
}

func writeList(enc *jsontext.Encoder, elems []Value, write func(Value, *jsontext.Encoder) error) error {
	if err := enc.WriteToken(jsontext.BeginArray); err != nil {
		return err
	}
	for _, e := range elems {
		if err := write(e, enc); err != nil {
			return err
		}
	}
	return enc.WriteToken(jsontext.EndArray)
}

// writeText writes a scalar's JSON string.
func (v Value) writeText(enc *jsontext.Encoder) error {
	switch v.kind {
	case N:
		return enc.WriteToken(jsontext.String(v.Number().String()))
	case B:
		return enc.WriteToken(jsontext.String(base64.StdEncoding.EncodeToString([]byte(v.text))))
	default:
		return enc.WriteToken(jsontext.String(v.text))
	}
}
