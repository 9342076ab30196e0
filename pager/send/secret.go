package send

import (
	"net/url"
	"slices"
	"strings"
)

// secretsOf returns the texts that nobody must see: the key, its parts, what of the URL
// may be a secret, and how a URL writes them; the longest first.
func secretsOf(u *url.URL, key string) []string {
	all := append(strings.Split(key, "/"), key, u.RawQuery, u.RequestURI(), strings.Trim(u.Path, "/"))
	for part := range strings.SplitSeq(u.Path, "/") {
		if len(part) >= shortSecret {
			all = append(all, part)
		}
	}
	for _, values := range u.Query() {
		all = append(all, values...)
	}
	for _, s := range slices.Clone(all) {
		all = append(all, url.PathEscape(s), url.QueryEscape(s))
	}
	all = slices.DeleteFunc(all, func(s string) bool { return len(s) < 4 })
	slices.SortFunc(all, func(a, b string) int { return len(b) - len(a) })
	return slices.Compact(all)
}

// shortSecret is how long a part of a URL's path is that may be a secret. Shorter ones,
// such as api and enqueue, are words.
const shortSecret = 12

// redact replaces secrets in a text.
func (r *Receiver) redact(text string) string {
	for _, s := range r.secrets {
		text = strings.ReplaceAll(text, s, "***")
	}
	return text
}
