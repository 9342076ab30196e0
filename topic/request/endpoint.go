package request

import (
	"net/url"
	"strings"

	"lullaby/internal/arn"
	"lullaby/topic/refusal"
)

// A Protocol is how a subscription gets messages.
type Protocol string

// The protocols that Lullaby has.
const (
	HTTP      Protocol = "http"
	HTTPS     Protocol = "https"
	SQS       Protocol = "sqs"
	Lambda    Protocol = "lambda"
	Email     Protocol = "email"
	EmailJSON Protocol = "email-json"
	SMS       Protocol = "sms"
)

// Web reports whether the protocol is HTTP or HTTPS.
func (p Protocol) Web() bool { return p == HTTP || p == HTTPS }

// Confirms reports whether whoever is behind the endpoint has to agree to a subscription
// (docs/aws/sns.md#subscriptions).
func (p Protocol) Confirms() bool { return p.Web() || p == Email || p == EmailJSON }

// maxEndpoint bounds an endpoint, in bytes. Assumed.
const maxEndpoint = 2_048

// checkEndpoint refuses an endpoint to which the protocol does not lead.
func checkEndpoint(scope arn.Scope, p Protocol, endpoint string) error {
	switch p {
	case "":
		return refusal.Missing("Protocol")
	case "application", "firehose":
		return refusal.Unbuilt("the protocol "+string(p), "Subscribe")
	case HTTP, HTTPS, SQS, Lambda, Email, EmailJSON, SMS:
	default:
		return refusal.Invalid("Amazon SNS does not support this protocol string: " + string(p))
	}
	if endpoint == "" || len(endpoint) > maxEndpoint {
		return refusal.Invalid("Endpoint")
	}
	switch p {
	case HTTP, HTTPS:
		return checkURL(p, endpoint)
	case SQS:
		return checkQueue(scope, endpoint)
	case Lambda:
		if a, err := arn.Parse(endpoint); err != nil || a.Service != "lambda" || !strings.HasPrefix(a.Resource, "function:") {
			return refusal.Invalid("Lambda endpoint ARN")
		}
	case Email, EmailJSON:
		name, host, ok := strings.Cut(endpoint, "@")
		if !ok || name == "" || host == "" || strings.ContainsAny(endpoint, " \t\r\n") {
			return refusal.Invalid("Email address")
		}
	case SMS:
		if digits := strings.TrimPrefix(endpoint, "+"); digits == "" || strings.Trim(digits, "0123456789-") != "" {
			return refusal.Invalid("Invalid SMS endpoint: " + endpoint)
		}
	}
	return nil
}

func checkURL(p Protocol, endpoint string) error {
	u, err := url.Parse(endpoint)
	switch {
	case !strings.HasPrefix(strings.ToLower(endpoint), string(p)+"://"):
		return refusal.Invalid("Endpoint must match the specified protocol")
	case err != nil || u.Hostname() == "" || strings.ContainsFunc(endpoint, func(c rune) bool { return c <= ' ' }):
		return refusal.Invalid("Endpoint")
	}
	return nil
}

func checkQueue(scope arn.Scope, endpoint string) error {
	a, err := arn.Parse(endpoint)
	switch {
	case err != nil || a.Service != "sqs" || !scope.Contains(a):
		return refusal.Invalid("SQS endpoint ARN")
	case strings.HasSuffix(a.Resource, fifoSuffix):
		return refusal.Invalid("Invalid parameter: Endpoint Reason: FIFO SQS Queues can not be subscribed to standard SNS topics")
	}
	return nil
}
