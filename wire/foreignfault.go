package wire

import (
	"bytes"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"lullaby/internal/awsquery"
	"lullaby/internal/sigv4"
)

// errLoop refuses a request that this endpoint has forwarded.
var errLoop = errors.New("--forward leads back to this endpoint")

const msgMalformed = "The request cannot be forwarded: its head or the encoding of its body is malformed."

// An absentError refuses a request to a service that is neither here nor forwarded.
type absentError struct{ service string }

func (e *absentError) Error() string {
	return fmt.Sprintf("Lullaby does not have the service %[1]s. lullaby up --forward %[1]s=http://HOST:PORT sends its calls to an endpoint that has it.", e.service)
}

// An unreachableError says that the target of a Forward has not answered.
type unreachableError struct {
	service string
	to      *url.URL
	err     error
}

func (e *unreachableError) Error() string {
	return fmt.Sprintf("%s does not answer, where --forward sends calls of %s: %v", e.to, e.service, e.err)
}

func (e *unreachableError) Unwrap() error { return e.err }

// foreignFaults are the rows of services that the endpoint lacks. 501 is what S3 has for
// what it lacks, and no client tries it again; they all do after a 502.
var foreignFaults = []row{
	{501, "", "NotImplemented", as(func(f *fault, e *absentError) bool { f.message = e.Error(); return true })},
	{502, "", "BadGateway", as(func(f *fault, e *unreachableError) bool { f.message = e.Error(); return true })},
	{508, "", "LoopDetected", is(errLoop)},
	{413, "", "RequestEntityTooLarge", is(errTooLarge)},
	{403, "", "MissingAuthenticationToken", signature(sigv4.Missing)},
	{403, "", "IncompleteSignature", signature(sigv4.Incomplete)},
	{403, "", "SignatureDoesNotMatch", signature(sigv4.Invalid)},
	{403, "", "InvalidClientTokenId", signature(sigv4.Unrecognized)},
	{400, "", "MalformedRequest", func(f *fault, _ error) bool { f.message = msgMalformed; return true }},
}

// foreignService returns the service of that name, as far as refusals need one.
func (s *Server) foreignService(r *request, name string) *service {
	return &service{title: name, name: name, json: string(r.contentType()), faults: foreignFaults, refused: s.opts.Refused}
}

// foreignOperation returns what a request asks for, for people.
func foreignOperation(r *request) string {
	if _, operation, ok := strings.Cut(r.header("X-Amz-Target"), "."); ok {
		return operation
	}
	inQuery, inBody := forms(r)
	for _, form := range [][]byte{inQuery, inBody} {
		if action := awsquery.Get(form, "Action"); action != "" {
			return action
		}
	}
	return r.method() + " " + r.sentPath()
}

// foreignRefuser returns the form in which the clients of r.service expect an error.
func foreignRefuser(r *request) refuser {
	name := r.service.name
	switch {
	case r.header("X-Amz-Target") != "":
		return awsJSON{}
	case r.header(smithyProtocol) == rpcCBOR:
		return awsCBOR{}
	case ofS3(name):
		return xmlFault{"<Error>", "</Error>"}
	case name == "ec2":
		return xmlFault{"<Response><Errors><Error>", "</Error></Errors></Response>"}
	case slices.Contains([]string{"cloudfront", "route53"}, name), string(r.contentType()) == formType, bytes.Contains(r.fast.URI().QueryString(), []byte("Action=")):
		return xmlFault{"<ErrorResponse><Error>", "</Error></ErrorResponse>"}
	}
	return &restJSON{}
}

// ofS3 reports whether a service is S3 or one of those that share its protocol and its
// signatures.
func ofS3(service string) bool {
	return service == "s3" || strings.HasPrefix(service, "s3-") || service == "s3express"
}

// An xmlFault is a refusal in XML, by what is around the code and the message (Smithy,
// "AWS restXml protocol" and "AWS EC2 query protocol"; for S3, noErrorWrapping).
type xmlFault struct{ begin, end string }

func (x xmlFault) refuse(r *request, f fault) (response, error) {
	text := []byte(`<?xml version="1.0" encoding="UTF-8"?>` + x.begin)
	text = awsquery.Append(text, "Type", f.who())
	text = awsquery.Append(text, "Code", f.code())
	text = awsquery.Append(text, "Message", f.message)
	text = awsquery.Append(text, "RequestId", r.id)
	return typed(f.status, "application/xml", append(text, x.end...)), nil
}
