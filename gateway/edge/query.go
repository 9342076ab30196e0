package edge

import (
	"net/url"
	"strings"
)

// AppendQueryPairs appends the decoded parameters of a query string, sorted by
// name. A plus is a space, and the values of one name keep their order
// (docs/aws/gateway.md#query-strings). A semicolon separates parameters, as an
// ampersand does ("Important notes" of the guide). Assumed: a bad
// percent-encoding stays as it is, and a parameter without a name is dropped.
func AppendQueryPairs(dst []Pair, query string) []Pair {
	for query != "" {
		part := query
		if i := strings.IndexAny(query, "&;"); i >= 0 {
			part, query = query[:i], query[i+1:]
		} else {
			query = ""
		}
		name, value, _ := strings.Cut(part, "=")
		if name == "" {
			continue
		}
		dst = append(dst, Pair{unescape(name), unescape(value)})
	}
	SortPairs(dst)
	return dst
}

func unescape(s string) string {
	if plain, err := url.QueryUnescape(s); err == nil {
		return plain
	}
	return s
}
