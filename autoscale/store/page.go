package store

import (
	"encoding/base64"
	"slices"
	"strings"

	"lullaby/autoscale/refusal"
	"lullaby/autoscale/request"
)

// mostResults is how many results a page has at most
// (docs/aws/autoscaling.md#lists).
const mostResults = 50

// page returns the part of all that a request asks for, and the token of what follows.
// all are in the order of their keys, of which no two are the same; a token is the key of
// the last result of a page, so that results which come or go meanwhile move no others.
// The error is a refusal.InvalidNextToken.
func page[T any](all []T, key func(*T) string, p *request.Page) (part []T, next *string, err error) {
	if p.NextToken != nil {
		last, err := base64.RawURLEncoding.DecodeString(*p.NextToken)
		if err != nil || len(last) == 0 {
			return nil, nil, refusal.Newf(refusal.InvalidNextToken, "The next token is invalid.")
		}
		i, found := slices.BinarySearchFunc(all, string(last), func(t T, last string) int { return strings.Compare(key(&t), last) })
		if found {
			i++
		}
		all = all[i:]
	}
	most := mostResults
	if p.MaxResults != nil {
		most = int(*p.MaxResults)
	}
	if len(all) <= most {
		return append([]T{}, all...), nil, nil
	}
	token := base64.RawURLEncoding.EncodeToString([]byte(key(&all[most-1])))
	return all[:most], &token, nil
}
