package rehearse

import (
	"fmt"
	"strings"
)

// Also is a further route that is played, with traffic of its own.
type Also struct {
	Route   string // METHOD PATH, as Options.Route
	Traffic Traffic
}

// UnmarshalText reads METHOD PATH=TRAFFIC, with a Traffic's text.
func (a *Also) UnmarshalText(text []byte) error {
	i := strings.LastIndexByte(string(text), '=')
	if i < 0 {
		return fmt.Errorf("%q is not METHOD PATH=TRAFFIC, such as GET /item/7=constant:50/s", text)
	}
	a.Route = string(text[:i])
	return a.Traffic.UnmarshalText(text[i+1:])
}
