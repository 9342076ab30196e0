package wire

import (
	"errors"
	"strings"

	"github.com/valyala/fasthttp"

	"lullaby/internal/awsjson"
)

// plainBody returns the decompressed body, valid until r is answered, and the
// bytes that it took of the room for large bodies, which the caller gives back. It
// returns errTooLarge if the body is larger than maxBody, compressed or not,
// and an *awsjson.SerializationError if it cannot be decompressed. Assumed: AWS
// refuses bad gzip as it refuses bad JSON.
func (r *request) plainBody(large *room) (plain []byte, taken int, err error) {
	body := r.body()
	if len(body) > maxBody {
		return nil, 0, errTooLarge
	}
	if len(body) == 0 || !strings.EqualFold(r.header("Content-Encoding"), "gzip") {
		return body, large.take(len(body)), nil
	}
	plain, err = r.fast.Request.BodyGunzipWithLimit(smallBody) // never decompresses more
	if errors.Is(err, fasthttp.ErrBodyTooLarge) {
		taken = large.take(maxBody)
		plain, err = r.fast.Request.BodyGunzipWithLimit(maxBody)
	}
	switch {
	case errors.Is(err, fasthttp.ErrBodyTooLarge):
		return nil, taken, errTooLarge
	case err != nil:
		return nil, taken, &awsjson.SerializationError{}
	}
	return plain, taken, nil
}
