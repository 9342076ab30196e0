package request

import (
	"strings"

	"lullaby/internal/arn"
)

// URLPath returns the path of a queue's URL. The host and the scheme are those that
// the client used.
func URLPath(account, name string) string { return "/" + account + "/" + name }

// ParseURL returns what the URL of a queue says of it: the last two elements of its
// path, whatever the host. A path alone is a URL too.
func ParseURL(url string) (account, name string, ok bool) {
	if _, rest, found := strings.Cut(url, "://"); found {
		_, path, _ := strings.Cut(rest, "/")
		url = "/" + path
	}
	path, rooted := strings.CutPrefix(url, "/")
	if !rooted {
		return "", "", false
	}
	account, name, ok = strings.Cut(strings.TrimSuffix(path, "/"), "/")
	return account, name, ok && account != "" && name != "" && !strings.Contains(name, "/")
}

// ARN returns the ARN of a queue of scope.
func ARN(scope arn.Scope, name string) string { return scope.ARN("sqs", name) }

// ParseARN returns the ARN of a queue in its parts; its Resource is the name.
func ParseARN(text string) (queue arn.ARN, ok bool) {
	a, err := arn.Parse(text)
	ok = err == nil && a.Service == "sqs" && a.Scope.Region != "" && a.Scope.Account != "" && isName(a.Resource)
	return a, ok
}
