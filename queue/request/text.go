package request

import (
	"unicode/utf8"

	"lullaby/queue/refusal"
)

// checkText checks the characters of a text, of which XML 1.0 has no others
// (docs/aws/sqs.md#characters). part says where the text is: "body".
func checkText(text, part string) error {
	for i := plain(text); i < len(text); {
		r, size := utf8.DecodeRuneInString(text[i:])
		if !isCharacter(r) || r == utf8.RuneError && size == 1 {
			if size == 1 {
				r = rune(text[i])
			}
			return refusal.Newf(refusal.InvalidMessageContents, "Invalid binary character '#x%X' was found in the message %s, "+
				"the set of allowed characters is #x9 | #xA | #xD | [#x20-#xD7FF] | [#xE000-#xFFFD] | [#x10000-#x10FFFF].", r, part)
		}
		i += size
	}
	return nil
}

func isCharacter(r rune) bool {
	return r == '\t' || r == '\n' || r == '\r' || ' ' <= r && r <= 0xD7FF || 0xE000 <= r && r <= 0xFFFD || r >= 0x10000
}

// plain returns how many bytes at the beginning of a text are surely printable
// ASCII. It looks at eight at a time: most texts have nothing else.
func plain(text string) int {
	const (
		high   = 0x8080808080808080
		spaces = 0x2020202020202020
	)
	rest := text
	for len(rest) >= 8 {
		word := uint64(rest[0]) | uint64(rest[1])<<8 | uint64(rest[2])<<16 | uint64(rest[3])<<24 | // one load
			uint64(rest[4])<<32 | uint64(rest[5])<<40 | uint64(rest[6])<<48 | uint64(rest[7])<<56
		if (word|(word-spaces))&high != 0 {
			break
		}
		rest = rest[8:]
	}
	return len(text) - len(rest)
}
