// Package shorthand has the short form in which scripts of tests write long
// names and values. It is for tests alone and may change at any time.
package shorthand

import (
	"regexp"
	"strconv"
	"strings"
)

var repetition = regexp.MustCompile(`<(.)\*(\d+)>`)

// Expand writes out the repetitions of a text: <x*255> is 255 letters x.
func Expand(text string) string {
	return repetition.ReplaceAllStringFunc(text, func(short string) string {
		parts := repetition.FindStringSubmatch(short)
		times, err := strconv.Atoi(parts[2])
		if err != nil {
			return short // no number: more digits than an int has
		}
		return strings.Repeat(parts[1], times)
	})
}
