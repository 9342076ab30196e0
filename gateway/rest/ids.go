package rest

import (
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"strconv"
	"strings"
	"time"
)

// newExtendedID returns a random id in the form of extendedRequestId and
// x-amz-apigw-id: fifteen characters and a =, as in the guide's sample event
// ("Tutorial: Build a Hello World REST API with Lambda proxy integration").
// Assumed: it is base64 for URLs of eleven bytes.
func newExtendedID() string {
	var id [16]byte
	binary.BigEndian.PutUint64(id[:], rand.Uint64())
	binary.BigEndian.PutUint64(id[8:], rand.Uint64())
	return base64.URLEncoding.EncodeToString(id[:11])
}

// A trace is a request's X-Amzn-Trace-Id ("Tracing header" of the X-Ray
// Developer Guide).
type trace struct {
	header string // in the event: the client's, or a new root as in the guide's samples
	full   string // in the invocation and the answer: root, parent and sampling decision
}

// newTrace returns the trace of a request's header, since the gateway passes
// one on even where tracing is off ("Tracing user requests to REST APIs using
// X-Ray" of the guide). An empty header gets a new trace. Assumed: a header
// without a root is no trace; a missing parent is made; nothing is sampled
// unless the client asks for it, since no API here has tracing on; other fields
// are in the event only.
func newTrace(header string, now time.Time) trace {
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
	return trace{header: header, full: "Root=" + root + ";Parent=" + parent + ";Sampled=" + sampled}
}

// shortID returns six lower-case letters and digits, the same for the same
// parts. That is the form of resourceId and deploymentId in the guide's samples
// ("3htbry", "du4ot1").
func shortID(parts ...string) string {
	h := fnv.New64a()
	for _, part := range parts {
		_, _ = h.Write([]byte(part))
		_, _ = h.Write([]byte{0})
	}
	const span = 36 * 36 * 36 * 36 * 36 * 36
	id := strconv.FormatUint(h.Sum64()%span, 36)
	return strings.Repeat("0", 6-len(id)) + id
}
