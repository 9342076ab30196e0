package wire

import (
	"errors"
	"strconv"
	"strings"

	"github.com/valyala/fasthttp"
)

// errUndecoded refuses a compressed body that cannot be decompressed.
var errUndecoded = errors.New("the request body cannot be decompressed")

// plainBody returns the decompressed body, valid until r is answered, and the
// bytes that it took of the room for large bodies, which the caller gives back. It
// returns errTooLarge if the body is larger than maxBody, compressed or not, and
// errUndecoded if it cannot be decompressed (docs/aws/messages.md#encodings).
func (r *request) plainBody(large *room) (plain []byte, taken int, err error) {
	body := r.body()
	if len(body) > maxBody {
		return nil, 0, errTooLarge
	}
	decompress := r.decompressor()
	if len(body) == 0 || decompress == nil {
		return body, large.take(len(body)), nil
	}
	plain, err = decompress(smallBody) // never decompresses more
	if errors.Is(err, fasthttp.ErrBodyTooLarge) {
		taken = large.take(maxBody)
		plain, err = decompress(maxBody)
	}
	switch {
	case errors.Is(err, fasthttp.ErrBodyTooLarge):
		return nil, taken, errTooLarge
	case err != nil:
		return nil, taken, errUndecoded
	}
	return plain, taken, nil
}

// decompressor returns what decompresses the body up to a number of bytes; nil: the
// body is not compressed.
func (r *request) decompressor() func(limit int) ([]byte, error) {
	switch strings.ToLower(r.header("Content-Encoding")) {
	case "gzip":
		return r.fast.Request.BodyGunzipWithLimit
	case "deflate":
		return r.fast.Request.BodyInflateWithLimit
	}
	return nil
}

// compress compresses the body of a response as r accepts it, and names the
// encoding in a header. A client that accepts gzip as well as deflate gets gzip.
func (r *request) compress(resp *response) {
	gzip, deflate := r.accepts()
	switch {
	case gzip > 0 && gzip >= deflate:
		resp.set("Content-Encoding", "gzip")
		resp.body = fasthttp.AppendGzipBytesLevel(nil, resp.body, fasthttp.CompressBestSpeed)
	case deflate > 0:
		resp.set("Content-Encoding", "deflate")
		resp.body = fasthttp.AppendDeflateBytesLevel(nil, resp.body, fasthttp.CompressBestSpeed)
	}
}

// accepts returns the weights of two encodings in all headers Accept-Encoding; 0:
// not accepted. Assumed: * names neither.
func (r *request) accepts() (gzip, deflate float64) {
	for part := range strings.SplitSeq(r.headers("Accept-Encoding"), ",") {
		name, parameter, _ := strings.Cut(part, ";")
		weight := 1.0
		if q, given := strings.CutPrefix(strings.ToLower(strings.TrimSpace(parameter)), "q="); given {
			weight, _ = strconv.ParseFloat(q, 64) // what is no number is not accepted
		}
		switch strings.ToLower(strings.TrimSpace(name)) {
		case "gzip":
			gzip = weight
		case "deflate":
			deflate = weight
		}
	}
	return gzip, deflate
}
