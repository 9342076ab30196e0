package rest

import (
	"hash/fnv"
	"strconv"
	"strings"
)

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
