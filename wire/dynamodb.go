package wire

import (
	"context"
	"errors"
	"hash/crc32"
	"strconv"
	"strings"

	"lullaby/dynamo"
	"lullaby/internal/awsjson"
)

// The operations by the name in X-Amz-Target. A new operation is a line here
// and a file in dynamo.
var operations = map[string]operation{
	"BatchGetItem":              method((*dynamo.Engine).BatchGetItem),
	"BatchWriteItem":            method((*dynamo.Engine).BatchWriteItem),
	"CreateTable":               method((*dynamo.Engine).CreateTable),
	"DeleteItem":                method((*dynamo.Engine).DeleteItem),
	"DeleteTable":               method((*dynamo.Engine).DeleteTable),
	"DescribeContinuousBackups": method((*dynamo.Engine).DescribeContinuousBackups),
	"DescribeEndpoints":         method((*dynamo.Engine).DescribeEndpoints),
	"DescribeLimits":            method((*dynamo.Engine).DescribeLimits),
	"DescribeTable":             method((*dynamo.Engine).DescribeTable),
	"DescribeTimeToLive":        method((*dynamo.Engine).DescribeTimeToLive),
	"GetItem":                   method((*dynamo.Engine).GetItem),
	"ListTables":                method((*dynamo.Engine).ListTables),
	"ListTagsOfResource":        method((*dynamo.Engine).ListTagsOfResource),
	"PutItem":                   method((*dynamo.Engine).PutItem),
	"Query":                     method((*dynamo.Engine).Query),
	"Scan":                      method((*dynamo.Engine).Scan),
	"TagResource":               method((*dynamo.Engine).TagResource),
	"TransactGetItems":          method((*dynamo.Engine).TransactGetItems),
	"TransactWriteItems":        method((*dynamo.Engine).TransactWriteItems),
	"UntagResource":             method((*dynamo.Engine).UntagResource),
	"UpdateItem":                method((*dynamo.Engine).UpdateItem),
	"UpdateTable":               method((*dynamo.Engine).UpdateTable),
	"UpdateTimeToLive":          method((*dynamo.Engine).UpdateTimeToLive),
}

// streamOperations are those of DynamoDB Streams.
var streamOperations = map[string]operation{
	"DescribeStream":   method((*dynamo.Engine).DescribeStream),
	"GetRecords":       method((*dynamo.Engine).GetRecords),
	"GetShardIterator": method((*dynamo.Engine).GetShardIterator),
	"ListStreams":      method((*dynamo.Engine).ListStreams),
}

// What begins X-Amz-Target in the protocols of DynamoDB and its streams.
const (
	targetPrefix       = "DynamoDB_20120810."
	streamTargetPrefix = "DynamoDBStreams_20120810."
)

// target returns the operation that a target names, nil if there is none; ours
// tells whether it is at least of our services.
func target(text string) (op operation, name string, ours bool) {
	if name, ours = strings.CutPrefix(text, streamTargetPrefix); ours {
		return streamOperations[name], name, true
	}
	name, ours = strings.CutPrefix(text, targetPrefix)
	return operations[name], name, ours
}

// An operation reads its input from a body and returns both it and its output.
type operation func(ctx context.Context, e *dynamo.Engine, body []byte) (in, out any, err error)

func method[In, Out any](call func(*dynamo.Engine, context.Context, *In) (*Out, error)) operation {
	return func(ctx context.Context, e *dynamo.Engine, body []byte) (any, any, error) {
		in := new(In)
		if err := awsjson.Unmarshal(body, in); err != nil {
			return nil, nil, err
		}
		out, err := call(e, ctx, in)
		return in, out, err
	}
}

// The content types of the protocol.
const (
	jsonType = "application/json"
	json10   = "application/x-amz-json-1.0"
)

// dynamoDB answers in AWS's order: the body's size, health and preflight, the
// protocol, the body's syntax, the target, the signature, the operation.
func (s *Server) dynamoDB(r *request) response {
	body, err := r.plainBody()
	if errors.Is(err, errTooLarge) {
		return response{status: 413, chunked: true}
	}
	resp := response{status: 200}
	resp.set("x-amzn-RequestId", newRequestID())
	if origin := r.header("Origin"); origin != "" {
		resp.allowOrigin("")
		if r.method() == "OPTIONS" {
			return preflight(r, resp)
		}
	}
	if r.method() == "GET" {
		return resp.text("healthy: " + s.opts.Scope.Host("dynamodb") + " ") // the space is AWS's
	}
	contentType, _, _ := strings.Cut(r.header("Content-Type"), ";")
	contentType = strings.TrimSpace(contentType)
	spoken := contentType == json10 || contentType == jsonType
	if r.method() != "POST" || len(r.body()) > 0 && !spoken {
		resp.status = 404
		return resp.text("<UnknownOperationException/>\n")
	}
	if contentType != json10 {
		contentType = jsonType
	}
	resp.set("Content-Type", contentType)
	var text []byte
	c := s.began()
	if err == nil {
		text, err = s.operate(r, body, &c)
	}
	s.count(&c, err)
	if err != nil {
		return resp.fault(err, s.opts.Log)
	}
	return resp.encoded(text, r)
}

// operate runs the operation that the target names, and notes in c what it was.
func (s *Server) operate(r *request, body []byte, c *call) ([]byte, error) {
	op, name, ours := target(r.header("X-Amz-Target"))
	err := checkSigned(r, s.dynamoDBSigned)
	if !ours || op == nil || s.services.DynamoDB == nil {
		err = unknown(name, ours)
	}
	if err != nil {
		// Syntax comes first; a body that an operation reads is checked by that.
		if len(body) > 0 && !awsjson.Valid(body) {
			err = &awsjson.SerializationError{}
		}
		return nil, err
	}
	c.operation = name
	c.in, c.out, err = op(r.ctx, s.services.DynamoDB, body)
	if err != nil {
		return nil, err
	}
	return awsjson.Marshal(c.out)
}

func (r response) text(body string) response { return r.sum([]byte(body)) }

// sum adds a body and its checksum, which DynamoDB's SDKs verify.
func (r response) sum(body []byte) response {
	r.body = body
	r.set("x-amz-crc32", strconv.FormatUint(uint64(crc32.ChecksumIEEE(body)), 10))
	return r
}
