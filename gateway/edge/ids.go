package edge

import (
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"
)

// NewExtendedID returns a random id in the form of extendedRequestId and
// x-amz-apigw-id: fifteen characters and a =, as in the guide's sample event
// ("Tutorial: Build a Hello World REST API with Lambda proxy integration").
// Assumed: it is base64 for URLs of eleven bytes.
func NewExtendedID() string {
	var id [16]byte
	binary.BigEndian.PutUint64(id[:], rand.Uint64())
	binary.BigEndian.PutUint64(id[8:], rand.Uint64())
	return base64.URLEncoding.EncodeToString(id[:11])
}

// A Trace is a request's X-Amzn-Trace-Id ("Tracing header" of the X-Ray
// Developer Guide).
type Trace struct {
	Header string // in the event: the client's, or a new root as in the guide's samples
	Full   string // in the invocation and the answer: root, parent and sampling decision
}

// NewTrace returns the trace of a request's header, since the gateway passes
// one on even where tracing is off ("Tracing user requests to REST APIs using
// X-Ray" of the guide). An empty header gets a new trace. Assumed: a header
// without a root is no trace; a missing parent is made; nothing is sampled
// unless the client asks for it, since no API here has tracing on; other fields
// are in the event only.
func NewTrace(header string, now time.Time) Trace {
	var root, parent, sampled string
	for field := range strings.SplitSeq(header, ";") {
		switch name, value, _ := strings.Cut(strings.TrimSpace(field), "="); name {
		case "Root":
			root = value
		case "Parent":
			parent = value
		case "Sampled":
			sampled = value
		}
	}
	if root == "" {
		root, parent, sampled = fmt.Sprintf("1-%08x-%016x%08x", uint32(now.Unix()), rand.Uint64(), rand.Uint32()), "", ""
		header = "Root=" + root
	}
	if parent == "" {
		parent = fmt.Sprintf("%016x", rand.Uint64())
	}
	if sampled == "" {
		sampled = "0"
	}
	return Trace{Header: header, Full: "Root=" + root + ";Parent=" + parent + ";Sampled=" + sampled}
}
