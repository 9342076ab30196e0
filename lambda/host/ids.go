package host

import (
	"encoding/binary"
	"encoding/hex"
	"math/rand/v2"
	"time"

	"lullaby/lambda"
)

// random returns n random bytes in hexadecimal, n at most 16. They make ids
// unique and are no secret.
func random(n int) string {
	var b [16]byte
	binary.LittleEndian.PutUint64(b[:8], rand.Uint64())
	binary.LittleEndian.PutUint64(b[8:], rand.Uint64())
	return hex.EncodeToString(b[:n])
}

// newTraceID returns an X-Ray header for an invocation without one ("X-Ray
// tracing header").
func newTraceID(now time.Time) string {
	seconds := hex.EncodeToString(binary.BigEndian.AppendUint32(nil, uint32(now.Unix())))
	return "Root=1-" + seconds + "-" + random(12) + ";Parent=" + random(8) + ";Sampled=0"
}

// newLogStream returns a name for the log stream of a new sandbox.
func newLogStream(now time.Time) string {
	return now.UTC().Format("2006/01/02/") + "[" + lambda.ExecutedVersion + "]" + random(16)
}
