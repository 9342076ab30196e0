// Package ellipsis cuts texts that repeat what a client sent.
//
// The package is internal: it may change whenever its users do.
package ellipsis

import "strings"

// MaxMessage bounds the message of a refusal, in bytes of its JSON. Assumed: AWS's
// messages repeat what they refuse, and no bound of theirs is known.
const MaxMessage = 64 << 10

// Cut returns text, or its beginning and an ellipsis if it has more than most
// bytes as a JSON string.
func Cut(text string, most int) string {
	if len(text)*6 <= most { // no byte takes more than \u0000
		return text
	}
	size := 0
	for i := range len(text) {
		switch c := text[i]; {
		case c < ' ':
			size += 6
		case c == '"' || c == '\\':
			size += 2
		default:
			size++
		}
		if size > most {
			return strings.ToValidUTF8(text[:i], "") + "..."
		}
	}
	return text
}
