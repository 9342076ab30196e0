package wire

import (
	"net/http"
	"strings"

	"lullaby/internal/awscbor"
)

// awsCBOR is AWS's protocol with CBOR bodies (Smithy, "Smithy RPC v2 CBOR protocol"):
// the path ends in /service/NAME/operation/NAME, and a header names the protocol in
// both directions.
type awsCBOR struct{}

const (
	smithyProtocol = "Smithy-Protocol"
	rpcCBOR        = "rpc-v2-cbor"
	cborType       = "application/cbor"
)

// claims claims each POST with the header, unless it also has that of awsJSON.
func (awsCBOR) claims(r *request) (shape, operation string, ok bool) {
	if r.header(smithyProtocol) != rpcCBOR || r.method() != http.MethodPost || r.header("X-Amz-Target") != "" {
		return "", "", false
	}
	_, rest, ok := strings.Cut(r.path(), "/service/")
	if !ok {
		return "", "", false
	}
	return strings.Cut(rest, "/operation/")
}

func (awsCBOR) decode(_ *request, body []byte, in any) error {
	switch {
	case in != nil:
		return awscbor.Unmarshal(body, in)
	case !awscbor.Valid(body):
		return &awscbor.SerializationError{}
	}
	return nil
}

// encode writes nothing for an operation without an output.
func (awsCBOR) encode(_ *request, out any) (response, error) {
	resp := response{status: http.StatusOK}
	if _, void := out.(*struct{}); !void {
		body, err := awscbor.Marshal(out)
		if err != nil {
			return response{}, err
		}
		resp = typed(http.StatusOK, cborType, body)
	}
	resp.set(smithyProtocol, rpcCBOR)
	return resp, nil
}

func (awsCBOR) refuse(_ *request, f fault) (response, error) {
	members := map[string]any{"__type": f.namespace + f.exception}
	if f.message != "" {
		members["message"] = f.message
	}
	for _, m := range f.members {
		members[m.name] = m.value
	}
	body, err := awscbor.Marshal(members)
	resp := typed(f.status, cborType, body)
	resp.set(smithyProtocol, rpcCBOR)
	if f.old.code != "" {
		resp.set("x-amzn-query-error", f.old.code+";"+f.who())
	}
	return resp, err
}
