package wire

import (
	"errors"
	"strconv"
	"strings"

	"github.com/valyala/fasthttp"
)

// errUndecoded refuses a compressed body that cannot be decompressed.
var errUndecoded = errors.New("the request body cannot be decompressed")

// plainBody returns the decompressed body, valid until r is answered. It
// returns errTooLarge if the body is larger than maxBody, compressed or not,
// and errUndecoded if it cannot be decompressed (docs/aws/messages.md#encodings).
func (r *request) plainBody() (plain []byte, err error) {
	body := r.body()
	if len(body) > maxBody {
		return nil, errTooLarge
	}
	if len(body) == 0 {
		return body, nil
	}
	// What follows never decompresses more than maxBody.
	switch strings.ToLower(r.header("Content-Encoding")) {
	case "gzip":
		plain, err = r.fast.Request.BodyGunzipWithLimit(maxBody)
	case "deflate":
		plain, err = r.fast.Request.BodyInflateWithLimit(maxBody)
	default:
		return body, nil
	}
	switch {
	case errors.Is(err, fasthttp.ErrBodyTooLarge):
		return nil, errTooLarge
	case err != nil:
		return nil, errUndecoded
	}
	return plain, nil
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
