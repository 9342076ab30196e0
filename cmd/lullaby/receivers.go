package main

import (
	"fmt"
	"os"
	"slices"
	"strings"

	"lullaby/pager/send"
)

// receiverFlags say where pages go. Their keys are never on a command line, which other
// users of the machine can read.
type receiverFlags struct {
	Page        []send.Target     `sep:"none" placeholder:"splunk|pagerduty|alertmanager[=URL]|URL" help:"Send pages there, with the key in LULLABY_SPLUNK_KEY (KEY/ROUTING_KEY), LULLABY_PAGERDUTY_KEY, LULLABY_ALERTMANAGER_KEY, or LULLABY_WEBHOOK_KEY for a URL, which gets JSON; the last two may have none. Alarms whose actions name a topic page. Repeatable."`
	PageKeyFile map[string]string `mapsep:"none" placeholder:"splunk|pagerduty|alertmanager|webhook=FILE" help:"Read the key from a file in place of the environment; repeatable."`
}

// keyVariables are where the keys of receivers are, by their kinds.
var keyVariables = map[string]string{
	send.Splunk:       "LULLABY_SPLUNK_KEY",
	send.PagerDuty:    "LULLABY_PAGERDUTY_KEY",
	send.Alertmanager: "LULLABY_ALERTMANAGER_KEY",
	send.Webhook:      "LULLABY_WEBHOOK_KEY",
}

// receivers returns the receivers of pages. The variables of keys are gone then: no
// process that is started later inherits them. The error is of use, and shows no key.
func (f *receiverFlags) receivers() ([]*send.Receiver, error) {
	keys := map[string]string{}
	for kind, name := range keyVariables {
		keys[kind] = os.Getenv(name)
		if err := os.Unsetenv(name); err != nil {
			return nil, err
		}
	}
	for kind, file := range f.PageKeyFile {
		if !slices.ContainsFunc(f.Page, func(t send.Target) bool { return t.Kind == kind }) {
			return nil, useError{fmt.Errorf("--page-key-file: there is no --page that takes a key of %q", kind)}
		}
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, fmt.Errorf("--page-key-file: %w", err)
		}
		if keys[kind] = strings.TrimSpace(string(text)); keys[kind] == "" {
			return nil, fmt.Errorf("--page-key-file: %s is empty", file)
		}
	}
	var all []*send.Receiver
	for _, t := range f.Page {
		if keys[t.Kind] == "" && t.NeedsKey() {
			return nil, useError{fmt.Errorf("--page %s: there is no key: set %s, or give --page-key-file %s=FILE", t.Kind, keyVariables[t.Kind], t.Kind)}
		}
		r, err := send.New(t, keys[t.Kind])
		if err != nil {
			return nil, useError{fmt.Errorf("--page: %w", err)}
		}
		if slices.ContainsFunc(all, func(other *send.Receiver) bool { return other.ID() == r.ID() }) {
			return nil, useError{fmt.Errorf("--page: %s is named twice", r.Name())}
		}
		all = append(all, r)
	}
	return all, nil
}
