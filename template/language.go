package template

import (
	"encoding/json"
	"fmt"
	"math/big"
	"net/netip"
	"strconv"
	"strings"
)

// The functions that make lists and text of other values: of the network, of
// regions, and of AWS::LanguageExtensions.

// zones evaluates Fn::GetAZs: the first three zones of a region, which every
// region has.
func (e *evaluator) zones(n *node) (*node, error) {
	region, err := e.str(n.arg, "the region of Fn::GetAZs")
	if n.arg.kind == null || region == "" && err == nil {
		region, err = e.stack.scope.Region, nil
	}
	if err != nil {
		return nil, err
	}
	return textList([]string{region + "a", region + "b", region + "c"}, n.line), nil
}

// maxBlocks is the largest number of blocks that Fn::Cidr returns.
const maxBlocks = 256

// cidr evaluates Fn::Cidr: [block, count, bits], where bits is how many bits of
// an address are of the host, for IPv4 8 if left out.
func (e *evaluator) cidr(n *node) (*node, error) {
	if n.arg.kind != list || len(n.arg.items) < 2 || len(n.arg.items) > 3 {
		return nil, e.errorf(n.line, "Fn::Cidr takes a list of a block, a count and perhaps the bits of a host")
	}
	block, err := e.str(n.arg.items[0], "the block of Fn::Cidr")
	if err != nil {
		return nil, err
	}
	prefix, err := netip.ParsePrefix(block)
	if err != nil {
		return nil, e.errorf(n.line, "Fn::Cidr: %s is not a block such as 10.0.0.0/16", quote(block))
	}
	numbers := []int{0, 8} // count and bits
	for i, arg := range n.arg.items[1:] {
		text, err := e.str(arg, "a number of Fn::Cidr")
		if err != nil {
			return nil, err
		}
		if numbers[i], err = e.integer(n.line, text, "a number of Fn::Cidr", 1, maxBlocks); err != nil {
			return nil, err
		}
	}
	count, length := numbers[0], prefix.Addr().BitLen()-numbers[1]
	if free := length - prefix.Bits(); free < 0 || free < 8 && count > 1<<free {
		return nil, e.errorf(n.line, "Fn::Cidr: %s has no room for %d blocks of %d bits", block, count, numbers[1])
	}
	blocks := make([]string, count)
	first := new(big.Int).SetBytes(prefix.Masked().Addr().AsSlice())
	for i := range blocks {
		at := new(big.Int).Add(first, new(big.Int).Lsh(big.NewInt(int64(i)), uint(numbers[1])))
		addr, _ := netip.AddrFromSlice(at.FillBytes(make([]byte, prefix.Addr().BitLen()/8)))
		blocks[i] = netip.PrefixFrom(addr, length).String()
	}
	return textList(blocks, n.line), nil
}

// length evaluates Fn::Length of a list.
func (e *evaluator) length(n *node) (*node, error) {
	items, err := e.list(n.arg, "the argument of Fn::Length")
	if err != nil {
		return nil, err
	}
	return textNode(strconv.Itoa(len(items)), n.line), nil
}

// toJSON evaluates Fn::ToJsonString of a list or mapping.
func (e *evaluator) toJSON(n *node) (*node, error) {
	v, err := e.eval(n.arg)
	if err == nil && (v == nil || v.kind != list && v.kind != mapping) {
		err = e.errorf(n.line, "Fn::ToJsonString takes a list or a mapping")
	}
	if err != nil {
		return nil, err
	}
	var b strings.Builder
	if err := e.appendJSON(&b, v); err != nil {
		return nil, err
	}
	return e.built(n, b.String())
}

func (e *evaluator) appendJSON(b *strings.Builder, n *node) error {
	v, err := e.eval(n)
	if err != nil {
		return err
	}
	if b.Len() > maxBuilt {
		return e.spend(n, b.Len())
	}
	switch {
	case v == nil || v.kind == null:
		b.WriteString("null")
	case v.kind == list:
		items, err := e.list(v, "a list of Fn::ToJsonString")
		if err != nil {
			return err
		}
		b.WriteByte('[')
		for i, item := range items {
			if i > 0 {
				b.WriteByte(',')
			}
			if err := e.appendJSON(b, item); err != nil {
				return err
			}
		}
		b.WriteByte(']')
	case v.kind == mapping:
		return e.appendObject(b, v)
	default:
		text, err := e.str(v, "a value of Fn::ToJsonString")
		fmt.Fprintf(b, "%s", jsonText(text))
		return err
	}
	return nil
}

func (e *evaluator) appendObject(b *strings.Builder, n *node) error {
	b.WriteByte('{')
	first := true
	for _, f := range n.fields {
		v, err := e.eval(f.value)
		if err != nil {
			return err
		}
		if v == nil {
			continue // AWS::NoValue
		}
		if !first {
			b.WriteByte(',')
		}
		first = false
		fmt.Fprintf(b, "%s:", jsonText(f.key))
		if err := e.appendJSON(b, v); err != nil {
			return err
		}
	}
	b.WriteByte('}')
	return nil
}

// jsonText returns a JSON string. A template keeps no difference between "1" and
// 1, so numbers are strings too.
func jsonText(s string) []byte {
	text, _ := json.Marshal(s) // a string has a JSON form
	return text
}
