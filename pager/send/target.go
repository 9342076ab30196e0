package send

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"
)

// The kinds of receivers. A Webhook is a URL that gets a Document.
const (
	Splunk       = "splunk"
	PagerDuty    = "pagerduty"
	Alertmanager = "alertmanager"
	Webhook      = "webhook"
)

// Forms is how a Target is written.
const Forms = "splunk|pagerduty|alertmanager[=URL]|URL"

// bases are where the receivers are unless a Target says otherwise
// (docs/aws/paging.md#splunk-on-call, docs/aws/paging.md#pagerduty).
var bases = map[string]string{
	Splunk:       "https://alert.victorops.com",
	PagerDuty:    "https://events.pagerduty.com",
	Alertmanager: "http://127.0.0.1:9093",
}

// A Target says where pages go, without the key.
type Target struct {
	Kind string
	base *url.URL
}

// UnmarshalText reads a target: splunk, pagerduty or alertmanager, with another base as
// in pagerduty=https://events.eu.pagerduty.com, or a URL.
func (t *Target) UnmarshalText(text []byte) error {
	kind, base, given := strings.Cut(string(text), "=")
	switch {
	case bases[kind] != "" && !given:
		base = bases[kind]
	case bases[kind] == "":
		kind, base = Webhook, string(text)
	}
	u, err := url.Parse(base)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return errors.New("want " + Forms + ", a URL that begins with http:// or https://") // not err: it has the URL
	}
	if u.User != nil || u.Fragment != "" {
		return errors.New("a URL with a user, a password or a fragment: a key comes from the environment or from a file")
	}
	if (kind == Splunk || kind == PagerDuty) && u.Scheme == "http" && !loopback(u.Hostname()) {
		return fmt.Errorf("%s: http would show the key to the network: want https", kind)
	}
	*t = Target{kind, u}
	return nil
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// NeedsKey reports whether the receiver takes nothing without a key.
func (t *Target) NeedsKey() bool { return t.Kind == Splunk || t.Kind == PagerDuty }

// Name returns what people call the target: its kind, with its host if that is not the
// vendor's. A path may be a secret, and is not in it.
func (t *Target) Name() string {
	host := t.base.Scheme + "://" + t.base.Host
	switch {
	case t.Kind == Webhook:
		return host
	case host == bases[t.Kind]:
		return t.Kind
	}
	return t.Kind + " at " + host
}
