package wire

import (
	"hash/crc32"
	"net/http"
	"strconv"
	"time"

	"lullaby/dynamo"
)

// tables returns the API of DynamoDB. A new operation is a line here and a file
// in dynamo. If e is nil, the service has no operations.
func tables(e *dynamo.Engine, o *Options) *service {
	v := dynamoDB(o, "DynamoDB_20120810")
	v.unbuilt = unbuiltTables
	if e == nil {
		return v
	}
	v.operations = map[string]operation{
		"BatchGetItem":              method(e.BatchGetItem),
		"BatchWriteItem":            method(e.BatchWriteItem),
		"CreateTable":               method(e.CreateTable),
		"DeleteItem":                method(e.DeleteItem),
		"DeleteTable":               method(e.DeleteTable),
		"DescribeContinuousBackups": method(e.DescribeContinuousBackups),
		"DescribeEndpoints":         method(e.DescribeEndpoints),
		"DescribeLimits":            method(e.DescribeLimits),
		"DescribeTable":             method(e.DescribeTable),
		"DescribeTimeToLive":        method(e.DescribeTimeToLive),
		"GetItem":                   method(e.GetItem),
		"ListTables":                method(e.ListTables),
		"ListTagsOfResource":        method(e.ListTagsOfResource),
		"PutItem":                   method(e.PutItem),
		"Query":                     method(e.Query),
		"Scan":                      method(e.Scan),
		"TagResource":               method(e.TagResource),
		"TransactGetItems":          method(e.TransactGetItems),
		"TransactWriteItems":        method(e.TransactWriteItems),
		"UntagResource":             method(e.UntagResource),
		"UpdateItem":                method(e.UpdateItem),
		"UpdateTable":               method(e.UpdateTable),
		"UpdateTimeToLive":          method(e.UpdateTimeToLive),
	}
	return v
}

// streams returns the API of DynamoDB Streams. If e is nil, the service has no
// operations.
func streams(e *dynamo.Engine, o *Options) *service {
	v := dynamoDB(o, "DynamoDBStreams_20120810")
	if e == nil {
		return v
	}
	v.operations = map[string]operation{
		"DescribeStream":   method(e.DescribeStream),
		"GetRecords":       method(e.GetRecords),
		"GetShardIterator": method(e.GetShardIterator),
		"ListStreams":      method(e.ListStreams),
	}
	return v
}

// dynamoDB returns what both APIs of DynamoDB share. Requests are checked in
// AWS's order: size of the body, health and preflight, protocol, syntax of the
// body, target, signature, operation.
func dynamoDB(o *Options, shape string) *service {
	v := &service{
		title:       "DynamoDB",
		name:        "dynamodb",
		shape:       shape,
		faults:      dynamoDBFaults,
		skew:        15 * time.Minute, // the message contains it (aws/aws-sdk-js#254)
		compressed:  true,
		syntaxFirst: true,
		finish:      finishDynamoDB,
	}
	v.front = func(r *request) (response, bool) {
		sent := r.contentType()
		spoken := len(r.body()) == 0 || string(sent) == json10 || string(sent) == jsonType
		switch {
		case r.method() == http.MethodGet && r.path() == "/":
			return health(r, o.Scope.Host(v.name)), true
		case r.method() == http.MethodPost && spoken:
			return response{}, false
		}
		f := faultOf(v.faults, errOtherProtocol)
		return response{status: f.status, body: []byte("<" + f.exception + "/>\n")}, true
	}
	v.count = newRequestMeter(o.Metrics).count
	return v
}

// health returns the answer to a look at the endpoint: the host that was asked, or
// AWS's if the request has none. AWS has the space.
func health(r *request, host string) response {
	if asked := r.header("Host"); asked != "" {
		host = asked
	}
	return response{status: http.StatusOK, body: []byte("healthy: " + host + " ")}
}

// compressFrom is the smallest answer that is compressed for a client that
// accepts it, in bytes. Assumed: DynamoDB has such a limit; one of its
// engineers remembers 4 KB (awslabs/dynamodb-cross-region-library#61).
const compressFrom = 4 << 10

// finishDynamoDB compresses a large output if its client accepts that. It adds
// the name of the server, and the checksum of the bytes sent
// (smithy-lang/smithy-kotlin#158), which DynamoDB's SDKs verify. Assumed: what is too
// large to be kept whole is not compressed, which would take seconds.
func finishDynamoDB(r *request, resp response) response {
	if resp.status == http.StatusOK && len(resp.body) >= compressFrom {
		r.compress(&resp)
	}
	sum := crc32.ChecksumIEEE(resp.body)
	if resp.long != nil {
		sum = resp.long.sum
	}
	resp.set("Server", "Server") // docs/aws/messages.md#headers
	resp.set("x-amz-crc32", strconv.FormatUint(uint64(sum), 10))
	return resp
}
