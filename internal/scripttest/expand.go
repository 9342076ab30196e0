package scripttest

import (
	"regexp"
	"strconv"
	"strings"
)

var (
	repetition = regexp.MustCompile(`<(.)\*(\d+)>`)
	list       = regexp.MustCompile(`\[([^][]*)\]\*(\d+)`)
)

// Expand writes out the repetitions of a text: <x*255> is 255 letters x, and [{}]*9 a
// list of JSON of nine {}.
func Expand(text string) string {
	text = expand(repetition, text, strings.Repeat)
	return expand(list, text, func(of string, n int) string {
		return "[" + strings.TrimSuffix(strings.Repeat(of+",", n), ",") + "]"
	})
}

func expand(short *regexp.Regexp, text string, written func(of string, n int) string) string {
	return short.ReplaceAllStringFunc(text, func(found string) string {
		parts := short.FindStringSubmatch(found)
		n, err := strconv.Atoi(parts[2])
		if err != nil {
			return found // no number: more digits than an int has
		}
		return written(parts[1], n)
	})
}
