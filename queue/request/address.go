package request

import (
	"strings"

	"lullaby/internal/arn"
	"lullaby/queue/refusal"
)

// URLPath returns the path of a queue's URL. The host and the scheme are those that
// the client used.
func URLPath(account, name string) string { return "/" + account + "/" + name }

// ParseURL returns what the URL of a queue says of it: the account and the name in
// its path, whatever the host. A path alone is a URL too, and so is a name, which
// has no account (docs/aws/sqs.md#queue-urls).
func ParseURL(url string) (account, name string, ok bool) {
	if _, rest, found := strings.Cut(url, "://"); found {
		_, path, _ := strings.Cut(rest, "/")
		url = "/" + path
	}
	path, rooted := strings.CutPrefix(strings.TrimSuffix(url, "/"), "/")
	if !rooted {
		return "", url, isName(url)
	}
	account, name, _ = strings.Cut(path, "/")
	return account, name, account != "" && isName(name)
}

// ARN returns the ARN of a queue of scope.
func ARN(scope arn.Scope, name string) string { return scope.ARN("sqs", name) }

// ParseARN returns the ARN of a queue in its parts; its Resource is the name.
func ParseARN(text string) (queue arn.ARN, ok bool) {
	a, err := arn.Parse(text)
	ok = err == nil && a.Service == "sqs" && a.Scope.Region != "" && a.Scope.Account != "" && isName(a.Resource)
	return a, ok
}

// checkURL refuses a request without QueueUrl. Whether there is such a queue is not
// to be seen from its URL.
func checkURL(url string) error {
	if url == "" {
		return refusal.Missing("QueueUrl")
	}
	return nil
}
