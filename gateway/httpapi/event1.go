package httpapi

import (
	"slices"
	"strconv"
	"strings"

	"lullaby/gateway/edge"
)

// appendEvent1 appends the event of format 1.0 as JSON, with its members in the
// order of the guide. It is like a REST API's, but for its version, the path with
// the stage, the claims and the names of headers
// (docs/aws/httpapi.md#event-of-format-10). Absent parts of a request are null.
func (x *exchange) appendEvent1(dst []byte, s *scratch) []byte {
	dst = slices.Grow(dst, s.body.Len()+s.body.Len()/3+usualEvent)
	dst = append(dst, x.endpoint.head...)
	dst = x.appendRequest1(dst, x.endpoint, s)
	dst = append(dst, `,"body":`...)
	binary := x.isBinary(s)
	if s.body.Len() > 0 {
		dst = appendBody(dst, s.body.Bytes(), binary)
	} else {
		dst = append(dst, "null"...)
	}
	dst = append(dst, `,"isBase64Encoded":`...)
	dst = strconv.AppendBool(dst, binary)
	return append(dst, '}')
}

// appendRequest1 appends the members of an event from the value of path to
// stageVariables, as e has those that are the same for every request.
func (x *exchange) appendRequest1(dst []byte, e *endpoint, s *scratch) []byte {
	s.headers = x.appendHeaders(s.headers[:0], s.body.Len(), true)
	for i, p := range s.headers {
		if !spelt[p.Name] {
			s.headers[i].Name = strings.ToLower(p.Name)
		}
	}
	edge.SortPairs(s.headers)
	s.query = edge.AppendQueryPairs(s.query[:0], x.r.URL.RawQuery)

	dst = edge.AppendString(dst, x.path)
	dst = append(dst, `,"httpMethod":`...)
	dst = edge.AppendString(dst, x.r.Method)
	dst = append(dst, `,"headers":`...)
	dst = edge.AppendSingle(dst, s.headers)
	dst = append(dst, `,"multiValueHeaders":`...)
	dst = edge.AppendMulti(dst, s.headers)
	dst = append(dst, `,"queryStringParameters":`...)
	dst = edge.AppendSingle(dst, s.query)
	dst = append(dst, `,"multiValueQueryStringParameters":`...)
	dst = edge.AppendMulti(dst, s.query)
	dst = x.appendContext1(dst, e)
	dst = append(dst, `,"pathParameters":`...)
	dst = edge.AppendSingle(dst, x.params(s))
	return append(dst, e.variables...)
}

// spelt are the headers whose names are not in lower case in format 1.0.
var spelt = map[string]bool{
	"Content-Length": true, "Host": true, "User-Agent": true, "X-Amzn-Trace-Id": true,
	"X-Forwarded-For": true, "X-Forwarded-Port": true, "X-Forwarded-Proto": true,
}

// appendContext1 appends requestContext of format 1.0.
func (x *exchange) appendContext1(dst []byte, e *endpoint) []byte {
	dst = append(dst, e.context...)
	if x.authorizer != nil {
		dst = append(dst, x.authorizer...)
	} else {
		dst = append(dst, `,"authorizer":{"claims":null,"scopes":null}`...)
	}
	dst = x.appendDomain(dst)
	dst = append(dst, `,"extendedRequestId":`...)
	dst = edge.AppendString(dst, x.id)
	dst = append(dst, `,"httpMethod":`...)
	dst = edge.AppendString(dst, x.r.Method)
	dst = append(dst, `,"identity":{"accessKey":null,"accountId":null,"caller":null,`+
		`"cognitoAuthenticationProvider":null,"cognitoAuthenticationType":null,"cognitoIdentityId":null,`+
		`"cognitoIdentityPoolId":null,"principalOrgId":null,"sourceIp":`...)
	dst = edge.AppendString(dst, edge.SourceIP(x.r.RemoteAddr))
	dst = append(dst, `,"user":null,"userAgent":`...)
	dst = edge.AppendString(dst, x.r.UserAgent())
	dst = append(dst, `,"userArn":null},"path":`...)
	dst = edge.AppendString(dst, x.path)
	dst = append(dst, `,"protocol":`...)
	dst = edge.AppendString(dst, x.r.Proto)
	dst = append(dst, `,"requestId":`...)
	dst = edge.AppendString(dst, x.id)
	dst = append(dst, `,"requestTime":"`...)
	dst = x.at.UTC().AppendFormat(dst, requestTime)
	dst = append(dst, `","requestTimeEpoch":`...)
	dst = strconv.AppendInt(dst, x.at.UnixMilli(), 10)
	dst = append(dst, e.place...)
	return append(dst, '}')
}
