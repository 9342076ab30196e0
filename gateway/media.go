package gateway

import "strings"

// defaultContentType is the media type of an answer whose function names none.
const defaultContentType = "application/json"

// mediaTypes are the binaryMediaTypes of an API.
type mediaTypes []string

// match says whether a Content-Type or Accept header names one of the types.
// Only the first type of a header counts, and a type of the list may end with
// a wildcard; one before the slash is not known but in */*, which is every
// type ("Important notes" and "Working with binary media types" of the guide). Assumed: */* also is the type of a request that names none.
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
		if strings.EqualFold(kind, wantKind) && subtype != "" && (wantSubtype == "*" || strings.EqualFold(subtype, wantSubtype)) {
			return kind != "*"
		}
	}
	return false
}
