package wire

import (
	"bytes"
	"net/url"
	"slices"
	"strings"

	"github.com/valyala/fasthttp"

	"lullaby/internal/awsquery"
	"lullaby/internal/awsservice"
	"lullaby/internal/webpage"
)

// ownServices are the services that an endpoint can have, by their names in signatures.
var ownServices = []string{"application-autoscaling", "dynamodb", "lambda", "monitoring", "sns", "sqs"}

// Has reports whether Lullaby has the service of that name in signatures.
func Has(service string) bool { return slices.Contains(ownServices, service) }

// Own returns the names of the services that Lullaby has.
func Own() []string { return slices.Clone(ownServices) }

// foreignMark is a header that fasthttp takes from no client: its name has a colon. Its
// value is the service of a request that is not for the endpoint.
const foreignMark = ":service"

// received looks at the head of a request before its body is read. It marks a request to a
// service that the endpoint lacks, and has fasthttp believe that it has no body: exchange
// reads it.
func (s *Server) received(h *fasthttp.RequestHeader) fasthttp.RequestConfig {
	if service := s.foreign(h); service != "" {
		h.Set(foreignMark, service)
		h.SetContentLength(0)
		h.Del("Expect")
	}
	return fasthttp.RequestConfig{}
}

// foreign returns the service of a request if the endpoint lacks it, empty if the request
// is for the endpoint. The scope of the signature decides; without one the request is for
// another service only if its target, its host, or what S3 alone has says so
// (docs/aws/forward.md#which-service).
func (s *Server) foreign(h *fasthttp.RequestHeader) string {
	scope := scopeIn(h)
	switch {
	case s.own[string(scope)]:
		return ""
	case awsservice.Valid(scope):
		return string(scope)
	}
	return s.foreignUnsigned(h)
}

// scopeIn returns the service in the scope of a signature, in the header or in the query,
// empty if there is none. The scope ends in the service and aws4_request.
func scopeIn(h *fasthttp.RequestHeader) []byte {
	credential := h.Peek("Authorization")
	if len(credential) == 0 {
		_, query, _ := bytes.Cut(h.RequestURI(), []byte("?"))
		if bytes.Contains(query, []byte("X-Amz-Credential=")) {
			credential = []byte(awsquery.Get(query, "X-Amz-Credential"))
		}
	} else {
		_, credential, _ = bytes.Cut(credential, []byte("Credential="))
		credential, _, _ = bytes.Cut(credential, []byte(","))
		credential, _, _ = bytes.Cut(credential, []byte(" "))
	}
	scope, ok := bytes.CutSuffix(credential, []byte("/aws4_request"))
	if !ok {
		return nil
	}
	return scope[bytes.LastIndexByte(scope, '/')+1:]
}

// foreignUnsigned is foreign for a request without the scope of a signature.
func (s *Server) foreignUnsigned(h *fasthttp.RequestHeader) string {
	path, query, _ := bytes.Cut(h.RequestURI(), []byte("?"))
	action := awsquery.Get(query, "Action")
	target, _, _ := strings.Cut(string(h.Peek("X-Amz-Target")), ".")
	switch {
	case target != "":
		return awsservice.OfTarget(target)
	case action != "":
		return awsservice.OfVersion(awsquery.Get(query, "Version"))
	case bytes.HasPrefix(h.Peek("Authorization"), []byte("AWS ")), isOldPresigned(query):
		return "s3" // Signature Version 2, of which S3 alone is left
	}
	host := string(h.Host())
	if service := awsservice.OfHost(host); service != "" && !slices.Contains(s.opts.Hosts, webpage.HostOf(host)) {
		if Has(service) {
			return ""
		}
		return service
	}
	if s.targetOf("s3") != nil && s.isObject(h, string(path)) {
		return "s3" // else the path says nothing, and DynamoDB has an answer
	}
	return ""
}

// isOldPresigned reports whether a query has a signature of version 2, as the URLs that
// boto3 presigns for S3 have it.
func isOldPresigned(query []byte) bool {
	for _, name := range []string{"AWSAccessKeyId", "Signature", "Expires"} {
		if awsquery.Get(query, name) == "" {
			return false
		}
	}
	return true
}

// isObject reports whether an unsigned request is for a bucket or an object of S3's, by a
// path of which no service here has anything, and by its method: forms are posted to
// buckets as multipart/form-data.
func (s *Server) isObject(h *fasthttp.RequestHeader, path string) bool {
	if len(path) < 2 || strings.HasPrefix(path, certificatePath) || strings.HasPrefix(path, "/service/") {
		return false
	}
	for i := range s.dialects {
		rest, ok := s.dialects[i].protocol.(*restJSON)
		if ok && slices.ContainsFunc(rest.routes, func(t restRoute) bool { return strings.HasPrefix(path, t.fixed) }) {
			return false
		}
	}
	return !h.IsPost() || bytes.HasPrefix(h.ContentType(), []byte("multipart/form-data"))
}

// foreignForm returns the service of an unsigned form if the version of its API is that of
// a service that the endpoint lacks, empty for all other requests.
func (s *Server) foreignForm(c *fasthttp.RequestCtx) string {
	h := &c.Request.Header
	if !h.IsPost() || !bytes.HasPrefix(h.ContentType(), []byte(formType)) || h.ContentLength() < 0 || len(scopeIn(h)) > 0 {
		return ""
	}
	if body := c.Request.Body(); awsquery.Get(body, "Action") != "" {
		return awsservice.OfVersion(awsquery.Get(body, "Version"))
	}
	return ""
}

// marked returns the service with which received has marked a request, empty if it has not.
func marked(h *fasthttp.RequestHeader) string {
	if h.ContentLength() != 0 {
		return ""
	}
	return string(h.Peek(foreignMark))
}

// targetOf returns the URL to which calls of a service go, nil if there is none.
func (s *Server) targetOf(service string) *url.URL {
	if to, ok := s.forwards[service]; ok {
		return to
	}
	return s.forwards[""]
}
