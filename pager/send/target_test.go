package send_test

import (
	"strings"
	"testing"

	"lullaby/pager/send"
)

// Targets of the command line, their names, and what is refused, without showing what
// may be a secret.
func TestTargets(t *testing.T) {
	for _, tt := range []struct{ text, kind, name, refused string }{
		{"splunk", send.Splunk, "splunk", ""},
		{"pagerduty", send.PagerDuty, "pagerduty", ""},
		{"alertmanager", send.Alertmanager, "alertmanager", ""},
		{"pagerduty=https://events.eu.pagerduty.com", send.PagerDuty, "pagerduty at https://events.eu.pagerduty.com", ""},
		{"alertmanager=http://mon:9093/am/", send.Alertmanager, "alertmanager at http://mon:9093", ""},
		{"https://example.com" + topHook + "?token=" + secret, send.Webhook, "https://example.com", ""},
		{"http://[::1]:8080/x", send.Webhook, "http://[::1]:8080", ""},
		{"pagerduty=http://127.0.0.1:1", send.PagerDuty, "pagerduty at http://127.0.0.1:1", ""},
		{"", "", "", "want splunk"},
		{"opsgenie", "", "", "want splunk"},
		{"pagerduty=", "", "", "want splunk"},
		{"ftp://example.com/" + secret, "", "", "want splunk"},
		{"https://" + secret + " ", "", "", "want splunk"},
		{"https://user:" + secret + "@example.com/", "", "", "a user, a password"},
		{"https://example.com/#" + secret, "", "", "a fragment"},
		{"splunk=http://example.com", "", "", "want https"},
	} {
		var to send.Target
		err := to.UnmarshalText([]byte(tt.text))
		switch {
		case tt.refused != "" && (err == nil || !strings.Contains(err.Error(), tt.refused)):
			t.Errorf("%q: %v, want %q", tt.text, err, tt.refused)
		case tt.refused != "":
			discreet(t, tt.text, err.Error())
		case err != nil || to.Kind != tt.kind || to.Name() != tt.name:
			t.Errorf("%q: %s, %q, %v", tt.text, to.Kind, to.Name(), err)
		}
	}
}

// Keys that cannot be one are refused, and not shown.
func TestKeys(t *testing.T) {
	for _, tt := range []struct{ target, key, refused string }{
		{"pagerduty", secret, ""},
		{"pagerduty", "", "there is no key"},
		{"pagerduty", secret + "\n", "spaces"},
		{"splunk", secret + "/night", ""},
		{"splunk", "https://alert.victorops.com/integrations/generic/20131114/alert/" + secret + "/night", ""},
		{"splunk", "", "there is no key"},
		{"splunk", secret, "KEY/ROUTING_KEY"},
		{"splunk", secret + "/", "KEY/ROUTING_KEY"},
		{"splunk", secret + "/$routing_key", "KEY/ROUTING_KEY"},
		{"alertmanager", "", ""},
		{"https://example.com/", "a b", "spaces"},
	} {
		r, err := send.New(target(t, tt.target), tt.key)
		switch {
		case tt.refused == "" && err != nil, tt.refused != "" && (err == nil || !strings.Contains(err.Error(), tt.refused)):
			t.Errorf("%s with %q: %v, want %q", tt.target, tt.key, err, tt.refused)
		case err != nil:
			discreet(t, tt.target, err.Error())
		default:
			discreet(t, tt.target, r.ID(), r.Name())
		}
	}
	// Another key is another receiver: what waits for one is not sent to the other.
	if a, b := at(t, "pagerduty", secret), at(t, "pagerduty", "other"); a.ID() == b.ID() {
		t.Errorf("one ID for two keys")
	}
}
