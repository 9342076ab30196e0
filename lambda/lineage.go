package lambda

import (
	"fmt"
	"hash/fnv"
	"math/bits"
	"strconv"
	"strings"
)

// maxLoops is how often a chain of requests may come back to a function before
// Lambda stops it: it runs 16 times (docs/aws/lambda.md#recursive-loops).
const maxLoops = 16

// The largest counts of a Lineage in its header (docs/aws/lambda.md#lineage).
const (
	mostLoops    = 32_767
	mostRequests = 255
)

// A Lineage says how often a chain of requests has come back to a function: the
// member Lineage of the header X-Amzn-Trace-Id. The zero value is that of a chain
// that begins.
//
// AWS does not publish what it counts. Assumed: a lineage has one function, which
// the first, second, fourth, eighth... invocation of the chain replaces as long as
// the chain has not come back to it. So it finds loops of any number of functions,
// after any beginning, and a function that feeds its own queue at once.
type Lineage struct {
	Loops    int    // how often the chain came back to Function
	Function uint32 // a hash of the function's ARN
	Requests int    // invocations of the chain, at most 255
}

// LineageOf returns the lineage in a header X-Amzn-Trace-Id. What is no lineage
// counts as none.
func LineageOf(header string) Lineage {
	for member := range strings.SplitSeq(header, ";") {
		value, ok := strings.CutPrefix(strings.TrimSpace(member), "Lineage=")
		if !ok {
			continue
		}
		if l, ok := parseLineage(value); ok {
			return l
		}
	}
	return Lineage{}
}

func parseLineage(text string) (l Lineage, ok bool) {
	parts := strings.Split(text, ":")
	if len(parts) != 3 || len(parts[1]) != 8 {
		return Lineage{}, false
	}
	loops, err1 := strconv.ParseUint(parts[0], 10, 16)
	function, err2 := strconv.ParseUint(parts[1], 16, 32)
	requests, err3 := strconv.ParseUint(parts[2], 10, 8)
	if err1 != nil || err2 != nil || err3 != nil || loops > mostLoops {
		return Lineage{}, false
	}
	return Lineage{int(loops), uint32(function), int(requests)}, true
}

// Pass returns the lineage of a chain that invokes a function. ok is false if the
// function has run 16 times in the chain: Lambda does not invoke it.
func (l Lineage) Pass(functionARN string) (next Lineage, ok bool) {
	h := fnv.New32a()
	h.Write([]byte(functionARN))
	function := h.Sum32()
	next = l
	next.Requests = min(l.Requests+1, mostRequests)
	switch {
	case l.Requests > 0 && l.Function == function:
		next.Loops = min(l.Loops+1, mostLoops)
	case l.Loops == 0 && bits.OnesCount(uint(next.Requests)) == 1:
		next.Function = function
	}
	return next, next.Loops < maxLoops
}

// Merge returns the lineage of an invocation for several requests: that which has
// come back most often, then that of most requests.
func (l Lineage) Merge(o Lineage) Lineage {
	if o.Loops > l.Loops || o.Loops == l.Loops && o.Requests > l.Requests {
		return o
	}
	return l
}

// String returns the lineage as the header has it.
func (l Lineage) String() string { return fmt.Sprintf("%d:%08x:%d", l.Loops, l.Function, l.Requests) }

// Header returns a header X-Amzn-Trace-Id with the lineage in place of its own.
func (l Lineage) Header(header string) string {
	var members []string
	for member := range strings.SplitSeq(header, ";") {
		if member = strings.TrimSpace(member); member != "" && !strings.HasPrefix(member, "Lineage=") {
			members = append(members, member)
		}
	}
	return strings.Join(append(members, "Lineage="+l.String()), ";")
}
