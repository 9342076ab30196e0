package wire

import (
	"errors"
	"strings"

	"github.com/valyala/fasthttp"

	"lullaby/internal/awsjson"
)

// plainBody returns the body as it was before it was compressed. It is the
// handler's only until it returns. The error is errTooLarge if the body is over
// maxBody, compressed or not. Assumed: gzip that cannot be read is what JSON is
// that cannot be read, an *awsjson.SerializationError.
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
