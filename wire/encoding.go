package wire

import (
	"errors"
	"strings"

	"github.com/valyala/fasthttp"

	"lullaby/internal/awsjson"
)

// plainBody returns the decompressed body, valid until r is answered. It
// returns errTooLarge if the body is larger than maxBody, compressed or not,
// and an *awsjson.SerializationError if it cannot be decompressed. Assumed: AWS
// refuses bad gzip as it refuses bad JSON.
func (r *request) plainBody() ([]byte, error) {
	body := r.body()
	if len(body) > maxBody {
		return nil, errTooLarge
	}
	if len(body) == 0 || !strings.EqualFold(r.header("Content-Encoding"), "gzip") {
		return body, nil
	}
	plain, err := r.fast.Request.BodyGunzipWithLimit(maxBody) // never decompresses more
	switch {
	case errors.Is(err, fasthttp.ErrBodyTooLarge):
		return nil, errTooLarge
	case err != nil:
		return nil, &awsjson.SerializationError{}
	}
	return plain, nil
}
