package wire

import (
	"errors"
	"strings"

	"github.com/valyala/fasthttp"

	"lullaby/internal/awsjson"
)

// compressFrom is the size in bytes from which an answer is compressed for a
// client that asks for it. Assumed: DynamoDB has such a size, and one of its
// engineers remembers 4 KB (awslabs/dynamodb-cross-region-library#61).
const compressFrom = 4 << 10

// errTooLarge refuses a body, compressed or not, over maxBody.
var errTooLarge = errors.New("the request body is too large")

// plainBody returns the body as it was before it was compressed. It is the
// handler's only until it returns. Assumed: gzip that cannot be read is what
// JSON is that cannot be read.
func (r *request) plainBody() ([]byte, error) {
	body := r.body()
	if len(body) > maxBody {
		return nil, errTooLarge
	}
	if len(body) == 0 || !strings.EqualFold(r.header("Content-Encoding"), "gzip") {
		return body, nil
	}
	plain, err := r.fast.Request.BodyGunzipWithLimit(maxBody) // stops there: a bomb does not go off
	switch {
	case errors.Is(err, fasthttp.ErrBodyTooLarge):
		return nil, errTooLarge
	case err != nil:
		return nil, &awsjson.SerializationError{}
	}
	return plain, nil
}

// encoded adds a body, compressed if it is large and r's client wants it. The
// checksum is that of the bytes sent (smithy-lang/smithy-kotlin#158).
func (r response) encoded(body []byte, in *request) response {
	if len(body) < compressFrom || !in.fast.Request.Header.HasAcceptEncoding("gzip") {
		return r.sum(body)
	}
	r.set("Content-Encoding", "gzip")
	return r.sum(fasthttp.AppendGzipBytesLevel(nil, body, fasthttp.CompressBestSpeed))
}
