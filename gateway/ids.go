package gateway

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"strconv"
	"strings"
	"time"
)

// newRequestID returns a random UUID (version 4).
func newRequestID() string {
	var id [16]byte
	binary.BigEndian.PutUint64(id[:], rand.Uint64())
	binary.BigEndian.PutUint64(id[8:], rand.Uint64())
	id[6] = id[6]&0x0f | 0x40
	id[8] = id[8]&0x3f | 0x80
	var text [36]byte
	hex.Encode(text[:], id[:4])
	text[8] = '-'
	hex.Encode(text[9:], id[4:6])
	text[13] = '-'
	hex.Encode(text[14:], id[6:8])
	text[18] = '-'
	hex.Encode(text[19:], id[8:10])
	text[23] = '-'
	hex.Encode(text[24:], id[10:])
	return string(text[:])
}

// newExtendedID returns an id in the form of extendedRequestId and
// x-amz-apigw-id: eleven bytes as base64 for URLs ("R9NOvE-qIAMECfw=").
func newExtendedID() string {
	var id [16]byte
	binary.BigEndian.PutUint64(id[:], rand.Uint64())
	binary.BigEndian.PutUint64(id[8:], rand.Uint64())
	return base64.URLEncoding.EncodeToString(id[:11])
}

// A trace is a request's X-Amzn-Trace-Id.
type trace struct {
	header string // in the event
	full   string // of the invocation and the answer: with a parent and a sampling decision
}

// newTrace returns the trace that a request came with, or a new one. A parent
// is made if the client named none. Assumed: nothing is sampled if the client
// did not ask for it, since no API here has tracing on.
func newTrace(header string, now time.Time) trace {
	if !strings.Contains(header, "Root=") {
		header = fmt.Sprintf("Root=1-%08x-%016x%08x", uint32(now.Unix()), rand.Uint64(), rand.Uint32())
	}
	if strings.Contains(header, "Parent=") {
		return trace{header: header, full: header}
	}
	full := header + ";Parent=" + fmt.Sprintf("%016x", rand.Uint64())
	if !strings.Contains(header, "Sampled=") {
		full += ";Sampled=0"
	}
	return trace{header: header, full: full}
}

// shortID returns six lower-case letters and digits, always the same for the
// same parts: the form of resourceId and deploymentId.
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
