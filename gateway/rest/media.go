package rest

import "strings"

// defaultContentType is the media type of an answer if the function names none.
const defaultContentType = "application/json"

// mediaTypes are the binaryMediaTypes of an API.
type mediaTypes []string

// match reports whether a Content-Type or Accept header names one of the types.
// Only the first type in the header counts ("Working with binary media types
// for REST APIs" of the guide), without its parameters. A * in the list matches
// any word in its place (same page). Assumed: a * in the header is an ordinary
// word, a header without a slash names no type, and */* in the list matches
// even that.
func (m mediaTypes) match(header string) bool {
	if len(m) == 0 {
		return false
	}
	first, _, _ := strings.Cut(header, ",")
	first, _, _ = strings.Cut(first, ";")
	kind, subtype, _ := strings.Cut(strings.TrimSpace(first), "/")
	for _, t := range m {
		if t == "*/*" {
			return true
		}
		wantKind, wantSubtype, _ := strings.Cut(t, "/")
		if subtype != "" && covers(wantKind, kind) && covers(wantSubtype, subtype) {
			return true
		}
	}
	return false
}

// covers reports whether half of a listed type matches half of a header's.
func covers(want, word string) bool { return want == "*" || strings.EqualFold(want, word) }
